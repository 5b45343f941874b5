"""What made-up rows lack, or are wrong in: columns, their kinds and their number, and the form of files."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import traceback

from ...context import Run
from .learning import Learned, at_work, conditions, empty, frames, more, none_of, statement

COLUMN_SAID = (
    r"Missing column provided to '\w+': '([\w.-]+)'",
    r"FieldRef\.Name\(([\w.-]+)\)",
    r"None of \[(?:Index\(\[)?'([\w.-]+)'",
    r"\[['\"]([\w.-]+)['\"](?:, .*)?\] not (?:found in axis|in index)",
    r"[Cc]olumns?:? (?:name )?(?:\[?['\"])([\w.-]+)['\"]",
    r"key ['\"]([\w.-]+)['\"]",
    r"value ['\"]([\w.-]+)['\"] (?:not found in|needs to be one of)",
)
NO_TEXT = re.compile(
    r"input must be of type `?str|TextEncodeInput must be|TextInputSequence must be|expected str instance"
)
OF_TOKENS = (  # what is said where texts come to a model
    "to this method that includes input_ids",
    "match the model's forward method signature", "specify exactly one of input_ids", "specify either input_ids",
)  # fmt: skip
LOOKS_UP = ("pandas.", "datasets.formatting.", "datasets.arrow_dataset", "polars.")  # who looks a column up
PLAIN = re.compile(r"\] not |None of \[")  # what pandas says in a sentence
FORMS = {"Parquet magic bytes not found": "parquet", "UnpicklingError": "pkl"}  # what a reader says of another form
MOST = 64  # times as many rows as at first
OF_NONE = re.compile(  # of sklearn, torch, numpy and Python
    r"num_samples=0|n_samples=0|numel\(\) == 0|non-empty (TensorList|list of Tensors)|zero-size array to reduction|"
    r"need at least one array to|(arg|argument) is an empty sequence|iterable argument is empty|Mean of empty slice"
)
NO_TENSOR = (
    r"too many dimensions 'str'|new\(\): invalid data type 'str'|Invalid comparison between dtype=str and int|"
    r"'[<>]=?' not supported between instances of 'str' and '(int|float)'"
)
NO_DICT = r"list indices must be integers or slices, not str|'list' object has no attribute '(items|keys|values|get)'"
NO_RECORD = r"string indices must be integers|'str' object has no attribute '(items|keys|values|get)'"
NO_PICTURE = re.compile(r"image\S{0,12} tokens?\b.*image|image features and image tokens", re.I)
PLACEHOLDER = re.compile(r"<\W?\w*(image|img)\w*\W?>")
NO_NUMBER = re.compile(r"invalid literal for int\(\)|could not convert string to float")


def missing_column(run: Run, error: BaseException) -> str | None:
    """The column that made-up rows lack, where that is what an exception is about."""
    if run.data is None or run.data.real or not run.made_up:
        return None
    name: str | None = None
    grouped = re.fullmatch(r"Columns? not found: '?(.+?)'?(, .*)?", str(error.args[0])) if error.args else None
    if isinstance(error, KeyError) and grouped:
        name = grouped.group(1)  # pandas, asked for a column of groups
    elif isinstance(error, KeyError) and error.args and isinstance(error.args[0], list) and error.args[0]:
        name = str(error.args[0][0])  # pandas, asked for several columns
    elif (
        isinstance(error, KeyError)
        and error.args
        and isinstance(error.args[0], str)
        and not PLAIN.search(error.args[0])
    ):
        last = frames(error)[-1]
        own = run.code.owns(last.f_code.co_filename) or str(last.f_globals.get("__name__")).startswith(LOOKS_UP)
        name = error.args[0] if own or error.args[0] in _wanted_by_trainers() else None
    for cause in (error.__cause__, error.__context__):
        if name is None and isinstance(cause, KeyError) and cause.args and isinstance(cause.args[0], str):
            name = cause.args[0] if run.code.owns(frames(cause)[-1].f_code.co_filename) else None
    wanted = re.search(r"missing \d+ required positional arguments?: '(\w+)'", str(error))
    if wanted and isinstance(error, TypeError) and any(f.f_code.co_name == "_calculate_rewards" for f in frames(error)):
        name = wanted.group(1)  # a reward function takes columns by the names of its parameters
    quoted = next((found for found in (re.search(p, str(error)) for p in COLUMN_SAID) if found), None)
    if name is None and quoted and isinstance(error, (ValueError, KeyError)):
        name = quoted.group(1)
    known = run.spec.learned.get("columns", ())
    return name if name is not None and name not in known and name.isprintable() else None


def _wanted_by_trainers() -> set[str]:
    from ...stand_in.made_up import sets

    return {column for _, columns in sets.TABLE["trainers"] for column in columns}


def keyed(run: Run, error: BaseException) -> Learned | None:
    """Records under the names in a table of JSON, which were taken for texts, as nothing of them was seen."""
    asked = re.search(NO_RECORD, str(error)) or missing_column(run, error) is not None
    return {"keyed": "record"} if run.spec.learned.get("keyed") == "text" and asked else None


def column(run: Run, error: BaseException) -> Learned | None:
    name = missing_column(run, error)
    found = _kept(run, error) or ([name] if name is not None else _by_place(run, error) or _of_table(run, error))
    return more(run, "columns", found) if found else None


def _kept(run: Run, error: BaseException) -> list[str]:
    """The columns that pandas is to keep of a file, and that its rows lack."""
    said = re.search(r"columns expected but not found: \[(.*)\]", str(error))
    return re.findall(r"'([^']+)'", said.group(1)) if said and run.made_up else []


def refused(run: Run, error: BaseException) -> Learned | None:
    """Columns that a class of the script's own has no field for, where it is made of a row."""
    said = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", str(error))
    found = statement(run, error) if said is not None and isinstance(error, TypeError) and run.made_up else None
    calls = [n for n in ast.walk(found) if isinstance(n, ast.Call)] if found is not None else []
    if said is None or not any(k.arg is None for call in calls for k in call.keywords):
        return None
    made = at_work(run, error).get(said[1])
    fields = inspect.signature(made).parameters if isinstance(made, type) else run.hints.columns
    known: dict[str, list[str]] = run.spec.learned.get("no columns", {})
    so_far = known.get(run.met.last_read, [])
    new = sorted({said[2], *(c for c in run.hints.columns if c not in fields)} - {*so_far})
    return {"no columns": {**known, run.met.last_read: [*so_far, *new]}} if new else None


