"""A fault of lora-lint's own, in a rule or a fix: that rule is silent for the script, and the log has one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lora_lint.lifecycle.trace import Lifecycle


def say(lifecycle: Lifecycle, what: str, error: Exception) -> None:
    """Notes a fault, and hands it to the log of whoever keeps one; without one it lands on the standard error."""
    import logging  # a tenth of a cold start, and hardly ever needed

    note = f"{what}: {type(error).__name__}: {error}"
    lifecycle.notes.append(note)
    logging.getLogger("lora_lint").error(note)
