"""Which scripts are worth following: those that mention, with all that they import, what a finding could be about.

A project names PEFT somewhere, and many of its scripts lead to none of it, or name what only sounds like it. Following
one may take minutes; reading its words takes moments.
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


def can_show(document: Document, path: Path | None, project: Project) -> bool:
    """Can a script show anything? Told without LibCST; one with text that is no Python may."""
    from lora_lint.knowledge.telling import tells, tells_plainly

    if tells_plainly(document.text):
        return True
    from lora_lint.source.reach import Reach

    reach = Reach(_texts(document, path, project))
    return not reach.known or tells(reach.everything(), reach.libraries())


def _texts(document: Document, path: Path | None, project: Project) -> Iterator[str]:
    """The text of a script, and those of what it imports, as far as they can be read and are followed."""
    yield document.text
    if path is None or project.installed:
        return
    for module in project.closure(path):
        if module != path:
            with suppress(Unreadable, OSError):
                yield decode(project.read(module)).text
