"""An entry script on disk, with the modules of its project that it leads to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint.engine.session import Session
from lora_lint.finding import Finding
from lora_lint.fixes.held import Change, Held
from lora_lint.fixes.rounds import Rounds
from lora_lint.project.project import Project, root_of
from lora_lint.settings.config import Config
from lora_lint.settings.selection import off_in
from lora_lint.source.syntax import ParseError


class FixedScript(NamedTuple):
    """A corrected entry script: the files that changed, what was corrected, and what remains."""

    changes: list[Change]
    applied: list[Finding]
    remaining: list[Finding]


def _open(path: str | os.PathLike[str], config: Config | None, root: Path | None) -> tuple[Path, Session]:
    from lora_lint.settings.configs import find_config

    entry = Path(os.path.abspath(path))
    settings = config if config is not None else find_config(entry)
    return entry, Session(settings, Project(root_of(entry, root)))


def trace_script(
    path: str | os.PathLike[str],
    config: Config | None = None,
    argv: list[str] | None = None,
    *,
    root: Path | None = None,
) -> dict[str, Any]:
    """The trace of an entry script across the modules of its project; with `argv`, as that command line runs it.

    `root` is the project's folder where no file marks one. Raises ParseError, Unreadable and OSError for the script
    itself.
    """
    entry, session = _open(path, config, root)
    return session.trace_of_script(entry, argv)


def fix_script(
    path: str | os.PathLike[str], config: Config | None = None, *, unsafe: bool = False, root: Path | None = None
) -> FixedScript:
    """Corrects an entry script and the modules of its project that it leads to, in memory.

    `root` is the project's folder where no file marks one. Raises ParseError, Unreadable and OSError for the script
    itself.
    """
    entry, session = _open(path, config, root)
    project = session.project
    assert project is not None
    left_out = session.documents(entry)[0].left_out

    def hold(texts: Mapping[str, bytes]) -> None:
        for name, data in texts.items():
            project.hold(Path(name), data)

    def shown(findings: list[Finding]) -> list[Finding]:
        return [f for f in findings if not off_in(f.filename, session.config)(f.code, f.name)]

    def found() -> list[Finding] | None:
        if not all(session.is_python(Path(name)) for name in held.last if Path(name) != entry):
            return None
        try:
            return shown(session.script(entry).findings) if session.documents(entry)[0].left_out == left_out else None
        except ParseError:
            return None

    held = Held(lambda name: project.read(Path(name)), hold, found)
    rounds = Rounds(shown(session.script(entry).findings), unsafe=unsafe)
    rounds.run(held)
    return FixedScript(held.changes(), rounds.applied, rounds.findings)
