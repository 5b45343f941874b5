"""Cells of made-up rows that are of another kind than the script takes them for."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ....context import Run
from ..learning import Learned, at_work, frames, held_by, more, named_in, statement, value_of

NO_TEXT = re.compile(
    r"input must be of type `?str|TextEncodeInput must be|TextInputSequence must be|expected str instance|"
    r"can only concatenate str|"
    r"argument of type '(int|float|bool)' is not|object of type '(int|float|bool)' has no len|"
    r"only use \.str accessor|for /: '\w*Path' and|expected string or bytes-like|"
    r"'(int|float|bool)' object has no attribute '(strip|split|lower|upper|replace|startswith|endswith|encode)'"
)
MOST = 64  # times as many rows as at first
NO_TENSOR = (
    r"can't convert np.ndarray of type numpy.object_|"
    r"too many dimensions 'str'|new\(\): invalid data type 'str'|Invalid comparison between dtype=str and (int|float)|"
    r"'[<>]=?' not supported between instances of 'str' and '(int|float)'|"
    r"operation '\w+' not supported for dtype 'str'|dtype 'str' does not support operation|"
    r"Cannot perform reduction '\w+' with string dtype|Cannot interpolate with str dtype|No numeric types to aggregate|"
    r"has no kernel matching input types \((large_)?string[,)]|"
    r"unsupported operand type\(s\) for (-|/|//|%|\*\*|-=|/=): ('str'|'\w+' and 'str')|"
    r"unsupported operand type\(s\) for \+=?: '(int|float)' and 'str'|can't multiply sequence by non-int of type|"
    r"bad operand type for (unary -|abs\(\)): 'str'|must be real number, not str|"
    r"Unknown format code '\w' for object of type 'str'|"
    r"'str' object cannot be interpreted as an integer|type str doesn't define __round__"
)
SIGNS = ("=", "==", "!=", "<", "<=", ">", ">=")  # of pyarrow's filters
UNORDERED = "not supported between instances"
NO_PICTURE = re.compile(r"image\S{0,12} tokens?\b.*image|image features and image tokens", re.I)
PLACEHOLDER = re.compile(r"<\W?\w*(image|img)\w*\W?>")
NO_DATE = re.compile(r"datetime string|does not match format|Invalid isoformat string")  # of pandas and Python
NO_LIST = re.compile(r'can only concatenate str \(not "(list|tuple)"\)|not enough values to unpack \(expected 2')
NO_NUMBER = re.compile(r"invalid literal for int\(\)|could not convert string to float")


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
    wrong = isinstance(error, (TypeError, ValueError, AttributeError)) and NO_TEXT.search(str(error))
    return _of_a_kind(run, error, "texts") if wrong else None


def digits(run: Run, error: BaseException) -> Learned | None:
    """Columns that are numbers written as text, one or one for each letter: that of the made-up text that is none, else
    what the failing statement reads."""
    if not isinstance(error, ValueError) or not NO_NUMBER.search(str(error)):
        return None
    column = _said_cell(run, error, run.spec.learned.get("digits", ()))
    return more(run, "digits", [column]) if column is not None else _of_a_kind(run, error, "digits")


def _said_cell(run: Run, error: BaseException, known: Collection[str]) -> str | None:
    """The column of the made-up text that an error is about, where it is none of those that are known."""
    texts = (column for text, column in run.met.cells.items() if len(text) > 4 and text in str(error))
    return next((column for column in texts if column not in known), None)


def asked(run: Run, error: BaseException) -> Learned | None:
    """Prompts that are chats, where a reward of the script's own takes the completions for turns of one and it has no
    other say in them."""
    rewards = any(f.f_code.co_name == "_calculate_rewards" for f in frames(error))
    of_texts = isinstance(error, TypeError) and "string indices must be integers" in str(error)
    known: dict[str, str] = run.spec.learned.get("kinds", {})
    new = rewards and of_texts and run.made_up and "prompt" not in known and "prompt" not in run.hints.strings
    return {"kinds": {**known, "prompt": "question"}} if new else None


def paired(run: Run, error: BaseException) -> Learned | None:
    """Columns of pairs, the earlier turns of a chat: what is put before a list, or gone through two by two."""
    wrong = isinstance(error, (TypeError, ValueError)) and NO_LIST.search(str(error)) and run.made_up
    found = statement(run, error) if wrong else None
    if isinstance(found, ast.For):
        taken = [found.iter]
    else:
        taken = [
            n.left for n in ast.walk(found or ast.Pass()) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Add)
        ]
    texts = [(node, _worked_out(node, held_by(run, error))) for node in taken]
    columns = [_column_of(run, node, text) for node, text in texts if isinstance(text, str)]
    known: dict[str, str] = run.spec.learned.get("kinds", {})
    new = {column: "pairs" for column in columns if column is not None and column not in known}
    return {"kinds": {**known, **new}} if new else None


def _column_of(run: Run, node: ast.expr, text: str) -> str | None:
    """The column that is called as an expression is, else the one whose cell it holds."""
    called = node.slice if isinstance(node, ast.Subscript) else node
    name = next((getattr(called, field) for field in ("id", "attr", "value") if hasattr(called, field)), None)
    return name if isinstance(name, str) and name in run.hints.columns else run.met.cells.get(text)


def numbers(run: Run, error: BaseException) -> Learned | None:
    """Columns of numbers, whatever their names sound like: what the failing statement makes a tensor of, or compares
    with a number."""
    wrong = isinstance(error, (ValueError, TypeError, NotImplementedError)) and re.search(NO_TENSOR, str(error))
    return _of_a_kind(run, error, "numbers") if wrong else None


def dates(run: Run, error: BaseException) -> Learned | None:
    """Columns of dates, whatever their names sound like: those of the made-up text that is no date."""
    wrong = isinstance(error, ValueError) and NO_DATE.search(str(error)) and run.made_up
    known: dict[str, str] = run.spec.learned.get("kinds", {})
    new = _said_cell(run, error, known) if wrong else None
    return {"kinds": {**known, new: "date"}} if new is not None else None


def pictured(run: Run, error: BaseException) -> Learned | None:
    """Chats that speak of their picture: by the mark that the script has for one, else as a part of its own, else by
    the mark that is missed."""
    lacks = isinstance(error, (ValueError, RuntimeError)) and NO_PICTURE.search(str(error)) and run.made_up
    marks = sorted(s for s in run.hints.strings if PLACEHOLDER.fullmatch(s)) if lacks else []
    if marks and "placeholder" not in run.spec.learned:
        return {"placeholder": marks[0]}
    if lacks and "pictured" not in run.spec.learned:
        return {"pictured": True}
    missed = PLACEHOLDER.search(str(error)) if lacks and "placeholder" not in run.spec.learned else None
    return {"placeholder": missed.group()} if missed else None


def _of_a_kind(run: Run, error: BaseException, kind: str) -> Learned | None:
    """What the failing statement names is of this kind; every column, where it names none. After a training, for which
    the rows did as they are, only what is known to be a column."""
    from ....stand_in.made_up.rows import EVERY

    found = statement(run, error) if run.made_up else None
    if found is None:
        return None
    here = held_by(run, error)
    columns = [*_filtered(found, here), *_held(run, compared(found, error), here)] if kind == "numbers" else []
    if fresh := [c for c in columns if c not in run.spec.learned.get(kind, ())]:
        return more(run, kind, fresh)
    held = at_work(run, error)
    asked = [n.slice for n in ast.walk(found) if isinstance(n, ast.Subscript)]
    names = named_in(*asked) & held.keys()
    if kind == "numbers" and any(isinstance(held[name], (list, tuple)) for name in names):  # the columns of a table
        held, found = {name: held[name] for name in names}, ast.Pass()
    words = {n.value for n in ast.walk(found) if isinstance(n, ast.Constant)}
    words |= {n.attr for n in ast.walk(found) if isinstance(n, ast.Attribute) and n.attr in run.hints.columns}
    lists = [value for value in held.values() if isinstance(value, (list, tuple)) and len(value) < MOST]
    words |= {word for value in lists for word in value if isinstance(word, str)}
    known = run.spec.learned.get(kind, ())
    new = [w for w in words if isinstance(w, str) and w not in known]
    if run.events.steps:
        new = [w for w in new if w in run.hints.columns]
    elif not new and EVERY not in known:
        new = [EVERY]
    return more(run, kind, new) if new else None


def compared(found: ast.stmt, error: BaseException) -> list[ast.AST]:
    """What is held against numbers, where that is what failed: of `row.height > 2` not the whole row."""
    tests = [n for n in ast.walk(found) if isinstance(n, ast.Compare)] if UNORDERED in str(error) else []
    return [side for test in tests for side in (test.left, *test.comparators)] or [*ast.walk(found)]


def _filtered(found: ast.stmt, held: Mapping[str, Any]) -> list[str]:
    """The columns that a reader of parquet tests: `read_table(path, filters=[("days", "!=", -1)])`."""
    tests = [n.elts for n in ast.walk(found) if isinstance(n, ast.Tuple) and len(n.elts) == 3]
    columns = [_worked_out(column, held) for column, sign, _ in tests if getattr(sign, "value", None) in SIGNS]
    return [column for column in columns if isinstance(column, str)]


def _held(run: Run, nodes: Iterable[ast.AST], held: Mapping[str, Any]) -> list[str]:
    """The columns of the made-up texts in what a statement works with: `self.labels[i]`, else `row[name]`."""
    values = [_worked_out(n, held) for n in nodes if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))]
    lists = [v.tolist() if hasattr(v, "tolist") else v for v in values]
    texts = [text for several in lists if isinstance(several, list) for text in several[:MOST] if isinstance(text, str)]
    texts = texts or [value for value in values if isinstance(value, str)]
    return list(dict.fromkeys(run.met.cells[text] for text in texts if text in run.met.cells))


def _worked_out(node: ast.expr, held: Mapping[str, Any]) -> Any:
    """What an expression of names, fields and items stands for."""
    if isinstance(node, ast.Subscript):
        owner, key = _worked_out(node.value, held), _worked_out(node.slice, held)
        plain = isinstance(owner, (list, tuple, dict)) or type(owner).__name__ == "ndarray"
        with contextlib.suppress(Exception):
            return owner[key] if plain and key is not None else None
        return None
    if isinstance(node, ast.Attribute):
        return getattr(_worked_out(node.value, held), node.attr, None)
    return value_of(node, held)
