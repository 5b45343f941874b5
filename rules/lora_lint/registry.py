"""All rules, found by walking the package: a rule is a module and a page of the same name."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from lora_lint.rules.base import Rule

package = import_module("lora_lint.rules")  # the name `lora_lint.rules` means the function below
PAGES = "https://lora-lint.github.io/lora-lint/rules"


class RuleInfo(NamedTuple):
    """What users are told of a rule."""

    code: str
    name: str
    summary: str
    preview: bool
    fixable: bool
    url: str


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(package.__path__):
        rule = getattr(import_module(f"{package.__name__}.{module.name}"), "RULE", None)
        if isinstance(rule, Rule):
            found.append(rule)
    return tuple(sorted(found, key=lambda rule: rule.code))


def rules() -> tuple[RuleInfo, ...]:
    """Every rule, by code, as users are told of it."""
    return tuple(
        RuleInfo(rule.code, rule.name, rule.summary, rule.preview, rule.fixable, url(rule.name)) for rule in all_rules()
    )


def url(name: str) -> str:
    return f"{PAGES}/{name}/"


def page_path(name: str) -> Path:
    """The rule's page: documentation, tests and claims in one."""
    return Path(next(iter(package.__path__))) / f"{name.replace('-', '_')}.md"


def find(code_or_name: str) -> Rule | None:
    """A rule by its code or name."""
    wanted = code_or_name.strip()
    return next((r for r in all_rules() if wanted.upper() == r.code or wanted.lower() == r.name), None)


def explain(code_or_name: str) -> str:
    """The page of a rule, as Markdown. Raises KeyError for a rule that does not exist."""
    rule = find(code_or_name)
    if rule is None:
        raise KeyError(code_or_name)
    path = page_path(rule.name)
    return path.read_text(encoding="utf-8") if path.exists() else f"# {rule.code} {rule.name}\n\n{rule.summary}\n"
