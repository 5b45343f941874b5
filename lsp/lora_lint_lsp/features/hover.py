"""Hover: the state of the model under the cursor and what the next save writes; the page of a rule in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol import types

from lora_lint_lsp.features.pages import explain
from lora_lint_lsp.life import Life, Save, State, Writes
from lora_lint_lsp.server import LoraLintServer

# The rules in a comment such as `noqa: LL101, LL102` or `lora-lint: ignore[save-after-merge]`.
COMMENT = re.compile(
    r"#\s*(?:(?:lora-lint|ruff|flake8)\s*:\s*)?(?:noqa\s*:|ignore(?:-file)?\s*\[)(?P<names>[^\]#]*)", re.I
)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
MOST_STATES = 4


class Named(NamedTuple):
    """A rule as it is named in a comment: columns from 1."""

    name: str
    start: int
    end: int


def register(server: LoraLintServer) -> None:
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: LoraLintServer, params: types.HoverParams) -> types.Hover | None:
    script = ls.documents.script(params.text_document.uri)
    sheet = script.sheet(params.text_document.uri) if script is not None else None
    if script is None or sheet is None or sheet.document.text is None:
        return None
    await ls.lints.settle()
    options = ls.options_of(script)
    if not options.enable or not options.hover:
        return None
    row, column = sheet.document.text.point(params.position)
    lines = sheet.document.lines
    for named in rules_named(lines[row - 1] if row <= len(lines) else ""):
        if named.start <= column <= named.end:
            page = explain(ls, named.name)
            where = ls.documents.encoding.range(lines, (row, named.start), (row, named.end))
            return _hover(ls, page, where) if page is not None else None
    life = await ls.lints.life(script)
    if life is None:
        return None
    state = life.state_at(sheet.cell, row, column)
    here = next((s for s in life.saves() if s.where.holds(sheet.cell, row, column)), None)
    if state is None and here is None:
        return None
    shown = state.where if state is not None else here.where if here is not None else None
    assert shown is not None
    where = ls.documents.encoding.range(sheet.document.lines, shown.start, shown.end)
    return _hover(ls, model_text(life, state, here, sheet.cell, row, column), where)


def rules_named(line: str) -> Iterator[Named]:
    """The rules that suppressing comments of a line name."""
    for comment in COMMENT.finditer(line):
        for name in NAME.finditer(comment["names"]):
            start = comment.start("names") + name.start()
            yield Named(name.group(), start + 1, start + len(name.group()) + 1)


def model_text(life: Life, state: State | None, here: Save | None, cell: int | None, row: int, column: int) -> str:
    """What is known of the model at a place, as Markdown."""
    parts: list[str] = []
    if state is not None:
        texts = [_emphasised(text) for text in state.texts[:MOST_STATES]]
        more = len(state.texts) - len(texts)
        if len(texts) == 1:
            parts.append(texts[0])
        else:
            parts.append(
                "\n".join(["One of these, by path:", "", *(f"- {t}" for t in texts), *(["- ..."] if more else [])])
            )
    save = here or life.next_save(cell, row, column)
    if save is not None:
        head = "Saving here writes" if here is not None else f"The next save, in line {save.where.start[0]}, writes"
        parts.append(_writes(head, save.writes))
    return "\n\n".join(parts)


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
