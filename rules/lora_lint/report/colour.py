"""Colour on a terminal: a few roles, each with its escape sequence."""

from __future__ import annotations

CODES = {
    "error": "1;31",
    "warning": "1;33",
    "hint": "1;36",
    "rule": "1",
    "gutter": "1;34",
    "step": "36",
    "added": "32",
    "removed": "31",
    "dim": "2",
}


def paint(text: str, role: str, on: bool) -> str:
    """Text in the colour of its role; as it is where colour is off."""
    return f"\x1b[{CODES[role]}m{text}\x1b[0m" if on and text else text


def plain(text: str) -> str:
    """Text from a file without what a terminal would obey: control characters are shown, tabs are spaces."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "    " if c == "\t" else f"\\x{ord(c):02x}" for c in text)


def width(text: str) -> int:
    """How many columns a terminal takes for a text."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
