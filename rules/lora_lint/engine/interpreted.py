"""What interpreting one entry script showed."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.finding import Finding
from lora_lint.silencing.silence import Used


class Interpreted(NamedTuple):
    """Findings by file, the suppressions that hid one by file, what of the script was not seen, and faults of rules.

    `asked` are the words by which other scripts of the project were looked for, each time (`engine/beside.py`), and
    `beside` is what these said, as a digest.
    """

    findings: dict[str, list[Finding]]
    used: dict[str, Used]
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    asked: tuple[tuple[str, ...], ...] = ()
    beside: str = ""

    @property
    def complete(self) -> bool:
        """Did every rule see all of the script?"""
        return not self.notes and not self.faults


NOTHING = Interpreted({}, {}, ("it could not be read",))
