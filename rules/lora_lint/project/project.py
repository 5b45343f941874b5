"""A project: the files around a script, how they import each other, and which of them are entries.

The project of a file is the nearest folder above it that holds a config or a repository; without one, the file's own
folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG

from lora_lint.project.importers import Importers
from lora_lint.project.imports import Imports
from lora_lint.source.folders import INSTALLED, is_marked, root_above, scripts_under
from lora_lint.source.reading import script_bytes
from lora_lint.source.regular import read_regular
from lora_lint.source.scan import Scan, scan

MOST_ENTRIES = 20  # scripts through a file that are followed: of a library's core there are thousands


def root_of(path: Path, given: Path | None = None) -> Path:
    """The project's folder of a file: marked as one, else the folder that was given to lint, else above its package."""
    return Path(root_above(str(path.parent), str(given) if given is not None else None))


def is_test(path: Path, found: Scan) -> bool:
    """Test modules set models up as nobody trains them: no entries."""
    return lies_as_test(path) and (found.tests or path.name == "conftest.py" or _in_tests(path))


def lies_as_test(path: Path) -> bool:
    """May a file be one by its name, or by the folders that it lies in?"""
    return path.name == "conftest.py" or named_as_test(path.name) or _in_tests(path)


def _in_tests(path: Path) -> bool:
    return any(part in ("tests", "test") for part in path.parts[-4:-1])


def named_as_test(name: str) -> bool:
    """Is it one by its name? A script that is, and has no test functions, is an entry: it tries something out."""
    return name.startswith("test_") or name.removesuffix(".ipynb").removesuffix(".py").endswith("_test")


