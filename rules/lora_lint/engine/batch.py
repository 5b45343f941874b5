"""Files of any number of projects, each entry script interpreted once under each of the settings that ask for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lora_lint.engine.beside import said_beside, scripts_beside
from lora_lint.engine.interpreted import NOTHING, Interpreted
from lora_lint.finding import Finding
from lora_lint.project.project import Project, root_of
from lora_lint.settings.config import Config
from lora_lint.settings.configs import Configs
from lora_lint.settings.selection import off_in
from lora_lint.silencing.silence import Used, unused
from lora_lint.source.reading import documents_in
from lora_lint.source.syntax import ParseError
from lora_lint.source.text import Unreadable

if TYPE_CHECKING:
    from lora_lint.engine.cache import Cache
    from lora_lint.engine.session import Session


class Task(NamedTuple):
    """One entry script of a project, under one of the settings that it is linted with."""

    root: Path
    entry: Path
    config: Config


class Batch:
    """Lints files; what a project's files have in common is read once. Without settings each file has its own.

    With `cached` what a script showed is kept in its project's folder, and taken from there while nothing has changed.
    """

    def __init__(self, config: Config | Configs | None = None, *, cached: bool = False) -> None:
        self.configs = config if isinstance(config, Configs) else Configs(config)
        self._caches: dict[Project, Cache] | None = {} if cached else None
        self.projects: dict[Path, Project] = {}
        self._entries: dict[Path, list[Path]] = {}  # of files that were prepared and not checked yet
        self._sessions: dict[tuple[Path, Config], Session] = {}
        self._roots: dict[tuple[Path, Path | None], Path] = {}
        self._done: dict[tuple[Project, Path, Config], Interpreted] = {}
        self._asked: dict[tuple[Project, Path], tuple[tuple[str, ...], ...]] = {}  # see `Interpreted`
        self.left_out: dict[str, list[int]] = {}  # cells that are no Python, by notebook
        self.notes: dict[str, tuple[str, ...]] = {}  # what was not seen of a script
        self.faults: dict[str, tuple[str, ...]] = {}  # of rules that were silent for a script
        self.elsewhere: dict[str, list[Finding]] = {}  # what a script comes to in other files

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
            from lora_lint.engine.session import Session  # with the interpreter, which a warm cache does without

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
        own = project.scan(path)
        if own is None:
            project.read(path)  # raises the error that kept it from being scanned
        documents = documents_in(name, project.read(path)) if own is not None and own.keyword else []
        self.left_out[name] = [cell for document in documents for cell in document.left_out]
        found: dict[tuple[Any, ...], Finding] = {}
        used: Used = set()
        entries = self._entries.pop(path, None) or project.entries_for(path)
        complete = bool(entries)
        for entry in entries:
            seen = self._entry(entry, project, config, path)
            complete = complete and seen.complete
            if entry == path:
                self.notes[name], self.faults[name] = seen.notes, seen.faults
                self.elsewhere[name] = [f for other, there in seen.findings.items() if other != name for f in there]
            used |= seen.used.get(name, set())
            for finding in seen.findings.get(name, ()):
                found.setdefault((finding.cell or 0, finding.location, finding.code), finding)
        kept = list(found.values())
        if complete:
            kept += unused(documents, used, config)
        off = off_in(name, config)
        return sorted((f for f in kept if not off(f.code, f.name)), key=lambda f: (f.cell or 0, f.location, f.code))

    def prepare(
        self, files: Iterable[tuple[Path, Path | None]], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Interprets what these files need, in several processes where that pays. Raises ConfigError."""
        tasks: dict[Task, None] = {}
        for path, given in files:
            project = self.project(path, given)
            config = self.configs.of_file(os.fspath(path))
            entries = self._entries[path] = project.entries_for(path)
            for entry in entries:
                if (project, entry, config) in self._done:
                    continue
                held = self._held(entry, project, config)[1]
                if held is not None:
                    self._done[project, entry, config] = held
                else:
                    tasks[Task(project.root, entry, config)] = None
        from lora_lint.engine.parallel import each, processes_for

        count = processes_for(len(tasks), lambda: sum(self.projects[task.root].length(task.entry) for task in tasks))
        if count < 2:
            return
        from lora_lint.source.libcst_import import import_libcst

        import_libcst()
        import lora_lint.flow.interpreter  # noqa: F401  once, for all of them
        from lora_lint.registry import all_rules

        all_rules()
        for done, (task, shown) in enumerate(each(self.interpret, list(tasks), count)):
            if shown is not None:
                self._done[self.projects[task.root], task.entry, task.config] = shown
            if progress is not None:
                progress(done, len(tasks))

    def interpret(self, task: Task) -> Interpreted:
        """What a script shows. Raises ParseError, Unreadable and OSError."""
        return self._shown(task.entry, self.projects[task.root], task.config)

    def _entry(self, entry: Path, project: Project, config: Config, asked: Path) -> Interpreted:
        key = (project, entry, config)
        if key not in self._done or (entry == asked and self._done[key] is NOTHING):  # it was left out for another file
            self._done[key] = NOTHING
            try:
                shown = self._done[key] = self._shown(entry, project, config)
                self._asked[project, entry] = shown.asked
            except (ParseError, Unreadable, OSError):
                if entry == asked:
                    raise
        return self._done[key]

    def _shown(self, entry: Path, project: Project, config: Config) -> Interpreted:
        """What a script shows, from the cache where it is there."""
        key, shown = self._held(entry, project, config)
        if shown is None:
            session = self._session(project, config)
            session.imported.foreseen = True
            shown = self._interpret(entry, session)
            if key is not None and session.imported.foreseen and self._caches is not None:
                self._caches[project].put(entry, config, key, shown)
        return shown

    def _held(self, entry: Path, project: Project, config: Config) -> tuple[str | None, Interpreted | None]:
        """The key of a script in the cache, and what is held under it."""
        if self._caches is None:
            return None, None
        if project not in self._caches:
            from lora_lint.engine.cache import Cache

            self._caches[project] = Cache(project)
        cache = self._caches[project]
        key = cache.key(entry, config)
        return key, cache.get(entry, config, key) if key is not None else None

    def _interpret(self, entry: Path, session: Session) -> Interpreted:
        findings: dict[str, list[Finding]] = {}
        used: dict[str, Used] = {}
        notes: dict[str, None] = {}
        faults: dict[str, None] = {}
        documents = session.documents(entry)
        beside = session.beside
        if beside is not None:
            beside.asked.clear()
        for document in documents:
            try:
                shown = session.shown(document, entry)
            except ParseError:
                if len(documents) == 1:
                    raise
                continue  # one of many blocks of a Markdown file, which shows more than Python
            notes |= dict.fromkeys(shown.notes)
            faults |= dict.fromkeys(shown.faults)
            for finding in shown.findings:
                findings.setdefault(finding.filename, []).append(finding)
            for filename, marks in shown.used.items():
                used.setdefault(filename, set()).update(marks)
        asked = tuple(beside.asked) if beside is not None else ()
        said = said_beside(session.project, entry, asked) if asked and session.project is not None else ""
        return Interpreted(findings, used, tuple(notes), tuple(faults), asked, said)

    def changed(self, paths: Collection[Path]) -> None:
        """The texts of files changed, not what they import: what was found in scripts that lead to them is dropped."""
        gone = set(paths)
        for key in list(self._done):
            project, entry, _ = key
            if not gone.isdisjoint(project.closure(entry)) or any(self.goes_on_with(project, entry, p) for p in gone):
                del self._done[key]

    def goes_on_with(self, project: Project, entry: Path, file: Path) -> bool:
        """Has a script asked what others leave on disk, one of which leads through this file?"""
        asked = self._asked.get((project, entry), ())
        others = (other for words in asked for other in scripts_beside(project, entry, words))
        return any(file in project.closure(other) for other in others)

    def forget(self, *, configs: bool = False) -> None:
        """Texts changed (and with `configs` settings too): nothing that was found counts any more."""
        self._done.clear()
        if configs:
            self._sessions.clear()
            self._roots.clear()
            self.configs.forget()
