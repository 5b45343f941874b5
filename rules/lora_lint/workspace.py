"""Files while they are edited: what an editor asks."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lora_lint.finding import Finding
from lora_lint.project.project import Project
from lora_lint.settings.config import Config

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
        if project.hold(file, text.encode("utf-8", "surrogatepass") if text is not None else None):
            self._batch.forget()
        else:
            self._batch.changed([file])

    def check(self, path: str | os.PathLike[str]) -> list[Finding]:
        """The findings in a file, from every script of the project that leads through it.

        Raises ParseError, Unreadable, OSError and ConfigError.
        """
        file, _ = self._of(path)
        return self._batch.check(file)

    def trace(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """The trace of a file as the entry script. Raises like `check`."""
        file, project = self._of(path)
        return self._batch.session(project, file).script(file, states=True).trace()

    def dependents(self, path: str | os.PathLike[str], among: Iterable[str | os.PathLike[str]]) -> list[Path]:
        """The files among these whose findings can change when that one does: a script leads through both."""
        file, project = self._of(path)
        entries = set(project.entries_for(file))
        found = []
        for other in among:
            dependent, home = self._of(other)
            if home is project and dependent != file and not entries.isdisjoint(project.entries_for(dependent)):
                found.append(dependent)
        return found

    def changed(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        """Files, configs or folders changed on disk."""
        for path in paths:
            self._of(path)[1].forget()
        self._batch.forget(configs=True)

    def _of(self, path: str | os.PathLike[str]) -> tuple[Path, Project]:
        file = Path(os.path.abspath(path))
        return file, self._batch.project(file, None)
