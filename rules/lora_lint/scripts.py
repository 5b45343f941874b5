"""An entry script on disk, with the modules of its project that it leads to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint.engine.placing import in_order
from lora_lint.engine.session import Session
from lora_lint.finding import Finding
from lora_lint.fixes.applying.held import Change, Held
from lora_lint.fixes.applying.rounds import Rounds
from lora_lint.project.project import Project, root_of
from lora_lint.settings.config import Config
from lora_lint.settings.selection import off_in
from lora_lint.source.syntax import ParseError


class FixedScript(NamedTuple):
    """A corrected entry script: the files that changed, what was corrected, what remains, and where it asks for other
    releases than it is about to run with (the library, the specifier, and where that is written)."""

    changes: list[Change]
    applied: list[Finding]
    remaining: list[Finding]
    other_releases: list[tuple[str, str, str]]


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
    environment: Mapping[str, str] | None = None,
    root: Path | None = None,
) -> dict[str, Any]:
    """The trace of an entry script across the modules of its project; with `argv` and `environment`, as
    that command line runs it there.

    `root` is the project's folder where no file marks one. Raises ParseError, Unreadable and OSError for the script
    itself.
    """
    from lora_lint.flow.scope import Started

    entry, session = _open(path, config, root)
    return session.trace_of_script(entry, Started(argv, environment))


def fix_script(
    path: str | os.PathLike[str],
    config: Config | None = None,
    *,
    unsafe: bool = False,
    root: Path | None = None,
    runs_with: Mapping[str, str] | None = None,
) -> FixedScript:
    """Corrects an entry script and the modules of its project that it leads to, in memory.

    `root` is the project's folder where no file marks one. `runs_with` are releases (library -> version) that it is
    about to run with: what goes wrong in these is corrected, too, where the project asks for others. Raises ParseError,
    Unreadable and OSError for the script itself.
    """
    entry, session = _open(path, config, root)
    project = session.project
    assert project is not None
    settings, installed = session.config, runs_with or {}
    there = Session(settings._replace(versions=tuple({**dict(settings.versions), **installed}.items())), project)
    left_out = session.documents(entry)[0].left_out

    def hold(texts: Mapping[str, bytes]) -> None:
        for name, data in texts.items():
            project.hold(Path(name), data)

    def findings() -> list[Finding]:
        asked_for = session.script(entry).findings
        shown = asked_for
        if any(known.hinges_on(installed) for known in session.facts.used()):
            shown = there.script(entry).findings
            told = {_spot(finding) for finding in shown}
            shown = sorted([*shown, *(f for f in asked_for if _spot(f) not in told)], key=in_order)
        return [f for f in shown if not off_in(f.filename, settings)(f.code, f.name)]

    def found() -> list[Finding] | None:
        modules = (Path(name) for name in held.last if Path(name) != entry)
        if any(session.imported.parsed(module) is None for module in modules):
            return None
        try:
            return findings() if session.documents(entry)[0].left_out == left_out else None
        except ParseError:
            return None

    held = Held(lambda name: project.read(Path(name)), hold, found)
    rounds = Rounds(findings(), unsafe=unsafe)
    rounds.run(held)
    others = dict.fromkeys(other for known in session.facts.used() for other in known.other_than(installed))
    return FixedScript(held.changes(), rounds.applied, rounds.findings, list(others))


def _spot(finding: Finding) -> tuple[object, ...]:
    """What tells a finding from all others, whatever releases its words are about."""
    return finding.filename, finding.cell, finding.location, finding.code
