"""What stands in a text, told beside it: `T1<tab>Drug 12 20<tab>aspirin`, by the letters of the text.

The form is that of brat (brat.nlplab.org/standoff.html), which BioNLP's shared tasks have, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from ....carried import here
from ....context import Run
from ..suffixes import TEXTS
from . import forms

SUFFIXES = (".ann", ".a1", ".a2")
TYPE = re.compile(r"[A-Z][A-Za-z]+([-_][A-Za-z]+)*")
TYPES = ("Person", "Place")
EVERY = 5  # words
RELATING = re.compile(r"\bArg[12]\b|^R$")


def is_one(path: str) -> bool:
    """Is it such a file, by its name?"""
    return os.path.splitext(path.lower())[1] in SUFFIXES


def write(run: Run, path: str, write_text: Callable[[Run, str], None]) -> None:
    """Things of the types that the script names, in the text beside it, which `write_text` writes where it is not
    there yet."""
    stem = os.path.splitext(path)[0]
    learned = [here(run, name) for name in run.spec.learned.get("files", ())]
    text = next((name for name in learned if name in {stem + suffix for suffix in TEXTS}), stem + ".txt")
    if not os.path.exists(text):
        write_text(run, text)
    with open(text, encoding="utf-8", newline="") as file:
        found = list(_things(file.read(), types_of(run)))
    if any(map(RELATING.search, run.hints.strings)) and len(found) > 1:
        found.append("R1\tRelated Arg1:T1 Arg2:T2")
    forms.packed_text(path, "\n".join(found) + "\n")


def types_of(run: Run) -> tuple[str, ...]:
    """The types of things that the script has a list or a table of, else two."""
    return tuple(sorted(word for word in run.hints.words if TYPE.fullmatch(word))) or TYPES


def _things(text: str, types: tuple[str, ...]) -> Iterator[str]:
    """A word or two, now and then, none over the end of a line."""
    begins = number = 0
    for line in text.splitlines(keepends=True):
        words = list(re.finditer(r"\w+", line))
        for place in range(1, len(words), EVERY):
            last = min(place + place // EVERY % 2, len(words) - 1)
            start, end = begins + words[place].start(), begins + words[last].end()
            number += 1
            yield f"T{number}\t{types[place // EVERY % len(types)]} {start} {end}\t{text[start:end]}"
        begins += len(line)
