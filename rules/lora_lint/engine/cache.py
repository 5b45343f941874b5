"""What scripts showed the last time, by content: `.lora-lint_cache` in the project's folder.

An entry counts only where everything is as it was: lora-lint's own code and LibCST, the settings, the script, every
file of the project that it leads to, and the other scripts that it goes on with. Whatever is wrong with the cache, it
is as if it were empty.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lora_lint.engine.beside import said_beside
from lora_lint.engine.interpreted import Interpreted
from lora_lint.finding import Edit, Finding, Fix, Location, Related
from lora_lint.project.pins import folders_above
from lora_lint.settings.config import Config
from lora_lint.source.folders import is_marked
from lora_lint.source.regular import read_regular
from lora_lint.source.requirements import files_in
from lora_lint.source.writing import remove_old

if TYPE_CHECKING:
    from pathlib import Path

    from lora_lint.project.project import Project

FOLDER = ".lora-lint_cache"
KEPT = 30 * 24 * 3600  # seconds: what a script showed so long ago may be of a script that is gone
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# made by lora-lint; can be deleted at any time\n"


class Cache:
    """The cache of one project. Nothing is kept for files outside of a marked project, nor through a link."""

    def __init__(self, project: Project) -> None:
        self.project = project
        root = os.fspath(project.root)
        folder = os.path.join(root, FOLDER)
        self._folder = folder if is_marked(root) and not os.path.islink(folder) else None
        self._made = False
        self._common = _own_code()
        self._pins: dict[str, str] = {}

    def key(self, entry: Path, config: Config) -> str | None:
        """What an entry script's result depends on, as one digest; None where that cannot be told."""
        if self._folder is None:
            return None
        parts = [self._common, str(self.project.is_entry(entry)), *self._asked(entry)]
        parts += [repr(self.project.copies()), str(self.project.writes_old_weights_beside(entry))]
        parts += sorted(self.project.restored_beside(entry))
        try:
            for path in sorted(self.project.closure(entry)):
                parts += [os.fspath(path), sha256(self.project.read(path)).hexdigest()]
        except OSError:
            return None
        return _digest(parts)

    def _asked(self, entry: Path) -> list[str]:
        """What the files say that ask for releases of libraries, in the folders from the script's own upwards."""
        for folder in folders_above(os.fspath(entry), os.fspath(self.project.root)):
            if folder not in self._pins:
                self._pins[folder] = _digest([f"{path} {_content(path)}" for path in files_in(folder)])
        return [self._pins[folder] for folder in folders_above(os.fspath(entry), os.fspath(self.project.root))]

    def get(self, entry: Path, config: Config, key: str) -> Interpreted | None:
        """What a script showed under this key."""
        try:
            with open(self._path(entry, config), encoding="utf-8") as file:
                held = json.load(file)
            found = _from_plain(held) if held["key"] == key else None
            return found if found is not None and self._counts(entry, found) else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def _counts(self, entry: Path, held: Interpreted) -> bool:
        """Do the other scripts that it goes on with say what they said?"""
        return not held.asked or held.beside == said_beside(self.project, entry, held.asked)

    def put(self, entry: Path, config: Config, key: str, shown: Interpreted) -> None:
        """Keeps what a script showed, in place of what it showed before."""
        target = self._path(entry, config)
        beside = f"{target}.{os.getpid()}"
        with suppress(OSError):
            if not self._made:
                _make(os.path.dirname(target))
                # what nobody has written for long is asked for no more, or written again
                remove_old(os.path.dirname(target), KEPT, lambda name: ".json" in name)
                self._made = True
            with open(beside, "x", encoding="utf-8") as file:
                json.dump({"key": key, **shown._asdict()}, file, default=list)
            os.replace(beside, target)

    def _path(self, entry: Path, config: Config) -> str:
        assert self._folder is not None
        return os.path.join(self._folder, f"{_digest([os.fspath(entry), repr(_relevant(config))])[:32]}.json")


def _make(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", TAG)):
        with suppress(FileExistsError), open(os.path.join(folder, name), "x", encoding="utf-8") as file:
            file.write(text)


def _digest(parts: list[str]) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _relevant(config: Config) -> tuple[object, ...]:
    """The settings that findings depend on."""
    return config.select, config.extend_select, config.ignore, config.preview, config.adapter_layout, config.versions


@lru_cache(maxsize=1)
def _own_code() -> str:
    """Which lora-lint and which LibCST this is: by their files, so that a change without a release counts, too."""
    from importlib.util import find_spec

    libcst = find_spec("libcst")
    folders = [
        os.path.dirname(os.path.dirname(__file__)),
        *(libcst.submodule_search_locations or () if libcst is not None else ()),
    ]
    marks = []
    for top in folders:
        for folder, _, names in os.walk(top) if top == folders[0] else [(top, [], os.listdir(top))]:
            for name in sorted(names):
                if name.endswith((".py", ".so", ".pyd")):
                    status = os.stat(os.path.join(folder, name))
                    marks.append(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}")
    return _digest(sorted(marks))


def _content(path: str) -> str:
    with suppress(OSError):
        return sha256(read_regular(path)).hexdigest()
    return ""


# -- as plain data -----------------------------------------------------------------------------------------------------


def _from_plain(held: dict[str, Any]) -> Interpreted:
    findings = {name: [_finding(*row) for row in rows] for name, rows in held["findings"].items()}
    used = {name: {(row, column, word) for row, column, word in marks} for name, marks in held["used"].items()}
    asked = tuple(tuple(words) for words in held["asked"])
    return Interpreted(findings, used, tuple(held["notes"]), tuple(held["faults"]), asked, held["beside"])


def _finding(
    code: str, name: str, message: str, filename: str, start: Any, end: Any, severity: str, confidence: str,
    fix: Any, url: str, related: Any, cell: int | None, notes: Any,
) -> Finding:  # fmt: skip
    made = None
    if fix is not None:
        applicability, text, edits = fix
        made = Fix(applicability, text, tuple(Edit(f, c, Location(*s), Location(*e), n) for f, c, s, e, n in edits))
    steps = tuple(Related(text, file, Location(*s), Location(*e), n) for text, file, s, e, n in related)
    return Finding(
        code, name, message, filename, Location(*start), Location(*end), severity, confidence,
        made, url, steps, cell, tuple(notes),
    )  # fmt: skip
