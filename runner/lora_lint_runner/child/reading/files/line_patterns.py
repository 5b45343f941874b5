"""Lines of a text that a script takes apart by a regular expression, and what it looks for in their parts by others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..example_of import example_of
from ..patterns import held_against, patterns_in
from .origins import Origins
from .shared_keys import Keys

MATCHING = ("match", "fullmatch", "search")
FINDING = ("findall", "finditer")
SAME = ("strip", "rstrip", "lstrip", "decode")


class LinePatterns(NamedTuple):
    """`lines` are the patterns by the names of files, `inner` those that something is found by in a part of a line, by
    the variable that takes it, if there is one; `cells` are those that the cells of a column have to match."""

    lines: dict[str, str] = {}
    inner: dict[str, str] = {}
    cells: dict[str, str] = {}


def line_patterns(origins: Origins, keys: Keys, trees: Iterable[ast.Module]) -> LinePatterns:
    """Reads modules that take lines apart."""
    named = {name: text for tree in trees for name, text in patterns_in(tree).items()}
    lines: dict[str, str] = {}
    inner: dict[str, str] = {}
    cells: dict[str, str] = {}
    for call in [n for n in origins.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]:
        pattern, asked = _matched(call, named)
        if pattern is None or asked is None:
            continue
        files = origins.read_at(asked) if isinstance(asked, ast.Name) else frozenset()
        if files and (getattr(call.func, "attr", "") in MATCHING or _takes_apart(pattern, asked, origins)):
            lines.update((file, pattern) for file in files if file not in lines)
        elif not files and getattr(call.func, "attr", "") in FINDING:
            inner[next(_takers(call, origins), pattern)] = pattern
        column = keys.column(asked) if not files and not isinstance(asked, ast.Name) else None
        if column is not None:
            cells[column] = pattern
    return LinePatterns(lines, inner if lines else {}, cells)


def _takes_apart(pattern: str, asked: ast.expr | None, origins: Origins) -> bool:
    """Does a pattern find several parts of each of the things of which a whole text consists?"""
    whole = isinstance(asked, ast.Name) and not origins.is_line(asked)
    return whole and re.compile(pattern).groups > 1


def _matched(call: ast.Call, named: dict[str, str]) -> tuple[str | None, ast.expr | None]:
    """The pattern of a call, and what it is held against."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in (*MATCHING, *FINDING) or not call.args:
        return None, None
    pattern, asked = held_against(call, named)
    while isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute) and asked.func.attr in SAME:
        asked = asked.func.value
    return (pattern, asked) if pattern and example_of(pattern, 0) else (None, None)


def _takers(call: ast.Call, origins: Origins) -> Iterator[str]:
    """The variable of the loop that goes through what is found."""
    above: ast.AST | None = call
    while isinstance(above, ast.Call):
        above = origins.parents.get(above)
    if isinstance(above, (ast.For, ast.comprehension)) and isinstance(above.target, ast.Name):
        yield above.target.id
