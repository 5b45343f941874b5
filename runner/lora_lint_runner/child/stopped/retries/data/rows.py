"""How many rows are made up, how much they differ, and in which form their files are."""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

from ....context import Run
from ....spec import OF_EVALUATIONS
from ....stand_in.made_up.forgiving import SPLIT
from ....steering.passing import OF_NONE
from ..learning import (
    Learned,
    around,
    at_work,
    conditions,
    empty,
    frames,
    given_none,
    none_of,
    not_known,
    own_frames,
    statement,
    value_of,
)

OF_TOKENS = (  # what is said where texts come to a model
    "to this method that includes input_ids",
    "match the model's forward method signature", "specify exactly one of input_ids", "specify either input_ids",
)  # fmt: skip
FORMS = {"Parquet magic bytes not found": "parquet", "UnpicklingError": "pkl"}  # what a reader says of another form
MOST = 64  # times as many rows as at first
UNEQUAL = re.compile(r"shapes?\b|broadcast|lengths?\b|numbers? of samples|sizes?\b|did not match", re.I)
TOO_FEW = re.compile(  # torch.topk; random.sample; choice of numpy
    r"selected index k out of range|Sample larger than population|Cannot take a larger sample than population"
)
NO_LIST = "list indices must be integers or slices, not str"
NO_DICT = rf"{NO_LIST}|'list' object has no attribute '(items|keys|values|get)'"


def varied(run: Run, error: BaseException | None = None) -> Learned | None:
    """Rows that differ in more ways, where the script's own tests have left none of them; also after its end."""
    new = run.made_up and "varied" not in run.spec.learned
    return {"varied": True, "rows": 8} if new and left_none(run, error) else None


def left_none(run: Run, error: BaseException | None) -> bool:
    """Has a script stopped for want of rows?"""
    if error is None or isinstance(error, SystemExit):
        return left_early(run) or (error is not None and bool(none_of(run, error)))
    return bool(OF_NONE.search(str(error)) or empty(run, error) or none_of(run, error) or given_none(error))


def left_early(run: Run) -> bool:
    """Has it come to a branch in which it ends for want of them, before anything was trained?"""
    return run.leaving.last is not None and not run.events.steps


def filtered(run: Run, error: BaseException | None = None) -> Learned | None:
    """The tests to take for such as keep all rows: those that have left none of them, however these differ; also after
    the script's end."""
    varied_in_vain = run.made_up and "varied" in run.spec.learned and left_none(run, error)
    return not_known(run, "filters", run.filters.keeping_none) if varied_in_vain else None


def more_rows(run: Run, error: BaseException) -> Learned | None:
    """More made-up rows, where the script asks for one by its place, for the next one of a stream, for more than a
    number of them, divides by how many there are of something, or has none to evaluate on."""
    own = isinstance(error, IndexError) and run.code.owns(frames(error)[-1].f_code.co_filename)
    own |= isinstance(error, (StopIteration, ZeroDivisionError)) or _counts(run, error)
    own |= TOO_FEW.search(str(error)) is not None
    # as many as there are rows beyond the length of one
    windows = "__len__() should return >= 0" in str(error) or any(
        _of_the_script(run, rows) for rows in given_none(error)
    )
    times = int(run.spec.learned.get("rows", 1))
    own |= times == 1 and OF_NONE.search(str(error)) is not None  # of several, one would have been kept
    return {"rows": times * 8} if (own or windows) and run.made_up and times < (MOST * 8 if windows else MOST) else None


