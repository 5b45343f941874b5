"""Which columns a script asks of which of its files: `users = pd.read_csv("users.csv")`, then `users["name"]`.

A column that something else is asked for, too, may be of any file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import NamedTuple

from ..cells.tables import NAMING, OF_TABLES, named_anew, text_of, texts_of
from .origins import JOINING, READERS, Origin, Origins, sides

GROUPING = ("groupby", "sort_values", "set_index", "drop_duplicates")


class OfFiles(NamedTuple):
    """`columns` are those of each file, by its name or a pattern of it; those that are `loose` may be of any."""

    columns: dict[str, frozenset[str]]
    loose: frozenset[str] = frozenset()

    def of(self, name: str) -> frozenset[str]:
        """The columns of a file of this name; none, where nothing is known of it."""
        return frozenset().union(*(names for pattern, names in self.columns.items() if fnmatch(name, pattern)))

    def others(self, name: str) -> frozenset[str]:
        """The columns that only other files than the one of this name have."""
        own = self.of(name)
        everywhere = frozenset().union(*self.columns.values()) if own else frozenset()
        return everywhere - own - self.loose


def of_files(origins: Origins, added: frozenset[str] = frozenset()) -> OfFiles:
    """What the modules of `origins` ask of their files; `added` are columns that they make or name themselves."""
    return _Reading(origins, added).found()


class _Reading:
    def __init__(self, origins: Origins, added: frozenset[str]) -> None:
        self.origins, self.added = origins, added

    def found(self) -> OfFiles:
        columns: dict[str, set[str]] = {}
        of_one: list[tuple[str, frozenset[str]]] = []
        loose: set[str] = set()
        for name, origin in self._asked():
            if name in self.added:
                continue
            if not origin.files:
                loose.add(name)
            elif origin.joined:
                of_one.append((name, origin.files))
            else:
                for file in origin.files:
                    columns.setdefault(file, set()).add(name)
        loose |= {name for name, files in of_one if not any(name in columns.get(f, ()) for f in files)}
        return OfFiles({file: frozenset(names) for file, names in columns.items()}, frozenset(loose))

    def _asked(self) -> Iterator[tuple[str, Origin]]:
        """Each column that is asked for, and what it is asked of."""
        for node in self.origins.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                for name in texts_of(node.slice) or filter(None, [text_of(node.slice)]):
                    yield name, self.origins.origin(node.value)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                above = self.origins.parents.get(node)
                called = isinstance(above, ast.Call) and above.func is node
                if not called and node.attr not in OF_TABLES:
                    yield node.attr, self.origins.origin(node.value)
            elif isinstance(node, ast.Assign) and (table := named_anew(node)) is not None:
                yield from ((name, self.origins.origin(table)) for name in _texts(node.value))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield from self._asked_by(node, node.func)

    def _asked_by(self, call: ast.Call, func: ast.Attribute) -> Iterator[tuple[str, Origin]]:
        given = {k.arg: k.value for k in call.keywords if k.arg is not None}
        if func.attr == "get" and call.args and (name := text_of(call.args[0])) is not None:
            yield name, self.origins.origin(func.value)
        elif func.attr in READERS:
            read = self.origins.origin(call)
            yield from ((name, read) for part in NAMING if part in given for name in texts_of(given[part]))
        elif func.attr in JOINING and call.args:
            left, right = (self.origins.origin(side) for side in sides(call))
            for part, of in (("on", (left, right)), ("left_on", (left,)), ("right_on", (right,))):
                yield from ((name, side) for name in _texts(given.get(part)) for side in of)
        elif func.attr in GROUPING or func.attr in ("dropna", "rename"):
            parts = [*call.args[:1], *(given[p] for p in ("by", "subset", "columns", "keys") if p in given)]
            yield from ((name, self.origins.origin(func.value)) for part in parts for name in _texts(part))


def _texts(node: ast.expr | None) -> list[str]:
    return [] if node is None else texts_of(node) or [text for text in [text_of(node)] if text is not None]
