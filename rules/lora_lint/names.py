"""Names that were meant: the nearest of those that exist."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(wanted: str, known: Iterable[str]) -> str:
    """`; did you mean ...?`, or nothing where nothing is near."""
    import difflib

    names = {name.lower(): name for name in known}
    close = difflib.get_close_matches(wanted.lower(), names, 1)
    return f"; did you mean `{names[close[0]]}`?" if close else ""
