"""What every part of a run shares."""

from __future__ import annotations

import os
from typing import Any

from .frames import UserCode
from .journal import Journal
from .patching import Patches
from .reading.hints import Hints
from .spec import Spec


class Run:
    """One run of one script: its spec, its user code, its journal, its patches and what its source hints at."""

    def __init__(self, spec: Spec, hints: Hints) -> None:
        self.spec = spec
        self.hints = hints
        self.code = UserCode([(spec.work, spec.home), *((copy, real) for real, copy in spec.also)])
        self.journal = Journal(spec.journal, self.code)
        self.patches = Patches()
        self.parts: dict[str, Any] = {}

    def box(self, *parts: str) -> str:
        """A folder of this run, made if need be."""
        path = os.path.join(self.spec.box, *parts)
        os.makedirs(path, exist_ok=True)
        return path

    def neutral(self, text: str) -> None:
        self.journal.neutral(text)
