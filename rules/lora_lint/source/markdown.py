"""The fenced Python blocks of a Markdown file, each a script of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from lora_lint.source.document import Document, Origin
from lora_lint.source.text import lines_of

_FENCE = re.compile(r"^(?P<indent>[ \t]*(?:>[ \t]?)*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
LANGUAGES = frozenset({"python", "py", "python3", "ipython"})


def documents_of(filename: str, text: str) -> list[Document]:
    """The Python blocks of a Markdown file, in order; rows and columns count in the file."""
    found: list[Document] = []
    fence: re.Match[str] | None = None
    block: list[str] = []
    origins: list[Origin] = []
    for row, line in enumerate(lines_of(text), 1):
        match = _FENCE.match(line)
        if fence is None:
            if match is not None:
                fence, block, origins = match, [], []
        elif match is not None and match["fence"].startswith(fence["fence"]) and not match["info"].strip():
            if _is_python(fence["info"]) and any(block):
                end = Origin(None, row, len(fence["indent"]))
                found.append(Document(filename, "\n".join([*block, ""]), [*origins, end], _indented(fence["indent"])))
            fence = None
        else:
            indent = fence["indent"]
            own = len(indent) if line.startswith(indent) else len(line) - len(line.lstrip())
            own = min(own, len(indent))
            block.append(line[own:])
            origins.append(Origin(None, row, own))
    return found


def _indented(indent: str) -> Callable[[str], str]:
    """New lines of a block stand where the block stands: in a list, in a quotation."""
    return lambda text: text.replace("\n", f"\n{indent}")


def _is_python(info: str) -> bool:
    words = re.split(r"[\s,{]+", info.strip().strip("{").lstrip("."), maxsplit=1)
    return words[0].lower().rstrip("}") in LANGUAGES
