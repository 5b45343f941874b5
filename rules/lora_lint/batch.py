"""Files of any number of projects, each entry script interpreted once under each of the settings that ask for it."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lora_lint.config import Config, Configs
from lora_lint.engine import ParseError, Session, enabled
from lora_lint.finding import Finding
from lora_lint.project import Project, root_of
from lora_lint.silence import CODE, NAME, Silence, Used
from lora_lint.source.text import Unreadable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Interpreted(NamedTuple):
    """What one entry script showed: findings by file, the suppressions that hid one, and whether all of it was seen."""

    findings: dict[str, list[Finding]]
    used: dict[str, Used]
    complete: bool


NOTHING = Interpreted({}, {}, True)


class Batch:
    """Lints files; what a project's files have in common is read once. Without settings each file has its own."""

    def __init__(self, config: Config | Configs | None = None) -> None:
        self.configs = config if isinstance(config, Configs) else Configs(config)
        self.projects: dict[Path, Project] = {}
        self._sessions: dict[tuple[Path, Config], Session] = {}
        self._roots: dict[tuple[Path, Path | None], Path] = {}
        self._done: dict[tuple[Project, Path, Config], Interpreted] = {}
        self.left_out: dict[str, list[int]] = {}  # cells that are no Python, by notebook
        self._ignores: dict[Config, list[tuple[GitIgnoreSpec, tuple[str, ...]]]] = {}

    def project(self, path: Path, given: Path | None) -> Project:
        """The project of a file that was found under the folder `given`."""
        key = (path.parent, given)
        if key not in self._roots:
            self._roots[key] = root_of(path, given)
        root = self._roots[key]
        if root not in self.projects:
            self.projects[root] = Project(root)
        return self.projects[root]

    def session(self, project: Project, path: Path) -> Session:
        """The session for a file of a project, under that file's settings. Raises ConfigError."""
        return self._session(project, self.configs.of_file(os.fspath(path)))

    def _session(self, project: Project, config: Config) -> Session:
        key = (project.root, config)
        if key not in self._sessions:
            self._sessions[key] = Session(config, project)
        return self._sessions[key]

    def check(self, path: Path, given: Path | None = None) -> list[Finding]:
        """The findings in one file, from every entry script that leads through it.

        Raises ParseError, Unreadable, OSError and ConfigError.
        """
        path = Path(os.path.abspath(path))
        name = os.fspath(path)
        project = self.project(path, given)
        config = self.configs.of_file(name)
        session = self._session(project, config)
        own = project.scan(path)
        if own is None:
            project.read(path)  # raises the error that kept it from being scanned
        documents = session.documents(path) if own is not None and own.keyword else []
        self.left_out[name] = [cell for document in documents for cell in document.left_out]
        found: dict[tuple[Any, ...], Finding] = {}
        used: Used = set()
        entries = project.entries_for(path)
        complete = bool(entries)
        for entry in entries:
            seen = self._entry(entry, project, config, path)
            complete = complete and seen.complete
            used |= seen.used.get(name, set())
            for finding in seen.findings.get(name, ()):
                found.setdefault((finding.cell or 0, finding.location, finding.code), finding)
        kept = list(found.values())
        if complete and enabled(CODE, NAME, False, config):
            judged = session.rules_on()
            kept += [f for document in documents for f in Silence(document).unused(used, judged)]
        off = self._off_in(name, config)
        return sorted((f for f in kept if not off(f)), key=lambda f: (f.cell or 0, f.location, f.code))

    def _entry(self, entry: Path, project: Project, config: Config, asked: Path) -> Interpreted:
        key = (project, entry, config)
        if key not in self._done:
            self._done[key] = NOTHING
            try:
                self._done[key] = self._interpret(entry, self._session(project, config))
            except (ParseError, Unreadable, OSError):
                if entry == asked:
                    raise
        return self._done[key]

    def _interpret(self, entry: Path, session: Session) -> Interpreted:
        findings: dict[str, list[Finding]] = {}
        used: dict[str, Used] = {}
        complete = True
        documents = session.documents(entry)
        for document in documents:
            try:
                analysis = session.analyze(document, entry)
            except ParseError:
                if len(documents) == 1:
                    raise
                continue  # one of many blocks of a Markdown file, which shows more than Python
            complete = complete and not analysis.notes
            for finding in analysis.findings:
                findings.setdefault(finding.filename, []).append(finding)
            for filename, marks in analysis.placer.used().items():
                used.setdefault(filename, set()).update(marks)
        return Interpreted(findings, used, complete)

    def _off_in(self, name: str, config: Config):  # type: ignore[no-untyped-def]
        """A test for the findings of a file that `per-file-ignores` turns off."""
        if config not in self._ignores:
            from pathspec import GitIgnoreSpec

            self._ignores[config] = [(GitIgnoreSpec.from_lines([p]), codes) for p, codes in config.per_file_ignores]
        base = os.path.dirname(config.source) if config.source is not None else os.getcwd()
        relative = os.path.relpath(name, base)
        codes = tuple(code for spec, codes in self._ignores[config] if spec.match_file(relative) for code in codes)
        quiet = Config(select=codes, preview=True)
        return lambda finding: bool(codes) and enabled(finding.code, finding.name, False, quiet)

    def changed(self, paths: Collection[Path]) -> None:
        """The texts of files changed, not what they import: what was found in scripts that lead to them is dropped."""
        gone = set(paths)
        for key in list(self._done):
            project, entry, _ = key
            if not gone.isdisjoint(project.graph().get(entry) or project.closure(entry)):
                del self._done[key]

    def forget(self, *, configs: bool = False) -> None:
        """Texts changed (and with `configs` settings too): nothing that was found counts any more."""
        self._done.clear()
        if configs:
            self._sessions.clear()
            self._roots.clear()
            self.configs.forget()
