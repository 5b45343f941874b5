"""The lens over save sites and the script's entry: run it and see whether the adapter files appear."""

from __future__ import annotations

import re

from lsprotocol import types

from lora_lint_lsp.features.verify import SHOW_REPORT, VERIFY
from lora_lint_lsp.server import LoraLintServer

MAIN = re.compile(r"if\s+__name__\s*==|if\s+['\"]__main__['\"]\s*==")
TITLE = "▶ Verify adapter files"


def register(server: LoraLintServer) -> None:
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))(lenses)


async def lenses(ls: LoraLintServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    script, sheet = ls.documents.opened_at(params.text_document.uri)
    if script is None or sheet is None or script.path is None:
        return []
    await ls.lints.settle()
    options = ls.options_of(script)
    if not options.enable or not options.code_lens:
        return []
    life = await ls.lints.life(script)
    saves = life.saves() if life is not None else []
    if not saves:
        return []
    rows = {save.where.start[0] - 1 for save in saves if save.where.cell == sheet.cell}
    if script.is_first(sheet):
        rows.add(entry_line(sheet.document.lines))
    found: list[types.CodeLens] = []
    for line in sorted(rows):
        where = types.Range(start=types.Position(line=line, character=0), end=types.Position(line=line, character=0))
        found.append(
            types.CodeLens(range=where, command=types.Command(title=TITLE, command=VERIFY, arguments=[script.uri]))
        )
        summary = ls.runs.summary(script)
        if summary is not None:
            found.append(
                types.CodeLens(
                    range=where, command=types.Command(title=summary, command=SHOW_REPORT, arguments=[script.uri])
                )
            )
    return found


def entry_line(lines: list[str]) -> int:
    """Where the script starts: its main block, else its first line."""
    return next((number for number, line in enumerate(lines) if MAIN.match(line)), 0)
