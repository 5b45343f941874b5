"""What attempts learn, as plain data that goes into the next one's spec."""

from __future__ import annotations

import ast
import functools
import operator
import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any, TypeVar

from ...context import Run
from ...frames import Spot

Learned = dict[str, Any]
Around = TypeVar("Around", bound=ast.stmt)
REACHED: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
OF_ROWS = frozenset(["Dataset", "DatasetDict", "DataFrame", "DataLoader"])


def more(run: Run, key: str, found: list[Any]) -> Learned:
    """What was learned, with what was known before."""
    return {key: sorted({*run.spec.learned.get(key, ()), *found})}


def not_known(run: Run, key: str, spots: Iterable[Spot]) -> Learned | None:
    """Places in the script, as they are told to the next attempt, with those that were known before; None where all of
    them were."""
    known = run.spec.learned.get(key, [])
    found = [[os.path.relpath(name, run.spec.work), row, place] for name, row, place in spots]
    new = [spot for spot in found if spot not in known]
    return {key: [*known, *new]} if new else None


def frames(error: BaseException) -> list[FrameType]:
    """The frames of an exception, outermost first."""
    trace = error.__traceback__
    found = []
    while trace is not None:
        found.append(trace.tb_frame)
        trace = trace.tb_next
    return found


def own_frames(run: Run, error: BaseException) -> list[FrameType]:
    """Those of the script's own, outermost first."""
    return [f for f in frames(error) if run.code.owns(f.f_code.co_filename)]


def statement(run: Run, error: BaseException) -> ast.stmt | None:
    """The innermost statement of the script's own that an exception went through."""
    own = _own(run, error)
    return _at(own[-1]) if own else None


def statements(run: Run, error: BaseException) -> list[ast.stmt]:
    """All statements of the script's own that an exception went through, outermost first."""
    return [found for found in map(_at, _own(run, error)) if found is not None]


def names_in(frame: FrameType) -> dict[str, Any]:
    """What names stand for in a frame."""
    return {**frame.f_globals, **frame.f_locals}


def named_in(*nodes: ast.AST | None) -> set[str]:
    """The names that stand in some nodes."""
    return {n.id for node in nodes if node is not None for n in ast.walk(node) if isinstance(n, ast.Name)}


def held_by(run: Run, error: BaseException) -> dict[str, Any]:
    """What names stand for in the innermost frame of the script's own that an exception went through."""
    own = own_frames(run, error)
    return names_in(own[-1]) if own else {}


def own_code(run: Run, error: BaseException) -> list[str]:
    """All names in the innermost function of the script's own that an exception went through."""
    own = own_frames(run, error)
    return used(own[-1].f_code) if own else []


def used(code: CodeType) -> list[str]:
    """All names in a function, those of its comprehensions among them."""
    inner = [name for const in code.co_consts if isinstance(const, CodeType) for name in used(const)]
    return [*code.co_names, *code.co_varnames, *code.co_freevars, *inner]


def at_work(run: Run, error: BaseException) -> dict[str, Any]:
    """What the names in the failing statement of the script's stand for."""
    found, held = statement(run, error), held_by(run, error)
    return (
        {} if found is None else {n.id: held[n.id] for n in ast.walk(found) if isinstance(n, ast.Name) and n.id in held}
    )


def value_of(node: ast.expr, held: Mapping[str, Any]) -> Any:
    """What a name stands for, one of its fields or of its items, or how many these are, also some more or less than
    that; None where more is to be worked out."""
    if isinstance(node, ast.Name):
        return held.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(value_of(node.value, held), node.attr, None)
    if isinstance(node, ast.Subscript):
        holder, key = value_of(node.value, held), value_of(node.slice, held)
        if isinstance(holder, list) and isinstance(key, int):
            return next(iter(holder[key : key + 1 or None]), None)
        return holder.get(key) if isinstance(holder, Mapping) and isinstance(key, str) else None
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "len" and len(node.args) == 1:
        counted = value_of(node.args[0], held)
        known = isinstance(counted, (list, tuple, set, dict, str)) or type(counted).__name__ == "ndarray"
        return len(counted) if known else None
    if isinstance(node, ast.BinOp) and type(node.op) in REACHED:
        left, right = value_of(node.left, held), value_of(node.right, held)
        return REACHED[type(node.op)](left, right) if type(left) is int and type(right) is int else None
    return node.value if isinstance(node, ast.Constant) else None


