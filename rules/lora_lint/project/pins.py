"""The releases that the project of a script asks for, by library."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lora_lint.source.installs import installed
from lora_lint.source.regular import read_regular
from lora_lint.source.requirements import Requirement, files_in, inline, is_lock, requirements_in


class Pin(NamedTuple):
    """What a project asks of a library: a PEP 440 specifier, and the file and line that say so.

    Without a specifier: the project has a copy of the library at this place, or asks there for a commit. Which release
    that is, and what was changed in it, is not known, nor whether it is the copy that is run.
    """

    specifier: str
    place: str

    @property
    def text(self) -> str:
        return f"{self.specifier} in {self.place}"


def pins_for(
    script: str, text: str, root: str, copies: Callable[[], Mapping[str, str]], shown: Callable[[int], str] = str
) -> dict[str, list[Pin]]:
    """What is asked for of each library: in the script's own `text`, or installed by a cell of it, else in its folder,
    or in the nearest one above, up to the project's; of a folder in its lock file, else in all its lists, groups and
    extras.

    A library that is named without a release is not pinned. `copies` are libraries that the project has copies of;
    `shown` is how a row of the text is spoken of.
    """
    found = {library: [Pin("", os.path.relpath(path, root))] for library, path in copies().items()}
    _add(found, [(requirement, script) for requirement in own(text)], root, shown)
    for folder in folders_above(script, root):
        asked = [(requirement, path) for path in files_in(folder) for requirement in requirements_in(path, _read(path))]
        _add(found, [(requirement, path) for requirement, path in asked if is_lock(path)], root)
        _add(found, asked, root)
    return found


def _add(
    found: dict[str, list[Pin]], asked: list[tuple[Requirement, str]], root: str, shown: Callable[[int], str] = str
) -> None:
    """Takes what is asked of libraries of which nothing nearer speaks."""
    new: dict[str, list[Pin]] = {}
    for requirement, path in asked:
        if (requirement.specifier or requirement.commit) and requirement.library not in found:
            pin = Pin(requirement.specifier, f"{os.path.relpath(path, root)}:{shown(requirement.row)}")
            new.setdefault(requirement.library, []).append(pin)
    found.update(new)


def own(text: str) -> tuple[Requirement, ...]:
    """What a script itself says that it asks for, or the cells of a notebook install."""
    return (*(inline(text) if "# /// script" in text else ()), *installed(text))


def folders_above(script: str, root: str) -> Iterator[str]:
    """The folders from a script's own up to the project's."""
    folder = os.path.dirname(script)
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if folder == root or parent == folder or not parent.startswith(root):
            return
        folder = parent


def _read(path: str) -> str:
    try:
        return read_regular(path).decode("utf-8", "replace")
    except OSError:
        return ""
