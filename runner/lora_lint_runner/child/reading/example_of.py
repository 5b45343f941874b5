"""Texts that a regular expression matches: cells, lines and names of files of which a script takes parts by one."""

from __future__ import annotations

import importlib
import re
import string
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

DIGITS, WORDS = "CATEGORY_DIGIT", "CATEGORY_WORD"
KINDS = {
    DIGITS: string.digits, WORDS: string.ascii_lowercase, "CATEGORY_SPACE": " ", "CATEGORY_NOT_SPACE": "x",
    "CATEGORY_NOT_DIGIT": string.ascii_lowercase, "CATEGORY_NOT_WORD": " -",
}  # fmt: skip
OTHERS = string.ascii_letters + string.digits + "_- ."
MANY, MONTHS, YEAR = 9, 12, 2021
MOST = 3  # times that something is repeated
SELDOM = 4  # one of so many texts lacks what may lack, and tells something by that


class Parts(NamedTuple):
    """What parts of a text are: `filling` where there may be anything, `named` of groups by their numbers."""

    filling: str = ""
    named: Mapping[int, str] = {}


def example_of(pattern: str, index: int, filling: str = "", named: Mapping[str, str] | None = None) -> str | None:
    """The text; others for another `index`, `filling` where it may hold anything, and in groups with a name what is
    `named`, where that matches. None for a pattern that says no more than that something is there."""
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    try:
        parsed = parser.parse(pattern)
        numbers: Mapping[str, int] = parsed.state.groupdict
        of_groups = {numbers[name]: text for name, text in (named or {}).items() if name in numbers}
        found = _all(parsed, index, Parts(filling, of_groups))
    except (re.error, KeyError, OverflowError):
        return None
    if of_groups and not re.search(pattern, found, re.S):
        return example_of(pattern, index, filling)
    return found if found and re.search(pattern, found, re.S) else None


def _all(parts: Any, index: int, given: Parts) -> str:
    return "".join(_one(str(kind), said, index + place, given) for place, (kind, said) in enumerate(parts))


def _one(kind: str, said: Any, index: int, given: Parts) -> str:
    if kind == "LITERAL":
        return chr(said)
    if kind == "NOT_LITERAL":
        return next(c for c in OTHERS if ord(c) != said)
    if kind == "ANY":
        return OTHERS[index % 26]
    if kind == "IN":
        return _of_set(said, index)
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, part = said
        if given.filling and int(most) > len(given.filling) and [str(inner[0]) for inner in part] == ["ANY"]:
            return given.filling
        if int(most) > 1 and _are_digits(part):
            return _number(int(least), int(most), index)
        if (int(least), int(most)) == (0, 1) and _is_mark(part) and index % SELDOM == 0:
            return ""
        times = min(max(int(least), 1), int(most), MOST + int(least))
        return "".join(_all(part, index + time, given) for time in range(times))
    if kind == "SUBPATTERN":
        return given.named.get(said[0]) or _all(said[-1], index, given)
    if kind == "ATOMIC_GROUP":
        return _all(said, index, given)
    if kind == "BRANCH":
        return _all(said[1][index % len(said[1])], index, given)
    return ""  # where a text begins and ends, and what is around it


def _is_mark(part: Any) -> bool:
    """Does it hold a group of one text alone? That tells something by its lacking: `(?P<part>test)?`."""
    groups = [said for kind, said in part if str(kind) == "SUBPATTERN"]
    marks = [said for said in groups if said[0] is not None and all(str(kind) == "LITERAL" for kind, _ in said[-1])]
    return bool(marks) or any(_is_mark(said[-1]) for said in groups if said[0] is None)


def _number(least: int, most: int, index: int) -> str:
    """Of so many digits: with two of them as a day, a month, an hour or a minute, too, with up to four as a year."""
    number = index % MONTHS + 1 if most == 2 else YEAR + index % MANY if most == len(str(YEAR)) else index + 1
    return str(number).zfill(least)[-most:]


def _are_digits(part: Any) -> bool:
    """Is it one digit of any kind?"""
    inner = [(str(kind), said) for kind, said in part]
    return len(inner) == 1 and inner[0][0] == "IN" and [str(one) for _, one in inner[0][1]] == [DIGITS]


def _of_set(said: Any, index: int) -> str:
    """One of several letters; of those that are left out, none."""
    letters = ""
    for kind, part in said:
        if str(kind) == "LITERAL":
            letters += chr(part)
        elif str(kind) == "RANGE":
            letters += "".join(map(chr, range(part[0], min(part[1], part[0] + 25) + 1)))
        elif str(kind) == "CATEGORY":
            letters += KINDS.get(str(part), "")
    if letters == string.digits:
        return str(index % 9 + 1)
    if str(said[0][0]) == "NEGATE":
        return next((c for c in OTHERS[index % 26 :] + OTHERS if c not in letters), "x")
    if not letters:
        raise KeyError(str(said[0]))
    return letters[index % len(letters)]
