"""Colours on a terminal."""

from __future__ import annotations

COLORS = {"red": 31, "green": 32, "yellow": 33, "bold": 1, "dim": 2}


class Paint:
    """Colours text on a terminal, leaves it alone elsewhere."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, *styles: str) -> str:
        if not self.on or not text:
            return text
        codes = ";".join(str(COLORS[s]) for s in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"
