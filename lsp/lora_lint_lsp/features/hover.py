"""Hover: the state of a model and what the next save writes, why a finding matters, the page of a rule in a comment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

from lora_lint import Finding, rules_named
from lora_lint_lsp.documents import Script
from lora_lint_lsp.features.pages import explain, reasons
from lora_lint_lsp.life import Save, State, Where, Writes
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer

MOST_STATES = 4


def register(server: LoraLintServer) -> None:
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: LoraLintServer, params: types.HoverParams) -> types.Hover | None:
    script, sheet = ls.documents.opened_at(params.text_document.uri)
    if script is None or sheet is None or sheet.document.text is None:
        return None
    await ls.lints.settle()
    options = ls.options_of(script)
    if not options.enable or not options.hover:
        return None
    row, column = sheet.document.text.point(params.position)
    lines = sheet.document.lines
    encoding = ls.documents.encoding
    written = rules_named(sheet.document.source, row, sheet.cell) if "#" in "".join(lines[row - 1 : row]) else []
    named = next((word for word in written if word.start < column <= word.end + 1), None)
    if named is not None:
        page = explain(ls, named.text)
        return _hover(ls, page, encoding.range(lines, (row, named.start + 1), (row, named.end + 1))) if page else None
    life = await ls.lints.life(script)
    state = life.state_at(sheet.cell, row, column) if life is not None else None
    save = life.save_at(sheet.cell, row, column) if life is not None else None
    found = await _findings_at(ls, script, sheet.cell, row, column)
    spans = [item.where for item in (state, save) if item is not None] + [_where(finding) for finding in found]
    if not spans:
        return None
    parts = [reasons(ls, finding) for finding in found]
    if life is not None and (state is not None or save is not None):
        following = life.next_save(sheet.cell, row, column) if save is None else None
        parts.insert(0, model_text(state, save, following))
    return _hover(ls, "\n\n---\n\n".join(parts), encoding.range(lines, spans[0].start, spans[0].end))


async def _findings_at(ls: LoraLintServer, script: Script, cell: int | None, row: int, column: int) -> list[Finding]:
    """The findings whose lines a place is in, one of each rule."""
    places = Places(ls.documents, script)
    outcome = await ls.lints.outcome(script)
    found = [f for f in outcome.findings if places.own(f.filename) and _where(f).holds(cell, row, column)]
    return list({finding.code: finding for finding in found}.values())


def _where(finding: Finding) -> Where:
    return Where(finding.filename, finding.cell, finding.location, finding.end_location)


def model_text(state: State | None, save: Save | None, following: Save | None) -> str:
    """What is known of a model, as Markdown: its state, and what this save or the one that follows writes."""
    parts = [_states(state.texts)] if state is not None else []
    if save is not None:
        parts.append(_writes("Saving here writes", save.writes))
    elif following is not None:
        parts.append(_writes(f"The next save, in line {following.where.start[0]}, writes", following.writes))
    return "\n\n".join(parts)


def _states(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return _emphasised(texts[0])
    shown = [f"- {_emphasised(text)}" for text in texts[:MOST_STATES]]
    more = ["- ..."] if len(texts) > MOST_STATES else []
    return "\n".join(["One of these, by path:", "", *shown, *more])


def _emphasised(text: str) -> str:
    kind, dot, rest = text.partition(" · ")
    return f"**{kind}**{dot}{rest}"


def _writes(head: str, writes: tuple[Writes, ...]) -> str:
    lines: list[str] = []
    for item in writes:
        condition = f" (if `{item.condition}`)" if item.condition and len(writes) > 1 else ""
        for place, names in item.directories.items():
            lines.append(f"- `{place}`{condition}: {', '.join(names) or 'nothing'}")
        if not item.directories:
            lines.append(f"- nothing that is known{condition}")
    return "\n".join([f"{head}:", "", *lines])


def _hover(ls: LoraLintServer, text: str, where: types.Range) -> types.Hover:
    capability = ls.client_capabilities.text_document
    formats = capability.hover.content_format if capability is not None and capability.hover is not None else None
    markdown = not formats or types.MarkupKind.Markdown in formats
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    value = text if markdown else re.sub(r"\*\*|`", "", text)
    return types.Hover(contents=types.MarkupContent(kind=kind, value=value), range=where)
