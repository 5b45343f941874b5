"""The page of a rule: headings in a fixed order, scripts in fences, and what is on disk after each.

A Python fence without a title is a script. Fences with a title (`title="models.py"`, `title="pyproject.toml"`) that
stand before it lie beside it: modules, settings, pins. `# expect: rule-name` at the end of a line marks a finding
there; the mark is no part of the script. `# args: --merge` at the top of a script is a run with these arguments, one a
line. The fences under "On disk" are listings, titled by the run that they show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ENTRY = "train.py"
HEADINGS = (
    "What it does", "Why it matters", "How people hit this", "Example", "Use instead", "Also reported", "Not reported",
    "On disk", "Fix", "When it can't know", "Where the finding stands", "Seen with", "References",
)  # fmt: skip
OPTIONAL = frozenset({"Also reported"})
PREVIEW = "Preview: off unless `--preview` or `preview = true` turns it on."

_FENCE = re.compile(r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?$")
_MARK = re.compile(r"\s*# expect: (?P<rules>[\w, -]+)$")


class Block(NamedTuple):
    """A fence: `row` is the page's row of its first line."""

    heading: str
    language: str
    title: str | None
    text: str
    row: int


class Script(NamedTuple):
    """A script of a page, without its marks, and what lies beside it. `expected` has (file, row, rule) of each mark."""

    heading: str
    row: int
    files: dict[str, str]
    expected: list[tuple[str, int, str]]

    @property
    def text(self) -> str:
        return self.files[ENTRY]


class Page(NamedTuple):
    """A rule's page, taken apart. `listings` are the fences under "On disk" by title."""

    path: Path
    title: str
    summary: str
    sections: dict[str, str]
    blocks: list[Block]
    scripts: list[Script]

    @property
    def listings(self) -> dict[str, str]:
        return {block.title or "": block.text for block in self.blocks if block.heading == "On disk"}

    def under(self, heading: str) -> list[Script]:
        return [script for script in self.scripts if script.heading == heading]


class Malformed(Exception):
    """A page that is not in the form; the message says where and what."""


def read(path: Path) -> Page:
    """Takes a page apart. Raises Malformed and OSError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sections: dict[str, list[str]] = {"": []}
    blocks: list[Block] = []
    heading, fence = "", None
    inside: list[str] = []
    for row, line in enumerate(lines, 1):
        if fence is not None:
            if line == "```":
                language, title, first = fence
                blocks.append(Block(heading, language, title, "".join(f"{text}\n" for text in inside), first))
                fence = None
            else:
                inside.append(line)
        elif line.startswith("```"):
            match = _FENCE.match(line)
            if match is None:
                raise Malformed(f'{path.name}:{row}: a fence is ```language or ```language title="name"')
            fence, inside = (match["language"], match["title"], row + 1), []
        elif line.startswith("## "):
            heading = line.removeprefix("## ")
            if heading in sections:
                raise Malformed(f"{path.name}:{row}: the heading {heading!r} stands there twice")
            sections[heading] = []
            continue
        sections[heading].append(line)
    if fence is not None:
        raise Malformed(f"{path.name}: the last fence is not closed")
    head = [line for line in sections.pop("") if line]
    texts = {name: "\n".join(body).strip() for name, body in sections.items()}
    scripts = list(_scripts(path, blocks))
    return Page(path, head[0].removeprefix("# ") if head else "", " ".join(head[1:]), texts, blocks, scripts)


def _scripts(path: Path, blocks: list[Block]) -> Iterator[Script]:
    beside: dict[str, str] = {}
    expected: list[tuple[str, int, str]] = []
    heading = ""
    for block in blocks:
        if block.heading == "On disk":
            continue
        if beside and block.heading != heading:
            raise Malformed(f"{path.name}:{block.row}: no script follows {', '.join(beside)} under {heading!r}")
        heading = block.heading
        name = block.title or ENTRY
        if block.title is None and block.language != "python":
            continue
        beside[name], marks = unmarked(block.text)
        expected += [(name, row, rule) for row, rule in marks]
        if block.title is None:
            yield Script(heading, block.row, beside, expected)
            beside, expected = {}, []
    if beside:
        raise Malformed(f"{path.name}: no script follows {', '.join(beside)}")


def unmarked(text: str) -> tuple[str, list[tuple[int, str]]]:
    """A text without its marks, and the marks: (row, rule)."""
    marks: list[tuple[int, str]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = _MARK.search(line)
        if match is not None:
            marks += [(number + 1, rule.strip()) for rule in match["rules"].split(",")]
            lines[number] = line[: match.start()]
    return "".join(f"{line}\n" for line in lines), marks
