"""Which rules are on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from lora_lint.settings.config import Config

if TYPE_CHECKING:
    from lora_lint.rules.base import Rule

EVERY = "LL"  # what all codes begin with: as an entry it says no more than ALL


@lru_cache(maxsize=64)
def rules_on(config: Config) -> tuple[Rule, ...]:
    """The rules that are on under these settings, by code."""
    from lora_lint.registry import all_rules

    return tuple(rule for rule in all_rules() if enabled(rule.code, rule.name, rule.preview, config))


def enabled(code: str, name: str, preview: bool, config: Config) -> bool:
    """Is a rule on under these settings? The longest matching entry decides, as in Ruff."""
    if preview and not config.preview:
        return False

    def strength(entries: Iterable[str]) -> int:
        best = 0
        for entry in entries:
            wanted = entry.strip()
            if wanted.lower() == name:
                best = max(best, 100)
            elif wanted.upper() == "ALL" or (wanted and EVERY.startswith(wanted.upper())):
                best = max(best, 1)
            elif wanted and code.startswith(wanted.upper()):
                best = max(best, len(wanted) + 1)
        return best

    on = max(strength(config.select), strength(config.extend_select))
    return on > 0 and on > strength(config.ignore)
