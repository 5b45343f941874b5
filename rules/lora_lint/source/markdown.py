"""The fenced Python blocks of a Markdown file, each a script of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from os.path import commonprefix

from lora_lint.source.document import Document, Origin
from lora_lint.source.text import NEWLINE, lines_of, newline_of

_FENCE = re.compile(r"^(?P<indent>[ \t]*(?:>[ \t]?)*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
LANGUAGES = frozenset({"python", "py", "python3", "ipython"})


def documents_of(filename: str, text: str) -> list[Document]:
    """The Python blocks of a Markdown file, in order; rows and columns count in the file."""
    found: list[_Block] = []
    block: _Block | None = None
    lines = lines_of(text)
    for row, line in enumerate(lines, 1):
        match = _FENCE.match(line)
        if block is None:
            if match is not None:
                block = _Block(match)
        elif match is not None and match["fence"].startswith(block.fence) and not match["info"].strip():
            block.origins.append(Origin(None, row, len(block.indent)))
            block.lines.append("")
            found.append(block)
            block = None
        else:
            block.add(row, line)
    if block is not None:
        block.leave_container()
        found.append(block)
    newline = newline_of(text)
    return [block.document(filename, newline) for block in found if block.python and any(block.lines)]


class _Block:
    """A fenced block, as far as it was read."""

    def __init__(self, opening: re.Match[str]) -> None:
        self.indent, self.fence = opening["indent"], opening["fence"]
        self.python = _is_python(opening["info"])
        self.lines: list[str] = []
        self.origins: list[Origin] = []
        self._inside: int | None = None  # how many lines came before the first one outside of the list or quotation

    def add(self, row: int, line: str) -> None:
        same = len(commonprefix((line, self.indent)))  # noqa: RUF071  # of characters, as it is meant here
        own = max(same, min(len(line) - len(line.lstrip()), len(self.indent)))
        if self._inside is None and self._leaves(line, own):
            self._inside = len(self.lines)
        self.lines.append(line[own:])
        self.origins.append(Origin(None, row, own))

    def _leaves(self, line: str, own: int) -> bool:
        if ">" in self.indent:
            return not line.lstrip().startswith(">")
        return own < len(self.indent) and bool(line.strip())

    def leave_container(self) -> None:
        """A block that nothing closes ends with the list or quotation that it stands in, else with the file."""
        if self._inside is not None:
            del self.lines[self._inside :], self.origins[self._inside :]

    def document(self, filename: str, newline: str) -> Document:
        return Document(filename, newline.join(self.lines), self.origins, _indented(self.indent))


def _indented(indent: str) -> Callable[[str], str]:
    """New lines of a block stand where the block stands: in a list, in a quotation."""
    return lambda text: NEWLINE.sub(lambda newline: newline[0] + indent, text)


def _is_python(info: str) -> bool:
    words = re.split(r"[\s,{]+", info.strip().strip("{").lstrip("."), maxsplit=1)
    return words[0].lower().rstrip("}") in LANGUAGES
