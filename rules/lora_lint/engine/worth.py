"""Which scripts are worth following: those that come to what a finding could be about, in what they import as well.

A project names PEFT somewhere, and many of its scripts lead to none of it, name what only sounds like it, or take from
a module that does something else that it has. Following one may take minutes; reading its words takes moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lora_lint.source.text import Unreadable, decode

if TYPE_CHECKING:
    from lora_lint.project.project import Project
    from lora_lint.source.document import Document

# what finds classes that nobody names, by those that they come from
_FINDS_CLASSES = frozenset({"__subclasses__", "__init_subclass__"})


def can_show(document: Document, path: Path | None, project: Project) -> bool:
    """Can a script show anything? Told without LibCST; one with text that is no Python may."""
    from lora_lint.knowledge.telling import tells, tells_plainly

    if tells_plainly(document.text):
        return True
    from lora_lint.source.reach import Reach

    own, imported = Reach([document.text]), list(_imported(path, project))
    if not imported:
        return not own.known or tells(own.everything(), own.libraries())
    reach = Reach([document.text, *imported])
    if not reach.known:
        return True
    everything, libraries = reach.everything(), reach.libraries()
    if not tells(everything, libraries):
        return False
    if not everything.isdisjoint(_FINDS_CLASSES):
        return True
    return tells(reach.from_(own.everything() | reach.top()), libraries)


def _imported(path: Path | None, project: Project) -> Iterator[str]:
    """The texts of what a script imports, as far as they can be read and are followed."""
    if path is None or project.installed:
        return
    for module in project.closure(path):
        if module != path:
            with suppress(Unreadable, OSError):
                yield decode(project.read(module)).text
