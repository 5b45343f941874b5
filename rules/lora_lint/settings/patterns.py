"""File patterns as .gitignore has them, each with the folder that it counts from written into it.

So patterns of several places (a config, the one that it extends, the command line) can stand in one list. They are
matched against absolute paths.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lora_lint.source.folders import SKIPPED

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_SPECIAL = r"([\\*?\[])"
ANYWHERE = "**/"
BUILT_IN = tuple(f"{name}/" for name in sorted(SKIPPED))  # what is skipped without `exclude`


def placed(pattern: str, folder: str, reach: str | None = None) -> str:
    """A pattern that counts from a folder, as one for absolute paths. Raises ValueError where it is none.

    One without a slash counts at any depth, below `reach` where that is another folder.
    """
    if pattern.startswith("#") or not pattern.strip():
        return pattern  # matches nothing, as in .gitignore
    spec([pattern])
    negated = "!" if pattern.startswith("!") else ""
    body = pattern[len(negated) :]
    folder = folder.replace(os.sep, "/").rstrip("/")
    for own in (folder, _escaped(folder)):
        if body.startswith(f"{own}/"):  # from the root, as a shell or as .gitignore has it
            return f"{negated}{_escaped(folder)}/{body[len(own) + 1 :]}"
    from_here = body.startswith(("./", "../"))
    while body.startswith(("./", "../")):
        first, _, body = body.partition("/")
        folder = os.path.dirname(folder).rstrip("/") if first == ".." else folder
    anchored = from_here or "/" in body.rstrip().rstrip("/")
    if not anchored and reach is not None:
        folder = reach.replace(os.sep, "/").rstrip("/")
    return f"{negated}{_escaped(folder)}/{'' if anchored else ANYWHERE}{body.lstrip('/')}"


def plain(pattern: str, folder: str) -> str:
    """A placed pattern as whoever writes a config in that folder would write it."""
    negated = "!" if pattern.startswith("!") else ""
    above = f"{negated}{_escaped(folder.replace(os.sep, '/').rstrip('/'))}/"
    if not pattern.startswith(above):
        return pattern
    body = pattern[len(above) :]
    if body.startswith(ANYWHERE) and "/" not in body[len(ANYWHERE) :].rstrip("/"):
        return negated + body[len(ANYWHERE) :]
    return negated + (body if "/" in body.rstrip("/") else f"/{body}")


def spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    """What tests paths against patterns. Raises ValueError where one is none."""
    from pathspec import GitIgnoreSpec  # slow to import: only where there is something to ignore

    return GitIgnoreSpec.from_lines(patterns)


def _escaped(folder: str) -> str:
    return re.sub(_SPECIAL, r"\\\1", folder)
