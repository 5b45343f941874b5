"""Files that hold rows below names which only the script knows: `rows[name]` for each `name` in an option."""

from __future__ import annotations

import ast
from typing import Any

from ....context import Run
from ....stand_in.made_up.files.keyed import NAMELESS
from ..learning import Learned, around, frames, held_by, statement, value_of
from .rows import NO_LIST

Named = dict[str, dict[str, Any]]
SEVERAL = (list, tuple, set, frozenset)


def learned(run: Run, error: BaseException) -> Learned | None:
    """That the file read last is such a one, a name that it lacks, or that a single row lies below each; a name that a
    table of JSON lacks which has something below each name (`splits["train"]`)."""
    known: Named = run.spec.learned.get("named", {})
    own = run.made_up and run.code.owns(frames(error)[-1].f_code.co_filename)
    if not own or not (isinstance(error, KeyError) or NO_LIST in str(error)):
        return None
    file, held = run.met.last_read, held_by(run, error)
    found = statement(run, error)
    for node in [n for n in ast.walk(found) if isinstance(n, ast.Subscript)] if found is not None else ():
        holder = value_of(node.value, held)
        if isinstance(error, KeyError):
            of_keyed = _of_keyed(run, holder)
            if of_keyed is not None and isinstance(error.args[0], str):
                so_far = run.spec.learned.get("keys below", {})
                names = [*so_far.get(of_keyed, ()), *_named_with(run, error, error.args[0], node.slice)]
                return {"keys below": {**so_far, of_keyed: list(dict.fromkeys(names))}}
            home = next((name for name, table in known.items() if _is_of(holder, table["names"])), None)
            if home is not None and isinstance(error.args[0], str):
                names = [*known[home]["names"], *_named_with(run, error, error.args[0], node.slice)]
                return {"named": {**known, home: {**known[home], "names": list(dict.fromkeys(names))}}}
        elif _of_rows(holder) and not isinstance(node.slice, (ast.Constant, ast.Slice)):
            if file not in known and run.hints.of_files.of(file):
                return {"named": {**known, file: {"names": [], "each": "rows"}}}
        elif _of_rows(holder) and known.get(file, {}).get("each") == "rows":
            return {"named": {**known, file: {**known[file], "each": "record"}}}
    return None


def _of_rows(holder: Any) -> bool:
    return isinstance(holder, list) and bool(holder) and isinstance(holder[0], dict)


def _of_keyed(run: Run, holder: Any) -> str | None:
    """The file of which a table has the keys, with several things below each: what was read of it, or what the script
    has made of each of them. With a text or a record below each it has the keys of other files, or is a record."""
    below = isinstance(holder, dict) and all(isinstance(value, SEVERAL) for value in holder.values())
    keys = set(map(str, holder)) if below else set()
    return next((file for file, names in run.met.keyed_files.items() if keys and keys == names), None)


def _is_of(holder: Any, names: list[str]) -> bool:
    """Is it what was made up with these names?"""
    return isinstance(holder, dict) and set(holder) == set(names or [NAMELESS])


def _named_with(run: Run, error: BaseException, name: str, key: ast.expr) -> list[str]:
    """A name, and those with which a loop around the line goes through it."""
    held = held_by(run, error)
    loops = [loop for loop in around(run, error, ast.For) if ast.unparse(loop.target) == ast.unparse(key)]
    items = [value_of(loop.iter, held) for loop in loops]
    lists = [found for found in items if isinstance(found, (list, tuple)) and name in found]
    return [name, *(item for found in lists for item in found if isinstance(item, str))]
