"""What kind of thing a cell is to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

NUMBERS = ("int", "float")


class Shape(NamedTuple):
    """`kind` is "any", "text", "id" (what a file or a folder is called by), "int", "float", "bool", "image", "audio",
    "bytes" (those of a file, also "image bytes" and "audio bytes"), "messages", "list", "record", "tokens" (a list of
    words), "tag names" (of as many words, some of `values`) or "json": a text that holds `items`.
    `size` is how many a list has, where that is known; its `fields` are its places, where each is of a kind of its
    own."""

    kind: str = "any"
    items: Shape | None = None
    fields: tuple[tuple[str, Shape], ...] = ()
    values: tuple[Any, ...] = ()
    size: int = 0

    def joined(self, other: Shape) -> Shape:
        """What satisfies both uses; the more telling one where they disagree."""
        if self.kind == "any":
            return other._replace(values=(*self.values, *other.values))
        if other.kind == "any":
            return self._replace(values=(*self.values, *other.values))
        if "json" in (self.kind, other.kind):
            inner = [s.items or ANY if s.kind == "json" else s for s in (self, other)]
            return Shape("json", inner[0].joined(inner[1]))
        if self.kind == other.kind == "record":
            fields = dict(self.fields)
            for name, shape in other.fields:
                fields[name] = fields[name].joined(shape) if name in fields else shape
            return self._replace(fields=tuple(fields.items()))
        if self.kind == other.kind == "list":
            items = self.items.joined(other.items) if self.items and other.items else self.items or other.items
            return self._replace(items=items, fields=self.fields or other.fields, size=max(self.size, other.size))
        if "messages" in (self.kind, other.kind):
            return self if self.kind == "messages" else other
        both = (self, other)
        number = next((s for s in both if s.kind in NUMBERS), None)
        if number is not None and any(s.kind == "list" and s.items in (None, ANY) and not s.size for s in both):
            return number  # elsewhere a batch of them is picked from, by a mask
        strength = (
            "text",
            "json",
            "int",
            "label",
            "bool",
            "float",
            "list",
            "tokens",
            "tags",
            "image",
            "audio",
            "record",
            "bytes",
            "audio bytes",
            "image bytes",
        )
        best = max(self, other, key=lambda s: strength.index(s.kind) if s.kind in strength else -1)
        return best._replace(values=(*self.values, *other.values))

    def inside(self) -> Iterator[str]:
        """The names of what lies in it, however deep."""
        for name, shape in self.fields:
            yield name
            yield from shape.inside()
        if self.items is not None:
            yield from self.items.inside()


ANY = Shape()
