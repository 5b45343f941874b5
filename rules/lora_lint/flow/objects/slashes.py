"""A path without the slashes at its end: another text, and the same place."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.values import Const, Text

SLASH = Const("/")


def unstripped(atoms: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """A path as it names a place: `out.rstrip("/")` is `out`, where a slash follows it, or nothing."""
    found: list[Hashable] = []
    for i, atom in enumerate(atoms):
        after = atoms[i + 1] if i + 1 < len(atoms) else "/"
        found += _of_stripped(atom) if isinstance(after, str) and after.startswith("/") else (atom,)
    return tuple(found)


def _of_stripped(atom: Hashable) -> tuple[Hashable, ...]:
    match atom:
        case ("of a text", "rstrip", tuple() as text, stripped) if stripped == SLASH:
            return (text,)
        case ("call", "rstrip", Text() as text, stripped) if stripped == SLASH:
            return text.parts
    return (atom,)
