"""LL001: a suppression that hides nothing. Found where suppressions are applied, see `lora_lint.silencing.silence`."""

from __future__ import annotations

from lora_lint.rules.base import Rule

RULE = Rule("LL001", "unused-suppression", "a comment suppresses a finding that is not there", (), check=None)
