"""Edits for the client: versioned, so that none lands in a text that has moved on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from lsprotocol import types

from lora_lint import Edit
from lora_lint_lsp.documents import Sheet
from lora_lint_lsp.outcome import Shift
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer
from lora_lint_lsp.text import split_lines


def of_fixes(ls: LoraLintServer, places: Places, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """The linter's edits, in this script and in other files."""
    found: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        where = places.of(edit)
        found.setdefault(where.uri, []).append(types.TextEdit(range=where.range, new_text=edit.content))
    return workspace_edit(ls, found)


def to_text(ls: LoraLintServer, sheet: Sheet, text: str) -> list[types.TextEdit]:
    """The edits that make a document read like `text`: changed lines only."""
    encoding, old, new = ls.documents.encoding, sheet.document.lines, split_lines(text)
    shift = Shift(old, new)
    middle = (old[shift.head : shift.tail_from], new[shift.head : shift.tail_from + shift.by])
    edits: list[types.TextEdit] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *middle).get_opcodes():
        if tag != "equal":
            first, last = shift.head + i1 + 1, shift.head + i2 + 1
            edits.append(
                types.TextEdit(range=encoding.range(old, (first, 1), (last, 1)), new_text="".join(middle[1][j1:j2]))
            )
    return edits


def workspace_edit(ls: LoraLintServer, edits: dict[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
    """One edit over several documents; with their versions where the client can take them."""
    if not ls.can("workspace", "workspace_edit", "document_changes"):
        return types.WorkspaceEdit(changes={uri: list(texts) for uri, texts in edits.items()})
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for uri, texts in edits.items():
        document = ls.documents.opened(uri)
        version = document.version if document is not None else None
        changes.append(
            types.TextDocumentEdit(
                text_document=types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version),
                edits=_sorted(texts),
            )
        )
    return types.WorkspaceEdit(document_changes=changes)


def _sorted(texts: Sequence[types.TextEdit]) -> list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]:
    return sorted(texts, key=lambda e: (e.range.start.line, e.range.start.character))