def _of_the_script(run: Run, rows: Any) -> bool:
    """Is it a data set of a class of the script's own?"""
    home = sys.modules.get(type(rows).__module__)
    return run.code.owns(getattr(home, "__file__", None) or "")


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
    come of it then lacks, or is None still. Where the answers are not as many as something else, the trainings are cut
    as before: whole, they take their time."""
    lacks = isinstance(error, (IndexError, KeyError, ValueError, AssertionError, RuntimeError))
    lacks |= isinstance(error, (TypeError, AttributeError)) and "NoneType" in str(error)
    known, cut = run.spec.learned.get("whole loops"), run.loops.cut
    if not lacks or not cut or known is True:
        return None
    counted = OF_EVALUATIONS in cut and UNEQUAL.search(str(error)) is not None
    return {"whole loops": OF_EVALUATIONS if counted and known is None else True}


def in_lists(run: Run, error: BaseException) -> Learned | None:
    """Rows in lists, where the script goes through what it has read of JSON as through the chats of a file, and through
    each of them as through its turns, or asks one for its second turn."""
    new = run.made_up and "in lists" not in run.spec.learned
    if new and _by_place(run, error):
        return {"in lists": True}
    keyed = isinstance(error, TypeError) and "string indices must be integers" in str(error)
    own = own_frames(run, error)  # a comprehension has one of its own
    held, found = {n: v for frame in own for n, v in frame.f_locals.items()}, statement(run, error)
    loops = [n for n in ast.walk(found) if isinstance(n, ast.comprehension)] if keyed and found is not None else []
    over = [loop.iter for loop in (*loops, *(around(run, error, ast.For) if keyed else ()))]
    parsed = any(isinstance(n, ast.Call) and ast.unparse(n.func).startswith("json.load") for n in over)
    of_rows = parsed or any(isinstance(n, ast.Name) and isinstance(held.get(n.id), dict) for n in over)
    return {"in lists": True} if of_rows and new else None


def _by_place(run: Run, error: BaseException) -> bool:
    """Is it a row that was asked for what stands at a place in it: `chat[1]["value"]`?"""
    found = statement(run, error) if isinstance(error, KeyError) and type(error.args[0]) is int else None
    held = frames(error)[-1].f_locals
    places = [n for n in ast.walk(found) if isinstance(n, ast.Subscript)] if found is not None else []
    asked = [value_of(n.value, held) for n in places if _is(n.slice, error.args[0])]
    return any(isinstance(row, dict) and row and all(isinstance(key, str) for key in row) for row in asked)


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def plain(run: Run, error: BaseException) -> Learned | None:
    """Texts alone in a file of JSON, where the script hands what it has read there to a tokenizer, or looks it up."""
    whole = any(name.lower().endswith(".json") for name in (run.met.last_read, *run.spec.learned.get("files", ())))
    of_texts = isinstance(error, ValueError) and "text input must be of type `str`" in str(error)
    of_rows = any(isinstance(v, dict) for f in frames(error) for v in _inside(f.f_locals.get("text")))
    looked_up = isinstance(error, TypeError) and "unhashable type: 'dict'" in str(error)
    wanted = whole and ((of_texts and of_rows) or looked_up)
    return {"plain": True} if wanted and "plain" not in run.spec.learned else None


def _inside(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


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
    of_file = bool(learned.get("files") or run.met.last_read or run.met.made_up_for)
    if of_rows and not gone_through and of_file and "record" not in learned:
        return {"record": True}
    if of_rows and of_file and "keyed" not in learned:
        return {"keyed": "record" if _fields(statement(run, error)) else "text"}
    if type(error).__name__ == "UnidentifiedImageError" and run.met.made_up_for:
        return {"pictures": True} if "pictures" not in learned else None
    data = run.data
    in_parts = re.search(
        r"'DatasetDict' object has no|has at least one split|Please first select a split|got `DatasetDict`", str(error)
    )
    if (in_parts or _is_part(run, error)) and "parts" not in learned:
        return {"parts": False} if data is not None and data.made_up else None
    return None


def _is_part(run: Run, error: BaseException) -> bool:
    """Was the name of a part taken for a row, of a data set on disk? Whoever went through it has saved it in one."""
    of_text = re.search(r"'str' object has no attribute|string indices must be integers", str(error))
    named = any(isinstance(value, str) and SPLIT.match(value) for value in at_work(run, error).values())
    return of_text is not None and named and "disk" in run.hints.read


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
    asks = asks and OF_NONE.search(str(error)) is None
    return {"tokenized": True} if asks and run.made_up and "tokenized" not in run.spec.learned else None


def in_overtime(run: Run, error: BaseException) -> Learned | None:
    """Loops that are left once they have done enough, where one went on for a save in its body and the script's own
    stream of rows gave out meanwhile."""
    over = isinstance(error, StopIteration) and run.loops.overtime
    return {"no waiting": True} if over and "no waiting" not in run.spec.learned else None


def waited_for(run: Run) -> Learned | None:
    """More rows, after a run whose loop waited for them in vain."""
    data = run.data
    lacks = [site for site in run.loops.short if not run.loops.came(site)]  # and not in a later epoch
    short = lacks and not run.loops.tired and data is not None and data.made_up
    return {"rows": 8} if short and "rows" not in run.spec.learned else None


def unstepped(run: Run) -> Learned | None:
    """More rows, after a run in which gradients were gathered and no optimizer came to its step: of more batches than
    there were."""
    times = int(run.spec.learned.get("rows", 1))
    waits = run.events.backwards and not run.events.steps and run.made_up
    return {"rows": times * 8} if waits and times < MOST else None
