"""Pages on states: scripts that ask what a model is at a line, and the answers.

A page is Markdown. Its first Python fence begins every script of the page; each heading with a fence after it is a
test. `reveal_state(model)` on a line of its own asks, and the comments below it answer, one a state:

    reveal_state(model)
    # revealed: PeftModel · adapter "default": untrained

Several answers are the states of several paths. `# revealed: nothing` says that there is no model to speak of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import lora_lint

_FENCE = re.compile(r"^```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"^(?P<indent>\s*)reveal_state\((?P<what>.+)\)$")
_ANSWER = re.compile(r"^\s*# revealed: (?P<state>.+)$")
NOTHING = "nothing"


class Script(NamedTuple):
    """One script of a page. `asked` has, for each row that asks, the answers that the page gives."""

    name: str
    text: str
    asked: dict[int, list[str]]


def scripts(page: Path) -> Iterator[Script]:
    """The scripts of a page, each with the page's beginning before it."""
    preamble, *sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    first = _FENCE.search(preamble)
    begin = first["text"] if first is not None else ""
    for section in sections:
        heading = section.partition("\n")[0].strip()
        fence = _FENCE.search(section)
        if fence is None:
            raise ValueError(f"{page.name}: no script under {heading!r}")
        yield _script(heading, begin + fence["text"])


def _script(name: str, text: str) -> Script:
    lines = text.split("\n")
    asked: dict[int, list[str]] = {}
    at = 0
    for row, line in enumerate(lines, 1):
        question, answer = _ASKED.match(line), _ANSWER.match(line)
        if question is not None:
            at = row
            asked[row] = []
            lines[row - 1] = question["indent"] + question["what"]
        elif answer is not None:
            asked[at].append(answer["state"])
    return Script(name, "\n".join(lines), asked)


def revealed(script: Script) -> dict[int, list[str]]:
    """The states at the rows that ask."""
    found: dict[int, list[str]] = {row: [] for row in script.asked}
    widest: dict[int, int] = {}
    for state in lora_lint.trace_source(script.text)["states"]:
        row, width = state["row"], state["end_column"] - state["column"]
        if row in found and width >= widest.get(row, 0):
            found[row], widest[row] = sorted(state["states"]), width
    return {row: states or [NOTHING] for row, states in found.items()}
