"""LL001: a suppression that hides nothing. Found where suppressions are applied, see `lora_lint.silencing.silence`."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Nothing: comments are no part of a lifecycle."""
    return iter(())


SUMMARY = "a comment suppresses a finding that is not there"
RULE = Rule("LL001", "unused-suppression", SUMMARY, (), check, of_comments=True)
