"""Columns that made-up rows lack, or that the script has no use for."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import traceback

from ....context import Run
from ..learning import Learned, at_work, frames, more, own_frames, statement

COLUMN_SAID = (
    r"Missing column provided to '\w+': '([\w.-]+)'",
    r"FieldRef\.Name\(([\w.-]+)\)",
    r'Field "([\w.-]+)" does not exist in schema',  # of a table of pyarrow, and of its reader
    r"Label\(s\) \[['\"]([\w.-]+)['\"]",  # of pandas, asked to bring groups together
    r"None of \[(?:Index\(\[)?'([\w.-]+)'",
    r"\[['\"]([\w.-]+)['\"](?:, .*)?\] not (?:found in axis|in index)",
    r"[Cc]olumns?:? (?:name )?(?:\[?['\"])([\w.-]+)['\"]",
    r"key ['\"]([\w.-]+)['\"]",
    r"^Index ([\w.-]+) invalid$",  # of pandas, asked for a file by one of its columns
    r"^name '(\w+)' is not defined$",  # of pandas, in a query
    r"value ['\"]([\w.-]+)['\"] (?:not found in|needs to be one of)",
)
ALL_SAID = (
    r"columns expected but not found: \[(.*)\]|None of \[Index\(\[(.*?)\]|\[('.*?')\] not in index|"
    r"Label\(s\) \[(.*?)\] do not exist|"
    r"Column to remove \[(.*?)\] not in the dataset"  # of datasets
)
LOOKING_UP = ("ColumnNotFoundError", "UndefinedVariableError")  # of polars, of `frame.query("votes > 0")`
LOOKS_UP = ("pandas.", "datasets.formatting.", "datasets.arrow_dataset", "polars.")  # who looks a column up
OF_WORDS = re.compile(r"text|sent|title|name|turn|utter|question|answer|option|choice|comment|prompt|respon|desc", re.I)
MOST = 128  # signs of the name of a column, which may be a question; a longer one is a text of the rows
ALIKE = 3  # columns whose names begin alike
PLAIN = re.compile(r"\] (do )?not |None of \[|not exist in schema")  # what pandas and pyarrow say in a sentence
NO_NUMBER = re.compile(r"^invalid literal for int\(\) with base 10: ('.*'|\".*\")$", re.S)
NO_RECORD = r"string indices must be integers|'str' object has no attribute '(items|keys|values|get)'"


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
    looks_up = isinstance(error, (ValueError, KeyError)) or type(error).__name__ in LOOKING_UP
    if name is None and quoted and looks_up:
        name = quoted.group(1)
    known = run.spec.learned.get("columns", ())
    a_name = name is not None and name.isprintable() and bool(name.strip()) and len(name) <= MOST
    return name if a_name and name not in known else None


def _wanted_by_trainers() -> set[str]:
    from ....stand_in.made_up import sets

    return {column for _, columns in sets.TABLE["trainers"] for column in columns}


def keyed(run: Run, error: BaseException) -> Learned | None:
    """Records under the names in a table of JSON, which were taken for texts, as nothing of them was seen; or texts,
    where another class of the script's reads records there and no text has come to a tokenizer. Names that it takes for
    numbers are such."""
    known, no_record = run.spec.learned.get("keyed"), re.search(NO_RECORD, str(error))
    if known == "text" and (no_record or missing_column(run, error) is not None):
        return {"keyed": "record"}
    number = NO_NUMBER.search(str(error)) if isinstance(error, ValueError) else None
    if number is not None and ast.literal_eval(number[1]) in run.met.keyed and "numbered" not in run.spec.learned:
        return {"numbered": True}
    if known is None and _of_no_text(error) and any(table.record for table in run.hints.json_tables.values()):
        return {"keyed": "text"}
    return {"keyed": "record"} if known is None and no_record and run.hints.json_tables else None


def _of_no_text(error: BaseException) -> bool:
    """Was a tokenizer of transformers handed an empty list?"""
    return isinstance(error, IndexError) and frames(error)[-1].f_code.co_name == "_encode_plus"


def column(run: Run, error: BaseException) -> Learned | None:
    name = missing_column(run, error)
    found = _kept(run, error) or ([name] if name is not None else _by_place(run, error) or _of_table(run, error))
    return more(run, "columns", found) if found else None


def named_alike(run: Run, error: BaseException) -> Learned | None:
    """Columns that are found by how their names begin or end, of which there was none: `[c for c in table.columns if
    c.startswith(settings["prefix"])]`. Labels, where that does not sound like texts."""
    asked = run.filters.affixes if run.made_up else []
    there = {column for columns, _, _ in run.met.rows for column, _ in columns}
    there |= {*run.hints.columns, *run.spec.learned.get("columns", ())}
    new: dict[str, str] = {}
    for each in [each for each in asked if each.cell in there]:
        for part in each.values:
            kind = "text" if OF_WORDS.search(part) else "label"
            made = (f"{part}{n}" if each.affix == "startswith" else f"part_{n}{part}" for n in range(ALIKE))
            new.update(dict.fromkeys((name for name in made if name not in there), kind))
    kinds = run.spec.learned.get("kinds", {})
    return {**more(run, "columns", list(new)), "kinds": {**new, **kinds}} if new else None


def _kept(run: Run, error: BaseException) -> list[str]:
    """The columns that pandas is to keep of a file, or of a table, or datasets to remove, and that its rows lack."""
    real = run.data is None or run.data.real
    said = re.search(ALL_SAID, str(error)) if isinstance(error, ValueError) or not real else None
    return re.findall(r"'([^']+)'", next(filter(None, said.groups()))) if said and run.made_up else []


def refused(run: Run, error: BaseException) -> Learned | None:
    """Columns that a class of the script's own has no field for, where it is made of a row."""
    said = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", str(error))
    found = statement(run, error) if said is not None and isinstance(error, TypeError) and run.made_up else None
    calls = [n for n in ast.walk(found) if isinstance(n, ast.Call)] if found is not None else []
    if said is None or not any(k.arg is None for call in calls for k in call.keywords):
        return None
    made = at_work(run, error).get(said[1])
    if isinstance(made, type) and any(_of_a_library(run, base) for base in made.__mro__[:-1]):
        return None  # arguments for a trainer, say, which have no such one any more
    fields = inspect.signature(made).parameters if isinstance(made, type) else run.hints.columns
    known: dict[str, list[str]] = run.spec.learned.get("no columns", {})
    so_far = known.get(run.met.last_read, [])
    new = sorted({said[2], *(c for c in run.hints.columns if c not in fields)} - {*so_far})
    return {"no columns": {**known, run.met.last_read: [*so_far, *new]}} if new else None


def _of_a_library(run: Run, made: type) -> bool:
    home = sys.modules.get(made.__module__)
    return home is not None and not run.code.owns(str(getattr(home, "__file__", "")))


def _by_place(run: Run, error: BaseException) -> list[str]:
    """The columns and one more, where a script takes columns by their place: `column_names[1]`."""
    found = statement(run, error) if isinstance(error, IndexError) and run.made_up else None
    own = own_frames(run, error)
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
    asked.add(said.group(1))  # also where nothing shows it: `getattr(row, f"{side}_id")`
    pandas = importlib.import_module("pandas")
    row = "'Pandas'" in str(error)  # of `itertuples()`: it has its columns and next to nothing else
    theirs = {"Index", "count", "index"} if row else {*dir(pandas.DataFrame), *dir(pandas.Series)}
    known = {*theirs, *run.spec.learned.get("columns", ())}
    return sorted({said.group(1)} - known and asked - known)