def empty(run: Run, error: BaseException) -> list[str]:
    """What the failing statement works with and has nothing in it."""
    if not isinstance(error, (IndexError, KeyError, StopIteration, ValueError, ZeroDivisionError)):
        return []
    return [name for name, value in sorted(at_work(run, error).items()) if _is_empty(value)]


def given_none(error: BaseException) -> list[Any]:
    """The data sets of a trainer at work in which there is nothing. An evaluation on none has no metrics (transformers
    5.23)."""
    trainers = [f.f_locals.get("self") for f in frames(error) if f.f_code.co_name in ("train", "evaluate", "predict")]
    found = [getattr(one, name, None) for one in trainers for name in ("train_dataset", "eval_dataset")]
    parts = [part for rows in found for part in (rows.values() if isinstance(rows, dict) else (rows,))]
    return [part for part in parts if _has_none(part)]


def _has_none(rows: Any) -> bool:
    try:
        return rows is not None and len(rows) == 0
    except Exception:
        return False


def _is_empty(value: Any) -> bool:
    kind = type(value).__name__
    if kind == "DatasetDict":
        return not value or any(len(part) == 0 for part in value.values())
    if isinstance(value, dict) and value:  # parts that are all without rows
        return all(map(_is_empty, value.values()))
    return (kind in ("list", "tuple", "dict") or of_rows(value)) and _has_none(value)


def of_rows(value: Any) -> bool:
    """Is it a data set or a table, or what goes through one? Those of the script's own classes are, too."""
    return not OF_ROWS.isdisjoint(c.__name__ for c in type(value).__mro__)


def none_of(run: Run, error: BaseException) -> list[str]:
    """What the script itself ends over, as there is nothing in it: `if not rows: raise ...`."""
    if not isinstance(statement(run, error), (ast.Raise, ast.Assert, ast.Expr, ast.If)):
        return []
    held = held_by(run, error)
    names = named_in(*conditions(run, error), statement(run, error))
    return sorted(n for n in names if _is_empty(held.get(n)))


def conditions(run: Run, error: BaseException) -> list[ast.expr]:
    """The tests of the `if` statements around the line at which the script stopped."""
    return [found.test for found in around(run, error, ast.If)]


def values_of(run: Run, error: BaseException, names: set[str]) -> list[ast.expr]:
    """What names were bound to above the line at which the script stopped, in its file."""
    return [
        found.value
        for place in _own(run, error)[-1:]
        for found in _statements(place.filename)
        if isinstance(found, ast.Assign)
        and found.lineno < (place.lineno or 0)
        and getattr(found.targets[0], "id", None) in names
    ]


def around(run: Run, error: BaseException, kind: type[Around]) -> list[Around]:
    """The statements of a kind around the line at which the script stopped."""
    own = _own(run, error)
    return [n for n in _around(own[-1]) if isinstance(n, kind)] if own else []


def _own(run: Run, error: BaseException) -> list[traceback.FrameSummary]:
    return [f for f in traceback.extract_tb(error.__traceback__) if run.code.owns(f.filename)]


def _at(place: traceback.FrameSummary) -> ast.stmt | None:
    return max(_around(place), key=lambda n: n.lineno, default=None)


def _around(place: traceback.FrameSummary) -> list[ast.stmt]:
    return around_row(place.filename, place.lineno or 0)


def around_row(filename: str, row: int) -> list[ast.stmt]:
    """The statements that a line is in, and itself."""
    return [n for n in _statements(filename) if n.lineno <= row <= (n.end_lineno or 0)]


@functools.cache
def _statements(filename: str) -> list[ast.stmt]:
    """Those of a file, which stays as it is while its script is run."""
    try:
        with open(filename, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return []
    return [n for n in ast.walk(tree) if isinstance(n, ast.stmt)]
