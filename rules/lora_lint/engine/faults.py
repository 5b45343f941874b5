"""A fault of lora-lint's own, in a rule or a fix: that rule is silent for the script, and the log has one line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lora_lint.lifecycle.trace import Lifecycle


def say(lifecycle: Lifecycle, what: str, error: Exception) -> None:
    """Notes a fault, and hands it to the log of whoever keeps one: a program that has not imported logging does not."""
    note = f"{what}: {type(error).__name__}: {error}"
    lifecycle.faults.append(note)
    logging = sys.modules.get("logging")
    if logging is not None:
        logging.getLogger("lora_lint").error(note)
