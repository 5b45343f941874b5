"""What the queries of a script tell of a column of a database, beside what the one at work holds it against."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....context import Run
from ....reading.cells.shape import Shape
from ..cells import kinds
from ..rows import SPEAKING

SUMMED = r"\b(?:sum|avg|total)\(\s*(?:\w+\.)?[\"`\[]?{}\b"
BALANCED = re.compile(r"(?:<>|!=)\s*0\b")  # sums of which 0 says nothing
GIVEN = r"\b{}[\"`\]]?\s*==?\s*(?:\?|:\w+|%s|\{{)"
ORDERED = r"\border\s+by\s+(?:[\w.]+\s*(?:asc|desc)?\s*,\s*)*(?:\w+\.)?[\"`\[]?{}\b"
NAMED = re.compile(r"\b(?:from|join)\s+[\"`\[]?([a-z_]\w*)", re.I)
BY_QUERY = re.compile(r"(?:\bwith|,)\s+([a-z_]\w*)\s*(?:\([^)]*\)\s*)?as\s*\(\s*select\b", re.I)  # of its own making
CATALOGUE = re.compile(r"\bsqlite_(?:master|schema)\b", re.I)
QUERY = re.compile(r"\bselect\b", re.I)
SYSTEM = "system"


def shape(run: Run, column: str, query: str, held_against: tuple[str | int, ...]) -> Shape | None:
    """What is known of its cells: `held_against` are the values that it is compared with here."""
    known = run.hints.columns.get(column)
    if column in SPEAKING and known is not None and set(held_against) < set(known.values):
        both = tuple(value for value in dict.fromkeys(known.values) if value != SYSTEM)
        return Shape("text", values=both)  # a chat has either side, whichever is asked for
    if held_against:
        return Shape("int" if all(isinstance(v, int) for v in held_against) else "text", values=held_against)
    if re.search(SUMMED.format(column), query, re.I):
        return Shape("int", values=(1, -1)) if BALANCED.search(query) else Shape("int")
    return known


def looked_up(run: Run, column: str) -> bool:
    """Does another query ask for the rows of one value: `WHERE session_id = ?`?"""
    return any(re.search(GIVEN.format(column), text, re.I) for text in _all(run))


def ordered(run: Run, column: str) -> bool:
    """Are rows put into order by it, and nothing says that it is a date or a text?"""
    asked = any(re.search(ORDERED.format(column), text, re.I) for text in _all(run))
    return asked and kinds.by_name(column) == "text" and column not in run.hints.compared


def tables(run: Run) -> Iterator[str]:
    """Those that any query of the script goes to."""
    for text in dict.fromkeys(_all(run)):
        made = set(BY_QUERY.findall(text))
        yield from (name for name in NAMED.findall(text) if name not in made and not CATALOGUE.fullmatch(name))


def _all(run: Run) -> Iterator[str]:
    return (text for text in run.hints.strings if QUERY.search(text))
