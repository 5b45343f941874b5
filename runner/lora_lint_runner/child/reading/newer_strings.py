"""f-strings as Python 3.12 reads them (`f"{row["text"]}"`), written so that an older one does, line for line."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from itertools import islice

from ..links import own_folders

OPENING = re.compile(r"(?<![\w])([A-Za-z]{0,2})('''|\"\"\"|'|\")")
PAIRS = {"(": ")", "[": "]", "{": "}"}
MOST_FILES = 400
MOST_FOLDERS = 2000


class _Unwritable(Exception):
    """A string that an older Python has no way to write so."""


def rewrite(folder: str) -> None:
    """Rewrites the Python files of a copy that this interpreter does not read, and would read then. What is there by a
    link is somebody's own: a file takes its place."""
    for path in islice(_modules(folder), MOST_FILES):
        with open(path, encoding="utf-8", errors="replace") as file:
            found = readable(file.read())
        if found is not None:
            own_folders(path, folder)
            if os.path.islink(path):
                os.unlink(path)
            with open(path, "w", encoding="utf-8") as copy:
                copy.write(found)


def _modules(folder: str) -> Iterator[str]:
    """The Python files of a copy, of linked folders too, each of which is gone through once."""
    seen: set[str] = set()
    for root, inner, names in islice(os.walk(folder, followlinks=True), MOST_FOLDERS):
        inner[:] = [name for name in inner if os.path.realpath(os.path.join(root, name)) not in seen]
        seen.update(os.path.realpath(os.path.join(root, name)) for name in inner)
        yield from (os.path.join(root, name) for name in names if name.endswith(".py"))


def readable(text: str) -> str | None:
    """The text with its f-strings in the older form. None where it is read as it is, or isn't read then either."""
    if _parses(text):
        return None
    try:
        found = "".join(_code(text, 0, "", frozenset())[0])
    except (_Unwritable, IndexError):
        return None
    return found if _parses(found) else None


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _code(text: str, at: int, end: str, around: frozenset[str]) -> tuple[list[str], int]:
    """Code from a place up to one of the marks in `end` at its own level, within strings that have the quotes
    `around`."""
    found: list[str] = []
    open_: list[str] = []
    while at < len(text):
        letter = text[at]
        if not open_ and letter in end and text[at : at + 2] not in ("!=", ":="):
            return found, at
        opening = OPENING.match(text, at)
        if opening is not None:
            piece, at = _string(text, opening, around)
        elif letter == "#" and not around:
            stop = text.find("\n", at)
            piece, at = text[at : stop if stop >= 0 else None], stop if stop >= 0 else len(text)
        else:
            if letter in PAIRS:
                open_.append(PAIRS[letter])
            elif open_ and letter == open_[-1]:
                open_.pop()
            if around and letter in "\n\\":
                raise _Unwritable
            word = re.compile(r"\w+").match(text, at) if letter.isalnum() or letter == "_" else None
            piece, at = (word.group(), word.end()) if word else (letter, at + 1)
        found.append(piece)
    if end:
        raise _Unwritable
    return found, at


def _string(text: str, opening: re.Match[str], around: frozenset[str]) -> tuple[str, int]:
    """A string, and where it ends."""
    prefix, quote = opening.group(1), opening.group(2)
    if "f" in prefix.lower():
        own = next((q for q in (quote, '"', "'") if q[0] not in {a[0] for a in around}), None)
        if own is None:
            raise _Unwritable
        body, at = _formatted(text, opening.end(), quote, around | {own}, raw="r" in prefix.lower())
        if own != quote and (own in body or (around and "\\" in body)):
            raise _Unwritable
        return f"{prefix}{own}{body}{own}", at
    at = opening.end()
    while not text.startswith(quote, at):
        at += 2 if text[at] == "\\" else 1
    at += len(quote)
    whole = text[opening.start() : at]
    if not around or not (any(a[0] in whole for a in around) or "\\" in whole or "\n" in whole):
        return whole, at
    value = ast.literal_eval(whole)
    if isinstance(value, bytes):
        return f"bytes({tuple(value)})", at
    free = next((q for q in ("'", '"') if q not in {a[0] for a in around} and q not in value), None)
    if free is not None and value.isprintable() and "\\" not in value:
        return f"{free}{value}{free}", at
    return f"str().join(map(chr, {tuple(map(ord, value))}))", at


def _formatted(text: str, at: int, quote: str, around: frozenset[str], *, raw: bool) -> tuple[str, int]:
    """The inside of an f-string, and where the string ends."""
    found: list[str] = []
    while not text.startswith(quote, at):
        if text[at] == "\\" and not raw:
            named = re.compile(r"\\N\{[^}]*\}").match(text, at)
            stop = named.end() if named else at + 2
            found.append(text[at:stop])
            at = stop
        elif text.startswith(("{{", "}}"), at):
            found.append(text[at : at + 2])
            at += 2
        elif text[at] == "{":
            piece, at = _field(text, at, quote, around)
            found.append(piece)
        else:
            found.append(text[at])
            at += 1
    return "".join(found), at + len(quote)


def _field(text: str, at: int, quote: str, around: frozenset[str]) -> tuple[str, int]:
    """`{value!r:>{width}}`, and where it ends."""
    code, at = _code(text, at + 1, "}!:", around)
    found = ["{", *code]
    if text[at] == "!":
        found.append(text[at : at + 2])
        at += 2
    if text[at] == ":":
        found.append(":")
        at += 1
        while text[at] != "}":
            if text[at] == "{":
                piece, at = _field(text, at, quote, around)
                found.append(piece)
            elif text.startswith(quote, at):
                raise _Unwritable
            else:
                found.append(text[at])
                at += 1
    return "".join([*found, "}"]), at + 1