def _by_place(run: Run, error: BaseException) -> list[str]:
    """The columns and one more, where a script takes columns by their place: `column_names[1]`."""
    found = statement(run, error) if isinstance(error, IndexError) and run.made_up else None
    own = [f for f in frames(error) if run.code.owns(f.f_code.co_filename)]
    for node in ast.walk(found) if found is not None else ():
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and type(node.slice.value) is int:
            name = ast.unparse(node.value).rpartition(".")[2]
            held, place = own[-1].f_locals.get(name), node.slice.value
            if "column" in name and isinstance(held, list) and place >= len(held):
                return [*held, f"column_{place}"]
    return []


def _of_table(run: Run, error: BaseException) -> list[str]:
    """The columns that a script takes for attributes of a table: all that it asks this one for."""
    said = re.fullmatch(r"'(?:DataFrame|Series|Pandas)' object has no attribute '(\w+)'", str(error))
    place = traceback.extract_tb(error.__traceback__)
    own = [f.filename for f in place if run.code.owns(f.filename)]
    if said is None or not own or not run.made_up:
        return []
    tables: dict[str, set[str]] = {}
    with open(own[-1], "rb") as file:
        for node in ast.walk(ast.parse(file.read())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                tables.setdefault(node.value.id, set()).add(node.attr)
    asked = {name for names in tables.values() if said.group(1) in names for name in names}
    pandas = importlib.import_module("pandas")
    known = {*dir(pandas.DataFrame), *dir(pandas.Series), *run.spec.learned.get("columns", ())}
    return sorted({said.group(1)} - known and asked - known)


def varied(run: Run, error: BaseException) -> Learned | None:
    """Rows that differ in more ways, where the script's own tests have left none of them."""
    left = OF_NONE.search(str(error)) or empty(run, error) or none_of(run, error)
    return {"varied": True, "rows": 8} if left and run.made_up and "varied" not in run.spec.learned else None


def more_rows(run: Run, error: BaseException) -> Learned | None:
    """More made-up rows, where the script asks for one by its place, for the next one of a stream, for more than a
    number of them, or divides by how many there are of something."""
    own = isinstance(error, IndexError) and run.code.owns(frames(error)[-1].f_code.co_filename)
    own |= isinstance(error, (StopIteration, ZeroDivisionError)) or _counts(run, error)
    own |= OF_NONE.search(str(error)) is not None
    windows = "__len__() should return >= 0" in str(error)  # as many as there are rows beyond the length of one
    times = int(run.spec.learned.get("rows", 1))
    return {"rows": times * 8} if (own or windows) and run.made_up and times < (MOST * 8 if windows else MOST) else None


def _counts(run: Run, error: BaseException) -> bool:
    """Does a script end itself because of how many there are of something?"""
    found = statement(run, error) if isinstance(error, (AssertionError, ValueError, RuntimeError, SystemExit)) else None
    if not isinstance(found, (ast.Assert, ast.Raise, ast.Expr)):
        return False
    tests = [found.test] if isinstance(found, ast.Assert) else conditions(run, error)
    sizes = [n for test in tests for n in ast.walk(test) if isinstance(n, ast.Compare)]
    return any(isinstance(n, ast.Call) and ast.unparse(n.func) == "len" for size in sizes for n in ast.walk(size))


def answers(run: Run, error: BaseException) -> Learned | None:
    """As many answers as there are rows, as many adapters as there are tasks: where a loop was cut, and what was to
    come of it then lacks."""
    lacks = isinstance(error, (IndexError, KeyError, ValueError, AssertionError, RuntimeError))
    return {"whole loops": True} if lacks and run.loops.cut and "whole loops" not in run.spec.learned else None


def form(run: Run, error: BaseException) -> Learned | None:
    """Another form of what was made up: JSON as one value or by the line, or one record; a data set in one part."""
    learned = run.spec.learned
    lines = re.search(r"Extra data|Trailing data", str(error))
    if (lines or type(error).__name__ == "JSONDecodeError") and "whole_json" not in learned:
        return {"whole_json": bool(lines)}
    if "suffix" not in learned:
        suffix = next((suffix for said, suffix in FORMS.items() if said in f"{type(error).__name__}: {error}"), None)
        if suffix is not None:
            return {"suffix": suffix}
    of_rows = re.search(NO_DICT, str(error)) is not None
    gone_through = of_rows and "attribute" in str(error) and "get" not in str(error).split()[-1]
    if of_rows and not gone_through and learned.get("files") and "record" not in learned:
        return {"record": True}
    if of_rows and learned.get("files") and "keyed" not in learned:
        return {"keyed": "record" if _fields(statement(run, error)) else "text"}
    if type(error).__name__ == "UnidentifiedImageError" and run.met.made_up_for:
        return {"pictures": True} if "pictures" not in learned else None
    data = run.data
    in_parts = re.search(r"'DatasetDict' object has no|has at least one split|Please first select a split", str(error))
    if in_parts and "parts" not in learned:
        return {"parts": False} if data is not None and data.made_up else None
    return None


def _fields(found: ast.stmt | None) -> bool:
    """Is what a key leads to asked for a field of its own? `table[key]["text"]`, `for key, row in table.items()`."""
    nodes = list(ast.walk(found)) if found is not None else []
    if any(isinstance(n, ast.Subscript) and isinstance(n.value, ast.Subscript) for n in nodes):
        return True
    target = found.target if isinstance(found, ast.For) else None
    last = target.elts[-1] if isinstance(target, ast.Tuple) and target.elts else target
    name = last.id if isinstance(last, ast.Name) else None
    asked = [
        n.value for n in nodes if isinstance(n, ast.Subscript) or (isinstance(n, ast.Attribute) and n.attr == "get")
    ]
    return any(isinstance(n, ast.Name) and n.id == name for n in asked)


def tokenized(run: Run, error: BaseException) -> Learned | None:
    """Rows of token ids, for a script whose data was tokenized by another one."""
    asks = isinstance(error, ValueError) and any(said in str(error) for said in OF_TOKENS)
    return {"tokenized": True} if asks and run.made_up and "tokenized" not in run.spec.learned else None


def seen(run: Run, error: BaseException | None = None) -> Learned | None:
    """Columns that hold pictures or sounds: their texts were taken for such."""
    known: dict[str, str] = run.spec.learned.get("kinds", {})
    new = {column: kind for column, kind in run.met.taken_for.items() if column not in known}
    return {"kinds": {**known, **new}} if new else None


def unseen(run: Run) -> Learned | None:
    """The same, after a run that came to its end without training."""
    return None if run.events.steps else seen(run)


def texts(run: Run, error: BaseException) -> Learned | None:
    """Columns that are texts, whatever their names sound like: what the failing statement gives a tokenizer."""
    wrong = isinstance(error, (TypeError, ValueError)) and NO_TEXT.search(str(error))
    return _of_a_kind(run, error, "texts") if wrong else None


def digits(run: Run, error: BaseException) -> Learned | None:
    """Columns that are numbers written as text, one or one for each letter: what the failing statement reads."""
    wrong = isinstance(error, ValueError) and NO_NUMBER.search(str(error))
    return _of_a_kind(run, error, "digits") if wrong else None


def numbers(run: Run, error: BaseException) -> Learned | None:
    """Columns of numbers, whatever their names sound like: what the failing statement makes a tensor of, or compares
    with a number."""
    wrong = isinstance(error, (ValueError, TypeError)) and re.search(NO_TENSOR, str(error))
    return _of_a_kind(run, error, "numbers") if wrong else None


def pictured(run: Run, error: BaseException) -> Learned | None:
    """Chats that speak of their picture: by the mark that the script has for one, else as a part of its own, else by
    the mark that is missed."""
    lacks = isinstance(error, ValueError) and NO_PICTURE.search(str(error)) and run.made_up
    marks = sorted(s for s in run.hints.strings if PLACEHOLDER.fullmatch(s)) if lacks else []
    if marks and "placeholder" not in run.spec.learned:
        return {"placeholder": marks[0]}
    if lacks and "pictured" not in run.spec.learned:
        return {"pictured": True}
    missed = PLACEHOLDER.search(str(error)) if lacks and "placeholder" not in run.spec.learned else None
    return {"placeholder": missed.group()} if missed else None


def _of_a_kind(run: Run, error: BaseException, kind: str) -> Learned | None:
    """What the failing statement names is of this kind; every column, where it names none."""
    from ...stand_in.made_up.rows import EVERY

    found = statement(run, error) if run.made_up else None
    if found is None:
        return None
    words = {n.value for n in ast.walk(found) if isinstance(n, ast.Constant)}
    lists = [value for value in at_work(run, error).values() if isinstance(value, (list, tuple))]
    words |= {word for held in lists if len(held) < MOST for word in held if isinstance(word, str)}
    known = run.spec.learned.get(kind, ())
    new = [w for w in words if isinstance(w, str) and w not in known] or ([] if EVERY in known else [EVERY])
    return more(run, kind, new) if new else None


def in_overtime(run: Run, error: BaseException) -> Learned | None:
    """Loops that are left once they have done enough, where one went on for a save in its body and the script's own
    stream of rows gave out meanwhile."""
    over = isinstance(error, StopIteration) and run.loops.overtime
    return {"no waiting": True} if over and "no waiting" not in run.spec.learned else None


def waited_for(run: Run) -> Learned | None:
    """More rows, after a run whose loop waited for them in vain."""
    data = run.data
    short = run.loops.short and data is not None and data.made_up
    return {"rows": 8} if short and "rows" not in run.spec.learned else None


def unstepped(run: Run) -> Learned | None:
    """More rows, after a run in which gradients were gathered and no optimizer came to its step: of more batches than
    there were."""
    times = int(run.spec.learned.get("rows", 1))
    waits = run.events.backwards and not run.events.steps and run.made_up
    return {"rows": times * 8} if waits and times < MOST else None
