"""An entry script on disk, with the modules of its project that it leads to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint.engine.session import Session
from lora_lint.finding import Finding
from lora_lint.fixes.edited import apply_edits
from lora_lint.fixes.rounds import Rounds, said
from lora_lint.project.project import Project, root_of
from lora_lint.settings.config import Config
from lora_lint.source.syntax import ParseError
from lora_lint.source.text import decode


class FixedScript(NamedTuple):
    """A corrected entry script: new texts by file (the changed ones only), what was corrected, what remains."""

    files: dict[Path, str]
    applied: list[Finding]
    remaining: list[Finding]


def _open(path: str | os.PathLike[str], config: Config | None) -> tuple[Path, Session]:
    from lora_lint.settings.configs import find_config

    entry = Path(os.path.abspath(path))
    settings = config if config is not None else find_config(entry)
    return entry, Session(settings, Project(root_of(entry)))


def trace_script(
    path: str | os.PathLike[str], config: Config | None = None, argv: list[str] | None = None
) -> dict[str, Any]:
    """The trace of an entry script across the modules of its project; with `argv`, as that command line runs it.

    Raises ParseError, Unreadable and OSError for the script itself.
    """
    entry, session = _open(path, config)
    return session.script(entry, states=True, argv=argv).trace()


def fix_script(path: str | os.PathLike[str], config: Config | None = None, *, unsafe: bool = False) -> FixedScript:
    """Corrects an entry script and the modules of its project that it leads to, in memory.

    Raises ParseError, Unreadable and OSError for the script itself.
    """
    entry, session = _open(path, config)
    project = session.project
    assert project is not None
    files: dict[Path, str] = {}
    applied: list[Finding] = []
    findings = session.script(entry).findings
    rounds = Rounds(findings, unsafe=unsafe)
    while chosen := rounds.chosen(findings):
        changed: dict[Path, str] = {}
        for name in {edit.filename for f in chosen if f.fix for edit in f.fix.edits}:
            file = Path(name)
            text = files.get(file) or decode(project.read(file)).text
            edits = [edit for f in chosen if f.fix for edit in f.fix.edits if edit.filename == name]
            changed[file] = apply_edits(text, edits)
        before = dict(project.overlay)
        project.overlay.update({file: text.encode() for file, text in changed.items()})
        try:
            after = session.script(entry).findings
        except ParseError:
            project.overlay = before
            rounds.broke(chosen)
            continue
        left = set(map(said, after))
        stuck = [finding for finding in chosen if said(finding) in left]
        if stuck and len(after) >= len(findings):
            project.overlay = before
            rounds.refuse(stuck)
            continue
        rounds.held()
        files |= changed
        applied += chosen
        findings = after
    return FixedScript(files, applied, findings)
