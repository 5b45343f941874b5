"""What every part of a run shares."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .frames import Spot, UserCode, told
from .journal import Journal
from .met import Met
from .patching import Patches
from .reading.hints import Hints
from .spec import Spec

if TYPE_CHECKING:
    from .parts import Data, Demands, Events, Filler, Filters, Hub, Leaving, Loops, Paths, Saves, Scores, Skipping


class Run:
    """One run of one script: its spec, its user code, its journal, its patches and what its source hints at.

    Guard and watchers are there before the script begins; `filler`, `hub` and `data` only where stand-ins are wanted.
    """

    paths: Paths
    loops: Loops
    scores: Scores
    demands: Demands
    filters: Filters
    leaving: Leaving
    skipping: Skipping
    events: Events
    saves: Saves

    def __init__(self, spec: Spec, hints: Hints) -> None:
        self.spec = spec
        self.hints = hints
        self.code = UserCode([(spec.work, spec.home), *((copy, real) for real, copy in spec.also)])
        self.journal = Journal(spec.journal, self.code)
        self.patches = Patches()
        self.filler: Filler | None = None
        self.hub: Hub | None = None
        self.data: Data | None = None
        self.met = Met()

    @property
    def made_up(self) -> bool:
        """Does the script read what was made up for it: rows, or files that were missing?"""
        rows, learned = self.data is not None and self.data.made_up, self.spec.learned
        met = self.met.tables or self.met.made_up_for or self.met.downloaded
        met = met or (self.met.histories and self.spec.makes_up_rows)
        return bool(rows or met or learned.get("files") or "downloads" in learned)

    def spots(self, what: str) -> list[Spot]:
        """Places in the script that an earlier attempt has learned: file, row and place or column."""
        return [
            (os.path.join(self.spec.work, name), row, place) for name, row, place in self.spec.learned.get(what, ())
        ]

    def lacking(self, spot: Spot, said: str) -> None:
        """Of a line of the script: what made-up rows or a small model did not suit, and what was done about it."""
        self.journal.line({"kind": "lacking", "text": told(spot, said), "harmless": True})

    def box(self, *parts: str) -> str:
        """A folder of this run, made if need be."""
        path = os.path.join(self.spec.box, *parts)
        os.makedirs(path, exist_ok=True)
        return path

    def neutral(self, text: str) -> None:
        self.journal.neutral(text)
