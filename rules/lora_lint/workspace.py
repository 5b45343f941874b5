"""Files while they are edited: what an editor asks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lora_lint.finding import Finding
from lora_lint.fixes.applying.held import Held
from lora_lint.fixes.applying.rounds import Rounds, edits_of
from lora_lint.project.project import Project
from lora_lint.settings.config import Config
from lora_lint.source.reading import texts_in
from lora_lint.source.syntax import ParseError
from lora_lint.source.text import encoded

if TYPE_CHECKING:
    from lora_lint.settings.configs import Configs


class Workspace:
    """Lints files while they are edited: texts that an editor holds stand before what lies on disk."""

    def __init__(self, config: Config | Configs | None = None) -> None:
        from lora_lint.engine.batch import Batch

        self._batch = Batch(config)

    def set_text(self, path: str | os.PathLike[str], text: str | None) -> None:
        """The text of an open file; None where it counts as on disk again."""
        file, project = self._of(path)
        self._hold(file, project, encoded(text) if text is not None else None)

    def check(self, path: str | os.PathLike[str]) -> list[Finding]:
        """The findings in a file, from every script of the project that leads through it.

        Raises ParseError, Unreadable, OSError and ConfigError.
        """
        file, _ = self._of(path)
        return self._batch.check(file)

    def fix(
        self, path: str | os.PathLike[str], *, unsafe: bool = False, select: Callable[[Finding], bool] | None = None
    ) -> dict[int | None, str]:
        """The text that correcting a file gives (under None), or those of a notebook's cells. Raises like `check`.

        A fix that edits other files, too, is left out; `unsafe` and `select` are those of `fix_source`.
        """
        file, project = self._of(path)
        name, held = os.fspath(file), project.overlay.get(file)
        findings = self._batch.check(file)
        left_out = self._batch.left_out[name]

        def found() -> list[Finding] | None:
            try:
                after = self._batch.check(file)
            except ParseError:
                return None
            return after if self._batch.left_out[name] == left_out else None

        def wanted(finding: Finding) -> bool:
            return edits_of([finding]).keys() == {name} and (select is None or select(finding))

        rounds = Rounds(findings, unsafe=unsafe, select=wanted)
        try:
            rounds.run(Held(lambda _: project.read(file), lambda texts: self._hold(file, project, texts[name]), found))
            return texts_in(name, project.read(file))
        finally:
            self._hold(file, project, held)

    def trace(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """The trace of a file as the entry script. Raises like `check`."""
        file, project = self._of(path)
        return self._batch.session(project, file).trace_of_script(file)

    def dependents(self, path: str | os.PathLike[str], among: Iterable[str | os.PathLike[str]]) -> list[Path]:
        """The files among these whose findings can change when that one does: a script leads through both, or goes on
        with what one that leads through that file leaves on disk."""
        file, project = self._of(path)
        entries = set(project.entries_for(file))
        found = []
        for other in among:
            dependent, home = self._of(other)
            if home is not project or dependent == file:
                continue
            its = project.entries_for(dependent)
            if not entries.isdisjoint(its) or any(self._batch.goes_on_with(project, entry, file) for entry in its):
                found.append(dependent)
        return found

    def changed(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        """Files, configs or folders changed on disk."""
        for path in paths:
            self._of(path)[1].forget()
        self._batch.forget(configs=True)

    def _hold(self, file: Path, project: Project, data: bytes | None) -> None:
        if project.hold(file, data):
            self._batch.forget()
        else:
            self._batch.changed([file])

    def _of(self, path: str | os.PathLike[str]) -> tuple[Path, Project]:
        file = Path(os.path.abspath(path))
        return file, self._batch.project(file, None)
