"""From the bytes of a file to what is linted in it."""

from __future__ import annotations

from lora_lint.source.document import Document
from lora_lint.source.suffixes import MARKDOWN, NOTEBOOK
from lora_lint.source.text import decode, lines_of


def documents_in(filename: str, data: bytes) -> list[Document]:
    """A script as it is, the code cells of a notebook as one script, each Python block of a Markdown file.

    Raises Unreadable.
    """
    text = decode(data).text
    if filename.endswith(NOTEBOOK):
        from lora_lint.source.notebook import document_of

        return [document_of(filename, text)]
    if filename.endswith(MARKDOWN):
        from lora_lint.source.markdown import documents_of

        return documents_of(filename, text)
    return [Document(filename, text)]


def script_bytes(filename: str, data: bytes) -> bytes:
    """What a byte scan looks at: of a notebook the source of its cells, which has lines where JSON has none."""
    if not filename.endswith(NOTEBOOK):
        return data
    from lora_lint.source.notebook import cells_of
    from lora_lint.source.text import Unreadable

    try:
        return "\n".join(cell.text for cell in cells_of(decode(data).text)).encode("utf-8", "replace")
    except Unreadable:
        return data


def texts_in(filename: str, data: bytes) -> dict[int | None, str]:
    """The text of a file as people see it: all of it (under None), or of each code cell of a notebook.

    Raises Unreadable.
    """
    text = decode(data).text
    if filename.endswith(NOTEBOOK):
        from lora_lint.source.notebook import cells_of

        return {cell.number: cell.text for cell in cells_of(text)}
    return {None: text}


def lines_in(filename: str, data: bytes) -> dict[int | None, list[str]]:
    """The lines of a file as people see them, by cell as `texts_in` has them. Raises Unreadable."""
    return {cell: lines_of(text) for cell, text in texts_in(filename, data).items()}