class Project:
    """The scanned files of one project. `overlay` holds the text of files that an editor has open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.installed = root.name in INSTALLED
        self.overlay: dict[Path, bytes] = {}
        self._scans: dict[Path, tuple[object, Scan]] = {}
        self._files: list[Path] | None = None
        self._copies: dict[str, str] | None = None
        self._writers: list[Path] | None = None
        self._restored: dict[Path, frozenset[str]] | None = None
        self._importers: Importers | None = None
        self._lies_as_test: dict[Path, bool] = {}
        self._is_relevant: dict[Path, bool] = {}  # of a script: does it lead to a file that names PEFT?
        self._is_a_part: dict[Path, bool] = {}  # of a script: do others import it?
        self._has_users: dict[Path, bool] = {}  # of a package, by its `__init__`: does anything outside import it?
        self._imports = Imports(root, self.scan)
        self.resolve, self.closure = self._imports.resolve, self._imports.closure

    def read(self, path: Path) -> bytes:
        """The bytes of a file, as the editor has it or as it lies on disk. Raises OSError."""
        held = self.overlay.get(path)
        return held if held is not None else read_regular(path)

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
        self._files = self._copies = self._writers = self._restored = self._importers = None
        self._imports.forget()
        self._forget_scripts()

    def _forget_scripts(self) -> None:
        self._is_relevant.clear()
        self._is_a_part.clear()
        self._has_users.clear()

    def hold(self, path: Path, data: bytes | None) -> bool:
        """A file as an editor has it; None where it counts as on disk again.

        True where that changes how files lead to each other, or what the bytes of this one tell.
        """
        before = self.scan(path)
        if data is None:
            self.overlay.pop(path, None)
        else:
            self.overlay[path] = data
        if self.scan(path) == before:
            return False
        self._imports.changed(path)
        self._copies = self._writers = self._restored = None
        self._forget_scripts()
        if self._importers is not None:
            self._importers.changed(path)
        return True

    def relevant(self, paths: Iterable[Path]) -> bool:
        """Does any of these files name PEFT?"""
        return any(found.keyword for path in paths if (found := self.scan(path)) is not None)

    def entries_for(self, path: Path) -> list[Path]:
        """The scripts whose run leads through a file: itself, and what imports it."""
        if self.installed:
            return [path] if self._stands_alone(path) else []
        own = self.scan(path)
        if own is None or self._imports.is_in_a_copy(path) or not (own.keyword or self.relevant(self.files())):
            return []
        found: list[Path] = []
        if not is_test(path, own) and self._leads_to_peft(path):
            found.append(path)
        for entry in self.leading_to(path):
            if self.is_entry(entry) and path in self.closure(entry) and self._leads_to_peft(entry):
                found.append(entry)
                if len(found) == MOST_ENTRIES:
                    break
        return found

    def _leads_to_peft(self, entry: Path) -> bool:
        found = self._is_relevant.get(entry)
        if found is None:
            found = self._is_relevant[entry] = self.relevant(self.closure(entry))
        return found

    def _stands_alone(self, path: Path) -> bool:
        """Can a module of an installed package show something on its own, its imports unread? Not one of a library
        that the tables describe: its inside is what they were read from."""
        from lora_lint.knowledge.lookup import TABLES
        from lora_lint.knowledge.telling import pattern

        if path.relative_to(self.root).parts[0] in TABLES:
            return False
        try:
            if pattern().search(script_bytes(str(path), self.read(path))) is None:
                return False
        except OSError:
            return False
        own = self.scan(path)
        return own is not None and own.keyword and not is_test(path, own)

    def is_entry(self, path: Path) -> bool:
        """A script of its own: nothing imports it, or it has a main block."""
        if self.installed:
            return True
        found = self.scan(path)
        if found is None or self._imports.is_in_a_copy(path):
            return False
        return found.main or not self._is_imported(path)

    def _is_imported(self, path: Path) -> bool:
        found = self._is_a_part.get(path)
        if found is None:
            found = self._is_a_part[path] = self._find_user(path)
        return found

    def _find_user(self, path: Path) -> bool:
        direct = [other for other in self._index().of(path) if not self._only_offers(other, path)]
        if any(path in self._imports.imported(other, other) for other in direct if not self._is_test(other)):
            return True
        # An import may mean another file when another script is run.
        return bool(direct) and any(path in self.closure(other) for other in self.leading_to(path)[:MOST_ENTRIES])

    def _only_offers(self, other: Path, path: Path) -> bool:
        """Is another file the `__init__` of a package around this one, which nothing outside of the package imports?
        What it imports is for others to use, whom the project does not have."""
        if other.name != "__init__.py" or other.parent not in path.parents:
            return False
        found = self._has_users.get(other)
        if found is None:
            users = (user for user in self._index().of(other) if other.parent not in user.parents)
            found = any(other in self._imports.imported(user, user) for user in users if not self._is_test(user))
            self._has_users[other] = found
        return not found

    def leading_to(self, path: Path) -> list[Path]:
        """The files that may lead to a file, tests left out, in the project's order."""
        found = self._index().leading_to(path)
        return [other for other in self.files() if other in found and not self._is_test(other)] if found else []

    def _index(self) -> Importers:
        if self._importers is None:
            self._importers = Importers(self.root, self.files(), self.scan)
        return self._importers

    def copies(self) -> dict[str, str]:
        """Libraries of which the project has a copy that its scripts may run with, and a file of each."""
        if self._copies is None:
            found = [] if self.installed else [path for path in self.files() if self._is_copy(path)]
            self._copies = {"peft": str(found[0])} if found else {}
        return self._copies

    def length(self, entry: Path) -> int:
        """How long a script is with all that it leads to, in bytes."""
        return sum(os.path.getsize(path) for path in self.closure(entry) if os.path.isfile(path))

    def writes_old_weights_beside(self, entry: Path) -> bool:
        """May a script write the old weights file that another one reads? Asked of the files it does not lead to.

        Scripts that merely lie in one folder, which nothing marks as a project, have nothing to do with each other.
        """
        if self._writers is None:
            self._writers = [path for path, found in self._scanned() if found.old_weights]
        return any(path not in self.closure(entry) for path in self._writers)

    def restored_beside(self, entry: Path) -> frozenset[str]:
        """The weights files whose tensors other scripts of the project put back into their models, by their names."""
        if self._restored is None:
            self._restored = {path: found.restored for path, found in self._scanned() if found.restored}
        others = (names for path, names in self._restored.items() if path not in self.closure(entry))
        return frozenset().union(*others)

    def _scanned(self) -> list[tuple[Path, Scan]]:
        """All files of a project that is marked as one."""
        scans = [(path, self.scan(path)) for path in self.files()] if is_marked(os.fspath(self.root)) else []
        return [(path, found) for path, found in scans if found is not None]

    def _is_copy(self, path: Path) -> bool:
        found = self.scan(path)
        return found is not None and found.copy and not is_test(path, found)

    def _is_test(self, path: Path) -> bool:
        lies = self._lies_as_test.get(path)
        if lies is None:
            lies = self._lies_as_test[path] = lies_as_test(path)
        if not lies:  # most files: nothing of them need be read for that
            return False
        found = self.scan(path)
        return found is None or is_test(path, found)


__all__ = ["Project", "is_test", "named_as_test", "root_of"]
