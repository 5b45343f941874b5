"""A project: the files around a script, how they import each other, and which of them are entries.

The project of a file is the nearest folder above it that holds a config or a repository; without one, the file's own
folder. Imports are looked for from the folder of the entry script, as Python does, then from each folder above it up to
the project's root: the entry may be run as `python -m package.train`, or put such a folder on `sys.path` itself. Only
files of the project are ever read; installed packages are in `knowledge` or unknown, also where a project has a copy.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG

from lora_lint.knowledge.libraries import LIBRARIES
from lora_lint.source.folders import root_above, scripts_under
from lora_lint.source.reading import script_bytes
from lora_lint.source.scan import Scan, scan


def root_of(path: Path, given: Path | None = None) -> Path:
    """The project's folder of a file: marked as one, else the folder that was given to lint, else above its package."""
    return Path(root_above(str(path.parent), str(given) if given is not None else None))


def is_test(path: Path, found: Scan) -> bool:
    """Test modules set models up as nobody trains them: no entries."""
    if path.name == "conftest.py":
        return True
    in_tests = any(part in ("tests", "test") for part in path.parts[-4:-1])
    named = path.name.startswith("test_") or path.name.endswith("_test.py")
    return (in_tests or named) and (found.tests or in_tests)


class Project:
    """The scanned files of one project. `overlay` holds the text of files that an editor has open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.overlay: dict[Path, bytes] = {}
        self._scans: dict[Path, tuple[object, Scan]] = {}
        self._graph: dict[Path, frozenset[Path]] | None = None
        self._importers: dict[Path, list[Path]] | None = None
        self._files: list[Path] | None = None
        self._tops: dict[Path, frozenset[str]] = {}
        self._folders: dict[Path, tuple[Path, ...]] = {}

    def read(self, path: Path) -> bytes:
        """The bytes of a file, as the editor has it or as it lies on disk. Raises OSError."""
        held = self.overlay.get(path)
        return held if held is not None else path.read_bytes()

    def scan(self, path: Path) -> Scan | None:
        """The scan of a file, None where it cannot be read."""
        try:
            held = self.overlay.get(path)
            stamp: object
            if held is not None:
                stamp = hash(held)
            else:
                status = path.stat()
                if not S_ISREG(status.st_mode):  # reading a pipe would wait for its writer
                    return None
                stamp = (status.st_mtime_ns, status.st_size)
            known = self._scans.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            found = scan(script_bytes(str(path), self.read(path)))
        except OSError:
            return None
        self._scans[path] = (stamp, found)
        return found

    def files(self) -> list[Path]:
        """The project's Python files, as far as they are scanned for importers."""
        if self._files is None:
            self._files = [Path(name) for name in scripts_under(str(self.root))]
        return self._files

    def forget(self) -> None:
        """Files were added or removed, or their imports changed."""
        self._files = None
        self._graph = self._importers = None
        self._tops.clear()

    def imports_changed(self) -> None:
        """A file's text changed: who imports whom is worked out anew, from scans that are kept."""
        self._graph = self._importers = None

    # -- imports -----------------------------------------------------------------------------------------------------

    def resolve(self, name: str, level: int, importer: Path, entry: Path) -> Path | None:
        """The file of a module of the project, None for anything else."""
        if level:
            base = importer.parent
            for _ in range(level - 1):
                base = base.parent
            return (
                _module_file(base, name)
                if base == self.root or self.root in base.parents or base == entry.parent
                else None
            )
        first = name.partition(".")[0]
        if first in LIBRARIES:
            return None
        for folder in self._import_folders(entry.parent):
            if first in self._top_level(folder):
                found = _module_file(folder, name)
                if found is not None:
                    return found
        return None

    def _import_folders(self, start: Path) -> tuple[Path, ...]:
        """The folders that an entry script in `start` can import from, in the order in which they are asked."""
        found = self._folders.get(start)
        if found is None:
            above = [start, *start.parents]
            above = above[: above.index(self.root) + 1] if self.root in above else [start, self.root]
            found = self._folders[start] = tuple(dict.fromkeys(f for base in above for f in (base, base / "src")))
        return found

    def _top_level(self, folder: Path) -> frozenset[str]:
        """The names that can be imported from a folder."""
        found = self._tops.get(folder)
        if found is None:
            try:
                names = os.listdir(folder)
            except OSError:
                names = []
            found = self._tops[folder] = frozenset(
                name.removesuffix(".py") for name in names if "." not in name or name.endswith(".py")
            )
        return found

    def foresees(self, name: str, level: int, importer: Path) -> bool:
        """Is an import of a file among those that the scan found?"""
        found = self.scan(importer)
        return found is not None and any(
            depth == level
            and (f"{module}.".startswith(f"{name}.") or name in (f"{module}.{n}".lstrip(".") for n in names))
            for module, depth, names in found.imports
        )

    def imported(self, path: Path, entry: Path) -> set[Path]:
        """The project's files that a file imports."""
        found = self.scan(path)
        files: set[Path] = set()
        for module, level, names in found.imports if found is not None else ():
            parts = module.split(".") if module else []
            for i in range(1, len(parts) + 1):  # a package's __init__ runs before its modules
                package = self.resolve(".".join(parts[:i]), level, path, entry)
                if package is not None:
                    files.add(package)
            for name in names:
                inner = self.resolve(f"{module}.{name}" if module else name, level, path, entry)
                if inner is not None:
                    files.add(inner)
        files.discard(path)
        return files

    def closure(self, entry: Path) -> frozenset[Path]:
        """The entry and all files of the project that it leads to."""
        seen = {entry}
        todo = [entry]
        while todo:
            for path in self.imported(todo.pop(), entry):
                if path not in seen:
                    seen.add(path)
                    todo.append(path)
        return frozenset(seen)

    def graph(self) -> dict[Path, frozenset[Path]]:
        """For every file of the project that is no test: its closure."""
        if self._graph is None:
            self._graph = {}
            for path in self.files():
                found = self.scan(path)
                if found is not None and not is_test(path, found):
                    self._graph[path] = self.closure(path)
        return self._graph

    def relevant(self, paths: Iterable[Path]) -> bool:
        """Does any of these files name PEFT?"""
        return any(found.keyword for path in paths if (found := self.scan(path)) is not None)

    def entries_for(self, path: Path) -> list[Path]:
        """The scripts whose run leads through a file: itself, and what imports it."""
        own = self.scan(path)
        if own is None or not (own.keyword or self.relevant(self.files())):
            return []
        found: list[Path] = []
        alone = self.closure(path)
        if not is_test(path, own) and self.relevant(alone):
            found.append(path)
        graph = self.graph()
        return found + [e for e in self.importers(path) if self.is_entry(e) and self.relevant(graph[e])]

    def importers(self, path: Path) -> list[Path]:
        """The project's files that lead to a file, tests left out."""
        if self._importers is None:
            self._importers = {}
            for entry, closure in self.graph().items():
                for file in closure - {entry}:
                    self._importers.setdefault(file, []).append(entry)
        return list(self._importers.get(path, ()))

    def is_entry(self, path: Path) -> bool:
        """A script of its own: nothing imports it, or it has a main block."""
        found = self.scan(path)
        return found is not None and (found.main or not self.importers(path))


def _module_file(root: Path, name: str) -> Path | None:
    target = root.joinpath(*name.split(".")) if name else root
    plain = target.with_name(target.name + ".py") if name else None
    if plain is not None and plain.is_file():
        return plain
    package = target / "__init__.py"
    return package if package.is_file() else None


__all__ = ["Project", "is_test", "root_of"]
