"""Inlay hints: the state of the model behind each line that changes it."""

from __future__ import annotations

from lsprotocol import types

from lora_lint_lsp.documents import Script
from lora_lint_lsp.life import Step
from lora_lint_lsp.server import LoraLintServer

LONGEST = 70  # characters; the rest is in the tooltip


def register(server: LoraLintServer) -> None:
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(hints)


async def hints(ls: LoraLintServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    script, sheet = ls.documents.opened_at(params.text_document.uri)
    if script is None or sheet is None or not await wanted(ls, script):
        return []
    life = await ls.lints.life(script)
    if life is None:
        return []
    encoding, lines = ls.documents.encoding, sheet.document.lines
    found: dict[int, types.InlayHint] = {}
    for step in life.steps():
        row = step.where.end[0]
        if step.where.cell != sheet.cell or not params.range.start.line <= row - 1 <= params.range.end.line:
            continue
        text = " | ".join(step.after)
        if not _changes(step) or row > len(lines):
            continue
        column = len(lines[row - 1].rstrip("\r\n")) + 1
        short = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
        found[row] = types.InlayHint(
            position=encoding.position(lines, row, column),
            label=short,
            tooltip="\n".join(step.after),
            padding_left=True,
            kind=types.InlayHintKind.Type,
        )
    return [found[row] for row in sorted(found)]


async def wanted(ls: LoraLintServer, script: Script) -> bool:
    """Are hints on for a script? By default only where something was found."""
    await ls.lints.settle()
    options = ls.options_of(script)
    if not options.enable or options.inlay_hints == "off":
        return False
    return options.inlay_hints == "on" or bool((await ls.lints.outcome(script)).findings)


def _changes(step: Step) -> bool:
    return (
        bool(step.after)
        and (step.after != step.before or step.kind == "created")
        and not step.writing
        and step.kind != "trainer"
    )
