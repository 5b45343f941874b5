"""The vocabulary of events: what the interpreter says and what rules ask for are words of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lora_lint.lifecycle.events import KINDS
from lora_lint.registry import all_rules

PACKAGE = Path(__file__).parents[2] / "rules" / "lora_lint"


def words(folder: str, *methods: str, all_arguments: bool = False) -> set[str]:
    """The texts that calls of these methods begin with, or all that they are given."""
    found: set[str] = set()
    for path in (PACKAGE / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
                for argument in node.args if all_arguments else node.args[:1]:
                    found |= set(texts(argument))
    return found


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def test_every_event_is_of_a_kind_that_is_explained_and_every_kind_happens() -> None:
    assert words("flow", "emit", "emit_at") == set(KINDS)


def test_rules_ask_for_kinds_that_there_are() -> None:
    asked = {kind for rule in all_rules() for kind in rule.events}
    assert words("rules", "of", all_arguments=True) | asked <= set(KINDS)
