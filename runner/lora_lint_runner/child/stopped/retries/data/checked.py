"""What a script checks of its rows before it uses them: fields that they have, marks that divide their texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from ....context import Run
from ....reading import sources
from ....reading.example_of import example_of
from ..learning import Learned, conditions, frames, held_by, more, statement, value_of
from .rows import left_none

FINDS = ("compile", "findall", "finditer", "search", "match", "fullmatch", "split")
FOUND = "what was said"
MARKED = re.compile(r"\w\w.*[:>\]|]|##|\[[A-Z/]+\]|<\|?\w", re.S)  # "USER:", "### Response", "[INST]", "<|user|>"
SUBSETS = (ast.LtE, ast.Lt, ast.GtE, ast.Gt)  # `{"age", "income"} <= set(rows.column_names)`
OF_SETS = ("issubset", "issuperset", "all")  # `COLUMNS.issubset(table.columns)`


def fields(run: Run, error: BaseException) -> Learned | None:
    """The fields that a script looks for itself (`if key not in row: raise ...`), and that made-up rows lack."""
    ended = isinstance(error, (SystemExit, RuntimeError))  # over much else as well
    if not (ended or isinstance(error, (KeyError, ValueError, AssertionError))) or not run.made_up:
        return None
    failed = statement(run, error)
    tests = [failed.test] if isinstance(failed, ast.Assert) else conditions(run, error)
    held = held_by(run, error)
    names: list[str] = []
    for node in [n for test in tests for n in ast.walk(test)]:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotIn):
            names += [] if ended else _words(node.left, held)
        elif _of_columns(node):
            names += [text for part in ast.walk(node) for text in _texts(part, held)]
        elif isinstance(node, ast.Name) and node.id.startswith("missing"):
            names += _texts(node, held)
    known = run.spec.learned.get("columns", ())
    new = [n for n in names if n.isidentifier() and n not in known]
    return more(run, "columns", new) if new else None


def _of_columns(node: ast.AST) -> bool:
    """Does it hold names against those of columns?"""
    called = node.func if isinstance(node, ast.Call) else None
    of_sets = getattr(called, "attr", getattr(called, "id", "")) in OF_SETS
    among = isinstance(node, ast.Compare) and isinstance(node.ops[0], SUBSETS)
    return (among or of_sets) and "column" in ast.unparse(node)


def _texts(node: ast.AST, held: dict[str, Any]) -> list[str]:
    """A text that is written out, or those that a name stands for."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    value = held.get(node.id) if isinstance(node, ast.Name) else None
    return [v for v in value if isinstance(v, str)] if isinstance(value, (set, frozenset, list, tuple)) else []


def marks(run: Run, error: BaseException) -> Learned | None:
    """The marks at which made-up texts are to be divided (`text.split("Answer:")[1]`), or that they have to hold (`if
    "<table" not in text: raise ...`)."""
    wanted = _wanted(run, error)
    known = run.spec.learned.get("marks", [])
    if [mark for mark in wanted if mark not in known]:
        return {"marks": list(dict.fromkeys([*known, *wanted]))}
    own = isinstance(error, IndexError) and run.code.owns(frames(error)[-1].f_code.co_filename)
    failed = statement(run, error) if own and run.made_up else None
    if failed is None or not set(_divided(failed)) - set(known):
        return None
    with open(frames(error)[-1].f_code.co_filename, "rb") as file:
        return {"marks": list(dict.fromkeys([*known, *_divided(ast.parse(file.read()))]))}


def turns(run: Run, error: BaseException) -> Learned | None:
    """The marks at which the script takes texts apart (`text.split("\\n\\nHuman: ")`, a pattern for "USER: ..."), where
    it has found nothing to train on in made-up ones."""
    wanting = run.made_up and (isinstance(error, ZeroDivisionError) or left_none(run, error) or _of_chats(error))
    known = run.spec.learned.get("marks", [])
    trees = sources.trees(run.spec.script, run.spec.work) if wanting else ()
    new = dict.fromkeys(mark for tree in trees for mark in _speaking(tree) if mark not in known)
    return {"marks": [*known, *new]} if new else None


def _of_chats(error: BaseException) -> bool:
    """Does trl ask the first row for a message, and there is none?"""
    return isinstance(error, IndexError) and frames(error)[-1].f_code.co_name == "is_conversational"


def _speaking(tree: ast.AST) -> Iterator[str]:
    """The marks in a module: what stands between the parts of a text, and texts that its patterns find."""
    for node in ast.walk(tree):
        func = node.func if isinstance(node, ast.Call) else None
        given = node.args[0] if isinstance(node, ast.Call) and node.args else None
        said = given.value if isinstance(given, ast.Constant) else None
        if not isinstance(func, ast.Attribute) or not isinstance(said, str):
            continue
        if func.attr in FINDS and isinstance(func.value, ast.Name) and func.value.id in ("re", "regex"):
            examples = (example_of(said, place, FOUND) for place in range(len(FOUND.split())))
            yield from (f"\n{text}" for text in examples if text and MARKED.search(text))
        elif func.attr in ("split", "rsplit", "partition", "rpartition") and MARKED.search(said):
            yield said


def _is_cell(run: Run, value: Any) -> bool:
    return isinstance(value, str) and value in run.met.cells


def _wanted(run: Run, error: BaseException) -> list[str]:
    """What the script looks for in a text in vain, and ends itself over."""
    if not isinstance(error, (ValueError, AssertionError)) or not run.made_up:
        return []
    failed, held = statement(run, error), held_by(run, error)
    tests = [failed.test] if isinstance(failed, ast.Assert) else conditions(run, error)
    found = []
    for node in [n for test in tests for n in ast.walk(test)]:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            names = [n.id for n in ast.walk(node.comparators[0]) if isinstance(n, ast.Name)]
            mark = node.left.value if isinstance(node.left, ast.Constant) else None
            if isinstance(mark, str) and mark and any(_is_cell(run, held.get(name)) for name in names):
                found.append(mark)
    return found


def _divided(tree: ast.AST) -> list[str]:
    """The marks by which texts are split, where one of the parts is taken by its place."""
    found = []
    for node in ast.walk(tree):
        call = node.value if isinstance(node, ast.Subscript) else None
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("split", "rsplit")
        ):
            found += [
                a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and a.value
            ]
    return found


def _words(node: ast.expr, held: dict[str, Any]) -> list[str]:
    value = value_of(node, held)
    return [value] if isinstance(value, str) else []
