"""Colours on a terminal."""

from __future__ import annotations

from typing import Any

COLORS = {"red": 31, "green": 32, "yellow": 33, "bold": 1, "dim": 2}


def harmless(found: Any) -> Any:
    """Plain data with nothing in its texts that a terminal would obey: control characters are shown."""
    if isinstance(found, dict):
        return {harmless(key): harmless(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [harmless(value) for value in found]
    if not isinstance(found, str) or found.isprintable():
        return found
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in found)


class Paint:
    """Colours text on a terminal, leaves it alone elsewhere."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, *styles: str) -> str:
        if not self.on or not text:
            return text
        codes = ";".join(str(COLORS[s]) for s in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"
