"""What the other scripts of a project leave on disk, in a place that they name as the script at hand does.

Two scripts name one place where both import a module that writes it down: `ADAPTER = "runs/adapter"`. So they do where
they lie in one folder, and a module that both import adds to what both say: `Layout("runs").adapters`. That two scripts
say the same words each on its own may be chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lora_lint.project.project import Project

if TYPE_CHECKING:
    from lora_lint.lifecycle.places import Place
    from lora_lint.lifecycle.trace import Left, Lifecycle

Words = tuple[str, ...]
MOST = 6  # scripts that are followed for one place: where more could write it, nothing is said of it


class Beside:
    """The scripts of a project, as those that others of them go on with. Each is followed once for all that ask."""

    def __init__(self, project: Project, follow: Callable[[Path], Lifecycle | None]) -> None:
        self._project, self._follow = project, follow
        self._followed: dict[Path, tuple[str, Lifecycle | None]] = {}
        self.asked: dict[Words, None] = {}  # by what others were looked for, since somebody has emptied it

    def left(self, entry: Path, place: Place) -> list[Left]:
        """What lies in a place, or below it, behind the others; nothing where one of them may put anything there."""
        from lora_lint.lifecycle.runs import left_by

        left = [left_by(lifecycle, place) for lifecycle in self.scripts(entry, place)]
        return [each for found in left for each in found or ()] if None not in left else []

    def scripts(self, entry: Path, place: Place) -> list[Lifecycle]:
        """The other scripts that name a place; none where one of them cannot be followed."""
        words = _words(place)
        if not words or "__main__" in place.beside:
            return []
        self.asked[words] = None
        found: list[Lifecycle] = []
        for other in scripts_beside(self._project, entry, words):
            lifecycle = self._lifecycle(other)
            if lifecycle is None:
                return []  # the others need not be followed then
            found.append(lifecycle)
        return found

    def _lifecycle(self, other: Path) -> Lifecycle | None:
        stamp = stamp_of(self._project, [other])
        known = self._followed.get(other)
        if known is None or known[0] != stamp:
            known = self._followed[other] = stamp, self._follow(other)
        return known[1]


def scripts_beside(project: Project, entry: Path, words: Words) -> list[Path]:
    """The other scripts that import a module with these words in it, or with those of them that both scripts leave to
    it, as this script does. None where they are many."""
    found: dict[Path, None] = {}
    for module in sorted(project.closure(entry) - {entry}):
        text = _read(project, module)
        lacks = {word for word in words if word.encode() not in text}
        if len(lacks) == len(set(words)):
            continue
        others = [other for other in project.leading_to(module) if other != entry and module in project.closure(other)]
        if not lacks or (_says(project, entry, words) == lacks and _said_beside(project, entry, others, words, lacks)):
            found |= dict.fromkeys(others)
            if len(found) > MOST * 4:
                return []
    others = [other for other in found if project.is_entry(other) and entry not in project.closure(other)]
    return others if len(others) <= MOST else []


def _said_beside(project: Project, entry: Path, others: Iterable[Path], words: Words, said: set[str]) -> bool:
    """Does another script in its folder say just these of the words, too, and leave the rest to modules?"""
    return any(other.parent == entry.parent and _says(project, other, words) == said for other in others)


def _says(project: Project, script: Path, words: Words) -> set[str]:
    """The words that stand in texts of a script itself."""
    from lora_lint.lifecycle.mentioned import Mentioned

    said = Mentioned([_read(project, script).decode("utf-8", "replace")])
    return {word for word in words if said.texts(word)}


def said_beside(project: Project, entry: Path, asked: Iterable[Words]) -> str:
    """What the scripts beside this one say that were asked for by these words, as one digest."""
    return stamp_of(project, (other for words in asked for other in scripts_beside(project, entry, words)))


def stamp_of(project: Project, scripts: Iterable[Path]) -> str:
    """What these scripts say, with all that they lead to, as one digest."""
    digest = sha256()
    for script in scripts:
        for path in sorted(project.closure(script)):
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape") + sha256(_read(project, path)).digest())
    return digest.hexdigest()


def _read(project: Project, path: Path) -> bytes:
    try:
        return project.read(path)
    except OSError:
        return b""


def _words(place: Place) -> Words:
    """What a module that writes a place down has in it: the names of its folders."""
    return tuple(atom for segment in place.segments for atom in segment if isinstance(atom, str) and atom != "/")
