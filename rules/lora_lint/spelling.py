"""Names that were meant: the nearest of those that exist."""

from __future__ import annotations

from collections.abc import Iterable

_DIGITS = str.maketrans("oi", "01")  # what is typed for a digit


def nearest(wanted: str, known: Iterable[str]) -> str:
    """`; did you mean ...?`, or nothing where nothing is near."""
    import difflib

    names = {name.lower().translate(_DIGITS): name for name in known}
    # codes are all alike: of five characters one may be too many or too few, but none another
    near = 0.85 if any(character.isdigit() for character in wanted) else 0.6
    close = difflib.get_close_matches(wanted.lower().translate(_DIGITS), names, 1, near)
    return f"; did you mean `{names[close[0]]}`?" if close else ""
