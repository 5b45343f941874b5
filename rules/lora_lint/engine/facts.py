"""What is known of the libraries, for the releases that each script of a project runs with."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lora_lint.project.project import Project
from lora_lint.settings.config import Config

if TYPE_CHECKING:
    from lora_lint.knowledge.tables import Knowledge
    from lora_lint.source.document import Document
    from lora_lint.source.requirements import Requirement


class Facts:
    """The library facts for scripts under one config. Those of a folder share them, unless one of them says itself
    which releases it asks for."""

    def __init__(self, config: Config, project: Project | None) -> None:
        self._config, self._project = config, project
        self._known: dict[Path | tuple[Path, tuple[Requirement, ...]], Knowledge] = {}

    def of(self, path: Path | None, text: str, document: Document) -> Knowledge:
        """Those for a script."""
        from lora_lint.knowledge.tables import Knowledge
        from lora_lint.project.pins import own, pins_for

        versions, project = dict(self._config.versions), self._project
        if path is None or project is None:
            return Knowledge(versions)
        asks = own(text)
        place = (path, asks) if asks else path.parent
        if place not in self._known:
            text, root = text if asks else "", os.fspath(project.root)
            pins = partial(pins_for, os.fspath(path), text, root, project.copies, document.row_text)
            self._known[place] = Knowledge(versions, pins)
        return self._known[place]

    def used(self) -> Collection[Knowledge]:
        """All that scripts were analyzed with so far."""
        return self._known.values()
