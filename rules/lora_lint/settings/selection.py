"""Which rules are on, and which are off in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from lora_lint.settings.config import Config
from lora_lint.settings.patterns import spec

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

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


def off_in(filename: str, config: Config) -> Callable[[str, str], bool]:
    """A test for the rules, by code and name, that `per-file-ignores` turns off in a file."""
    codes = tuple(code for its, listed in _ignores(config) if its.match_file(filename) for code in listed)
    quiet = Config(select=codes, preview=True)
    return lambda code, name: bool(codes) and enabled(code, name, False, quiet)


@lru_cache(maxsize=64)
def _ignores(config: Config) -> tuple[tuple[GitIgnoreSpec, tuple[str, ...]], ...]:
    return tuple((spec([pattern]), codes) for pattern, codes in config.per_file_ignores)
