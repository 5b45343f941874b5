"""The life of each model as document symbols: an outline in editors that draw one."""

from __future__ import annotations

from lsprotocol import types

from lora_lint_lsp.life import Step
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer


def register(server: LoraLintServer) -> None:
    options = types.DocumentSymbolOptions(label="life of the model")
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, options)(symbols)


async def symbols(ls: LoraLintServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    script, sheet = ls.documents.opened_at(params.text_document.uri)
    if script is None or sheet is None:
        return []
    await ls.lints.settle()
    options = ls.options_of(script)
    if not options.enable or not options.symbols:
        return []
    life = await ls.lints.life(script)
    if life is None:
        return []
    places = Places(ls.documents, script)
    lives: dict[int, list[Step]] = {}
    for step in life.steps():
        if step.where.cell == sheet.cell:
            lives.setdefault(step.model, []).append(step)
    return [_model(number, steps, places) for number, steps in lives.items()]


def _model(number: int, steps: list[Step], places: Places) -> types.DocumentSymbol:
    children = [_step(step, places) for step in steps]
    first = min((c.range.start for c in children), key=lambda p: (p.line, p.character))
    last = max((c.range.end for c in children), key=lambda p: (p.line, p.character))
    name = steps[0].before[0].partition(" · ")[0] if steps[0].before else "model"
    return types.DocumentSymbol(
        name=f"Life of model {number}",
        detail=name,
        kind=types.SymbolKind.Object,
        range=types.Range(start=first, end=last),
        selection_range=children[0].selection_range,
        children=children,
    )


def _step(step: Step, places: Places) -> types.DocumentSymbol:
    where = places.range(step.where.filename, step.where.cell, step.where.start, step.where.end)
    directories = ", ".join(dict.fromkeys(place for writes in step.saves for place in writes.directories))
    return types.DocumentSymbol(
        name=f"{step.words} in {directories}" if directories else step.words,
        detail=" | ".join(step.after),
        kind=types.SymbolKind.File if step.writing else types.SymbolKind.Event,
        range=where,
        selection_range=where,
    )
