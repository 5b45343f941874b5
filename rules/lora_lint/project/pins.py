"""The releases that the project of a script asks for, by library."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lora_lint.source.regular import read_regular
from lora_lint.source.requirements import files_in, requirements_in


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


def pins_for(script: str, root: str, copies: Callable[[], Mapping[str, str]]) -> dict[str, Pin]:
    """What is asked for in the folder of a script, or in the nearest one above it, up to the project's.

    A library that is named without a release is not pinned. `copies` are libraries that the project has copies of.
    """
    found = {library: Pin("", os.path.relpath(path, root)) for library, path in copies().items()}
    for folder in folders_above(script, root):
        for path in files_in(folder):
            for requirement in requirements_in(path, _read(path)):
                if (requirement.specifier or requirement.commit) and requirement.library not in found:
                    place = f"{os.path.relpath(path, root)}:{requirement.row}"
                    found[requirement.library] = Pin(requirement.specifier, place)
    return found


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
