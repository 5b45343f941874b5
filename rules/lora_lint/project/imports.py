"""Which files of a project an import leads to, as Python finds them when a script of the project is run.

Imports are looked for from the folder of the entry script, as Python does, then from each folder above it up to the
project's root: the entry may be run as `python -m package.train`, or put such a folder on `sys.path` itself. Only files
of the project are ever found; installed packages are in `knowledge` or unknown, also where a project has a copy.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from lora_lint.knowledge.libraries import LIBRARIES, MODULES_OF
from lora_lint.source.scan import Scan


class Imports:
    """The imports of one project's files. What was found on disk is kept until `forget`, edges until `changed`."""

    def __init__(self, root: Path, scan: Callable[[Path], Scan | None]) -> None:
        self.root = root
        self._scan = scan
        self._listed: dict[str, frozenset[str]] = {}
        self._folders: dict[Path, tuple[Path, ...]] = {}
        self._names_from: dict[Path, frozenset[str]] = {}
        self._first_names: dict[Path, frozenset[str]] = {}
        self._copied: dict[Path, bool] = {}
        self._parents: dict[Path, Path] = {}  # of scripts: a path that is made anew is hashed anew, which takes longest
        self._absolute: dict[tuple[str, Path], Path | None] = {}
        self._relative: dict[Path, frozenset[Path]] = {}
        self._imported: dict[Path, dict[Path, frozenset[Path]]] = {}
        self._closures: dict[Path, frozenset[Path]] = {}

    def forget(self) -> None:
        """Files were added or removed."""
        self._listed.clear()
        self._names_from.clear()
        self._copied.clear()
        self._first_names.clear()
        self._absolute.clear()
        self._relative.clear()
        self._imported.clear()
        self._closures.clear()

    def changed(self, path: Path) -> None:
        """What a file imports has changed."""
        self._first_names.pop(path, None)
        self._relative.pop(path, None)
        self._imported.pop(path, None)
        self._closures = {entry: found for entry, found in self._closures.items() if path not in found}

    def resolve(self, name: str, level: int, importer: Path, entry: Path) -> Path | None:
        """The file of a module of the project, None for anything else."""
        if level:
            base = importer.parent
            for _ in range(level - 1):
                base = base.parent
            inside = base == self.root or self.root in base.parents or base == entry.parent
            return self._module(base, name) if inside else None
        folder = self._parent(entry)
        key = (name, folder)
        if key not in self._absolute:
            self._absolute[key] = self._found_from(folder, name)
        return self._absolute[key]

    def imported(self, path: Path, entry: Path) -> frozenset[Path]:
        """The project's files that a file imports when `entry` is run."""
        by_folder = self._imported.setdefault(path, {})
        folder = self._parent(entry)
        if folder not in by_folder:
            by_folder[folder] = self._edges(path, entry) - {path}
        return by_folder[folder]

    def closure(self, entry: Path) -> frozenset[Path]:
        """The entry and all files of the project that it leads to."""
        if entry not in self._closures:
            seen = {entry}
            todo = [entry]
            while todo:
                new = self.imported(todo.pop(), entry) - seen
                seen |= new
                todo += new
            self._closures[entry] = frozenset(seen)
        return self._closures[entry]

    def _parent(self, path: Path) -> Path:
        found = self._parents.get(path)
        if found is None:
            found = self._parents[path] = path.parent
        return found

    # -- on disk -----------------------------------------------------------------------------------------------------

    def _edges(self, path: Path, entry: Path) -> frozenset[Path]:
        """What the absolute imports of a file lead to from this entry, and its relative ones from any."""
        if path not in self._relative:
            self._relative[path] = self._files(path, entry, relative=True)
        if self._firsts(path).isdisjoint(self._importable(self._parent(entry))):
            return self._relative[path]
        return self._relative[path] | self._files(path, entry, relative=False)

    def _firsts(self, path: Path) -> frozenset[str]:
        """How the absolute names of what a file imports begin."""
        if path not in self._first_names:
            found = self._scan(path)
            imports = found.imports if found is not None else ()
            self._first_names[path] = frozenset(name.partition(".")[0] for name, level, _ in imports if not level)
        return self._first_names[path]

    def _importable(self, folder: Path) -> frozenset[str]:
        """The names of all modules and packages, and of what else lies there, that scripts in a folder can import from
        the project: of the many that a file imports, most are none of them."""
        if folder not in self._names_from:
            lie = (name for base in self._import_folders(folder) for name in self._names(str(base)))
            self._names_from[folder] = frozenset(name.removesuffix(".py") for name in lie)
        return self._names_from[folder]

    def _files(self, path: Path, entry: Path, *, relative: bool) -> frozenset[Path]:
        found = self._scan(path)
        files: set[Path | None] = set()
        for module, level, names in found.imports if found is not None else ():
            if bool(level) is not relative:
                continue
            parts = module.split(".") if module else []
            for i in range(1, len(parts) + 1):  # a package's __init__ runs before its modules
                files.add(self.resolve(".".join(parts[:i]), level, path, entry))
            if not parts:  # `from . import name`, which may be one that the package's __init__ gives
                files.add(self.resolve("", level, path, entry))
            for name in names:
                files.add(self.resolve(f"{module}.{name}" if module else name, level, path, entry))
        return frozenset(file for file in files if file is not None)

    def _found_from(self, start: Path, name: str) -> Path | None:
        first = name.partition(".")[0]
        if first in LIBRARIES and not self._has_package_of_its_own(start, first):
            return None
        for folder in self._import_folders(start):
            names = self._names(str(folder))
            if first in names or f"{first}.py" in names:
                found = self._module(folder, name)
                if found is not None:
                    return found
        return None

    def _has_package_of_its_own(self, folder: Path, name: str) -> bool:
        """Has the folder of a script a package of this name? Python takes that before what is installed.

        A copy of the library is the library: the tables say what it does, its code would only be followed at length.
        """
        inside = os.path.join(folder, name)
        if name not in self._names(str(folder)) or "__init__.py" not in (files := self._names(inside)):
            return False
        scans = (self._scan(Path(inside, file)) for file in files if file.endswith(".py"))
        return not _is_copy(inside) and not any(found is not None and found.copy for found in scans)

    def is_in_a_copy(self, path: Path) -> bool:
        """Does a file lie in a copy of a library that the project carries along?"""
        folder = self._parent(path)
        found = self._copied.get(folder)
        if found is None:
            inside = (base for base in (folder, *folder.parents) if base == self.root or self.root in base.parents)
            found = self._copied[folder] = any(base.name in MODULES_OF and _is_copy(str(base)) for base in inside)
        return found

    def _import_folders(self, start: Path) -> tuple[Path, ...]:
        """The folders that an entry script in `start` can import from, in the order in which they are asked."""
        found = self._folders.get(start)
        if found is None:
            above = [start, *start.parents]
            above = above[: above.index(self.root) + 1] if self.root in above else [start, self.root]
            found = self._folders[start] = tuple(dict.fromkeys(f for base in above for f in (base, base / "src")))
        return found

    def _module(self, folder: Path, name: str) -> Path | None:
        """The file of a module below a folder; of the folder itself where it has no name."""
        *above, last = name.split(".") if name else [""]
        inside = os.path.join(folder, *above)
        if last and f"{last}.py" in self._names(inside) and os.path.isfile(plain := os.path.join(inside, f"{last}.py")):
            return Path(plain)
        package = os.path.join(inside, last) if last else inside
        found = "__init__.py" in self._names(package)
        return Path(package, "__init__.py") if found else None

    def _names(self, folder: str) -> frozenset[str]:
        """What lies in a folder."""
        found = self._listed.get(folder)
        if found is None:
            try:
                found = frozenset(os.listdir(folder))
            except OSError:
                found = frozenset()
            self._listed[folder] = found
        return found


def _is_copy(folder: str) -> bool:
    """Is a package a copy of the library whose name it has?"""
    marks = MODULES_OF.get(os.path.basename(folder), ())
    return any(os.path.isfile(os.path.join(folder, mark)) for mark in marks)
