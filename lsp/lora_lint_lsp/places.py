"""Turns places of the linter (file, cell, row, column) into places of the editor (URI, range)."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from lora_lint import Edit, Finding, Related
from lora_lint_lsp.documents import Documents, Script, Sheet, same_path, uri_of


class Places:
    """Where things are, as seen from one script. Made for one answer and thrown away."""

    def __init__(self, documents: Documents, script: Script) -> None:
        self.documents = documents
        self.script = script
        self._sheets = {sheet.cell: sheet for sheet in script.sheets()}
        self._lines: dict[str, Sequence[str]] = {}

    def sheet(self, cell: int | None) -> Sheet | None:
        return self._sheets.get(cell)

    def own(self, filename: str) -> bool:
        """Is this the script itself?"""
        name = self.script.path or self.script.uri
        return filename == name or (self.script.path is not None and same_path(filename, name))

    def uri(self, filename: str, cell: int | None) -> str:
        if self.own(filename):
            sheet = self._sheets.get(cell)
            return sheet.uri if sheet is not None else self.script.uri
        script = self.documents.script_at(filename)
        return script.uri if script is not None else uri_of(filename)

    def range(self, filename: str, cell: int | None, start: tuple[int, int], end: tuple[int, int]) -> types.Range:
        return self.documents.encoding.range(self._lines_of(filename, cell), start, end)

    def of(self, item: Finding | Related | Edit) -> types.Location:
        """The location of a finding, a step of its story, or an edit."""
        return types.Location(
            uri=self.uri(item.filename, item.cell),
            range=self.range(item.filename, item.cell, item.location, item.end_location),
        )

    def _lines_of(self, filename: str, cell: int | None) -> Sequence[str]:
        uri = self.uri(filename, cell)
        if uri not in self._lines:
            self._lines[uri] = self.documents.get_text_document(uri).lines
        return self._lines[uri]
