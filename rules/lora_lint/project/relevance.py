"""Which files can have a finding: told by the words of their projects, before anything is parsed."""

from __future__ import annotations

import os
from collections.abc import Iterable

from lora_lint.source.folders import INSTALLED, root_above, scripts_under
from lora_lint.source.keywords import names_peft
from lora_lint.source.regular import read_regular


def relevant(files: dict[str, str | None], keywords: dict[str, bool]) -> set[str]:
    """The files that can have a finding: those of projects in which some file names PEFT."""
    roots: dict[tuple[str, str | None], str] = {}
    members: dict[str, list[str]] = {}
    for path in keywords:
        key = os.path.dirname(path), files[path]
        if key not in roots:
            roots[key] = root_above(*key)
        members.setdefault(roots[key], []).append(path)
    found: set[str] = set()
    for root, paths in members.items():
        if os.path.basename(root) in INSTALLED:
            found.update(path for path in paths if keywords[path])
        elif any(keywords[path] for path in paths) or _others_name_peft(scripts_under(root), keywords):
            found.update(paths)
    return found


def _others_name_peft(others: Iterable[str], asked: dict[str, bool]) -> bool:
    for other in others:
        if other not in asked and os.path.isfile(other):
            try:
                if names_peft(read_regular(other)):
                    return True
            except OSError:
                continue
    return False
