"""What the rules that are on report on a lifecycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lora_lint.engine import faults
from lora_lint.settings.config import Config
from lora_lint.settings.selection import rules_on

if TYPE_CHECKING:
    from lora_lint.lifecycle.trace import Lifecycle
    from lora_lint.rules.base import Report, Rule


def run_rules(lifecycle: Lifecycle, config: Config) -> list[tuple[Rule, Report]]:
    """The reports of all rules that are on. A rule that breaks is silent, and the lifecycle's faults say so."""
    found: list[tuple[Rule, Report]] = []
    kinds, notes = lifecycle.kinds, lifecycle.notes
    for rule in rules_on(config):
        if rule.check is None or kinds.isdisjoint(rule.events) or (rule.all_paths and notes):
            continue
        try:
            for report in rule.check(lifecycle):
                found.append((rule, report))
        except Exception as error:
            faults.say(lifecycle, f"rule {rule.code} failed and is silent here", error)
    return found
