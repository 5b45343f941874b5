"""Who may import a file: an index of a project's imports by all that they could mean.

What an import really means depends on the script that is run. Working that out for every script of a large project
would take minutes; this index names the few for which it has to be worked out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path

from lora_lint.source.scan import Scan

Key = Hashable  # the parts of a dotted name, or the path of a module without its suffix for a relative import


class Importers:
    """The files of a project by what they import."""

    def __init__(self, root: Path, files: Iterable[Path], scan: Callable[[Path], Scan | None]) -> None:
        self._root = root
        self._scan = scan
        self._by_key: dict[Key, set[Path]] = {}
        self._keys: dict[Path, frozenset[Key]] = {}
        self._of: dict[Path, set[Path]] = {}
        for path in files:
            self.changed(path)

    def changed(self, path: Path) -> None:
        """What a file imports has changed."""
        self._of.clear()
        for key in self._keys.pop(path, ()):
            self._by_key[key].discard(path)
        found = self._scan(path)
        keys = frozenset(_keys(path, found)) if found is not None else frozenset()
        self._keys[path] = keys
        for key in keys:
            self._by_key.setdefault(key, set()).add(path)

    def of(self, path: Path) -> set[Path]:
        """The files that may import a file."""
        if path not in self._of:
            self._of[path] = self._found(path)
        return self._of[path]

    def _found(self, path: Path) -> set[Path]:
        module = path.parent if path.name == "__init__.py" else path.with_suffix("")
        found = set(self._by_key.get(str(module), ()))
        parts = module.relative_to(self._root).parts if self._root in module.parents else module.parts[-1:]
        for start in range(len(parts)):
            found |= self._by_key.get(parts[start:], set())
        return found - {path}

    def leading_to(self, path: Path) -> set[Path]:
        """The files that may lead to a file, through others too."""
        found: set[Path] = set()
        todo = [path]
        while todo:
            new = self.of(todo.pop()) - found
            found |= new
            todo += new
        return found - {path}


def _keys(path: Path, scan: Scan) -> Iterator[Key]:
    for module, level, names in scan.imports:
        parts = tuple(module.split(".")) if module else ()
        ways = [parts[:i] for i in range(1, len(parts) + 1)] + [(*parts, name) for name in names]
        if not level:
            yield from ways
            continue
        base = path.parent
        for _ in range(level - 1):
            base = base.parent
        yield from (os.path.join(base, *way) for way in ways)
        if not parts:
            yield str(base)
