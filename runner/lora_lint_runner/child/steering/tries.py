"""The rounds of a `while` that come to nothing, one after the other: see `loops`."""

from __future__ import annotations

import time
from typing import Any

from .loop_ends import InVain, Starved

TRIES = 1024  # times that a `while` may catch an error, or find its rows at an end, and try again
HUNGRY = 3.0, 100_000  # seconds and rounds after which a stream that has given nothing has nothing to give


class Tries:
    """Counts those in which the script has caught an error, and those in which rows were at an end and nothing was
    trained: of a stream that begins anew each time, and has none."""

    def __init__(self, events: Any, row: int) -> None:
        self.events, self.met, self.row = events, events.run.met, row
        self.failed, self.ended = 0, 0
        self.caught, self.ends, self.backwards = self.met.times_caught, self.met.times_at_an_end, events.backwards
        self.began = time.monotonic()

    def after(self, whole: bool) -> None:
        """Asked after each round. Raises InVain or Starved after many such, or what is wrong with the file that it
        tries; a loop that is not to be cut may try as often as it likes."""
        met = self.met
        self.failed = self.failed + 1 if met.times_caught > self.caught else 0
        in_vain = met.times_at_an_end > self.ends and self.events.backwards == self.backwards
        self.ended = self.ended + 1 if in_vain else 0
        self.caught, self.ends, self.backwards = met.times_caught, met.times_at_an_end, self.events.backwards
        if self.failed > TRIES and not whole:
            if met.tried_in_vain is not None:
                raise met.tried_in_vain
            raise InVain(self.row, met.caught[-1] if met.caught else None)
        if self.ended > TRIES and time.monotonic() - self.began > HUNGRY[0]:
            raise Starved(self.row)
