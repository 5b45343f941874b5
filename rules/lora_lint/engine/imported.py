"""The modules of a project that its scripts import: found, read, parsed once, and named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lora_lint.project.project import Project
from lora_lint.source.syntax import ParseError, parse
from lora_lint.source.text import Unreadable, decode

if TYPE_CHECKING:
    from lora_lint.flow.modules import Loader, Module
    from lora_lint.source.sketch.parsed import Parsed


class Imported:
    """The modules of one project, where there is one. Parsed ones are kept by path and content.

    `foreseen` is whether every import that was followed has been seen by the byte scan, too: a cache goes by that scan.
    """

    def __init__(self, project: Project | None) -> None:
        self._project = project
        self._trees: dict[Path, tuple[bytes, Parsed]] = {}
        self.foreseen = True

    def loader(self, entry: Path | None, changed: Mapping[str, str], modules: list[Module]) -> Loader:
        """Finds the modules that a script imports, and adds them to those of the script. `changed` texts, by file,
        stand before what the project holds. What installed packages import is not followed."""
        from lora_lint.flow.modules import Module, no_loader

        project = self._project
        if entry is None or project is None or project.installed:
            return no_loader
        loaded: dict[Path, Module] = {}
        places = {modules[0]: entry}
        seen: dict[Module, frozenset[tuple[str, int]]] = {}  # by the byte scan

        def load(name: str, level: int, importer: Module) -> Module | None:
            place = places[importer]
            if importer not in seen:
                scan = project.scan(place)
                seen[importer] = scan.modules() if scan is not None else frozenset()
            self.foreseen = self.foreseen and (name, level) in seen[importer]
            path = project.resolve(name, level, place, entry)
            if path is None or path == entry:
                return None
            if path not in loaded:
                text = changed.get(str(path))
                parsed = parse(text) if text is not None else self.parsed(path)
                if parsed is None:
                    return None
                loaded[path] = Module(_dotted(name, level, importer, place == entry, path), str(path), parsed)
                places[loaded[path]] = path
                modules.append(loaded[path])
            return loaded[path]

        return load

    def parsed(self, path: Path) -> Parsed | None:
        """A module; None where it cannot be parsed."""
        assert self._project is not None
        try:
            data = self._project.read(path)
            known = self._trees.get(path)
            if known is None or known[0] != data:
                known = self._trees[path] = data, parse(decode(data).text)
        except (OSError, Unreadable, ParseError):
            return None
        return known[1]


def _dotted(name: str, level: int, importer: Module, by_entry: bool, path: Path) -> str:
    """The dotted name that a module is imported by; of what an entry imports relative to itself its folders tell."""
    if not level:
        return name
    if by_entry:
        return ".".join(path.with_suffix("").parts[-4:]).removesuffix(".__init__")
    package = importer.name.split(".")
    up = level - 1 if importer.filename.endswith("__init__.py") else level
    return ".".join([*package[: len(package) - up], name] if name else package[: len(package) - up])
