"""Questions at a terminal that name their own answers (`Continue? (yes/no): `): the first of these, and the next where
the script asks again."""

from __future__ import annotations

import builtins
import re
from typing import Any

from ..context import Run

CHOICES = re.compile(r"[(\[{<]\s*([\w'\"-]+(?:\s*(?:/|\||,|\bor\b)\s*[\w'\"-]+)+)\s*[)\]}>]")
BARE = re.compile(r"\b(y(?:es)?\s*/\s*n(?:o)?)\b", re.I)
BETWEEN = re.compile(r"\s*(?:/|\||,|\bor\b)\s*")
RANGE = re.compile(r"[(\[]\s*(\d+)\s*(?:-|–|to)\s*\d+\s*[)\]]")
MENU = re.compile(r"^\s*[(\[]?(\d+)[.):\]]\s*\S", re.M)
ENTER = re.compile(r"\b(?:press|hit)\b.*\b(?:enter|return|any key)\b|\bdefault\b", re.I)  # nothing need be said


def install(run: Run) -> None:
    """Answers the script's own `input`, where nobody else does."""
    asked: dict[str, int] = {}

    def answering(real: Any) -> Any:
        def input_(prompt: object = "") -> str:
            try:
                return str(real(prompt))
            except EOFError:
                said = answers(str(prompt))
                place = asked.get(str(prompt), 0)
                if place >= len(said) or not run.code.asks():
                    raise
            asked[str(prompt)] = place + 1
            run.neutral(f'the script asks "{" ".join(str(prompt).split())}": answered with "{said[place]}"')
            return said[place]

        return input_

    run.patches.replace(builtins, "input", answering)


def answers(prompt: str) -> list[str]:
    """The answers that a prompt names, in its order; "" where it says that none is needed."""
    named = CHOICES.search(prompt) or BARE.search(prompt)
    if named is not None:
        return [part.strip("'\"") for part in BETWEEN.split(named.group(1))]
    numbered = RANGE.findall(prompt) or MENU.findall(prompt)
    return numbered or ([""] if ENTER.search(prompt) else [])
