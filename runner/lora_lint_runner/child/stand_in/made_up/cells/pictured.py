"""Texts that speak of the picture beside them: by the mark that an earlier attempt missed in them."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..suffixes import PICTURES


def mark(run: Run, columns: dict[str, list[Any]]) -> None:
    """Puts the mark into the first turn of each chat, or else into the first texts."""
    said = str(run.spec.learned.get("placeholder", ""))
    filled = [cells for cells in columns.values() if said and cells]
    chats = [c for c in filled if isinstance(c[0], list) and c[0] and isinstance(c[0][0], dict)]
    texts = [c for c in filled if isinstance(c[0], str) and not c[0].lower().endswith(PICTURES)]
    for cells in chats:
        cells[:] = [[_marked(turns[0], said), *turns[1:]] for turns in cells]
    for cells in texts[:1] if not chats else ():
        cells[:] = [f"{said}\n{cell}" for cell in cells]


def _marked(turn: dict[str, Any], said: str) -> dict[str, Any]:
    field = next((field for field in ("content", "value") if isinstance(turn.get(field), str)), None)
    return turn if field is None else {**turn, field: f"{said}\n{turn[field]}"}
