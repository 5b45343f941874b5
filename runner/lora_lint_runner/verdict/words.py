"""What a script's runs prove: one of three words, and a sentence that says why."""

from __future__ import annotations

from typing import NamedTuple

CONFIRMED, FAILED, INCONCLUSIVE = "confirmed", "failed", "inconclusive"
EXIT = {CONFIRMED: 0, FAILED: 1, INCONCLUSIVE: 3}


class Verdict(NamedTuple):
    """What the runs prove, in a word and in a sentence."""

    word: str
    reason: str

    @property
    def exit(self) -> int:
        return EXIT[self.word]
