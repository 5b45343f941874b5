"""The kinds of events: each is said by the interpreter somewhere, and each is shown under a name of its own."""

from __future__ import annotations

import ast
from pathlib import Path

from lora_lint.lifecycle.events import disk, models, script, training
from lora_lint.lifecycle.events.kind import KINDS

FLOW = Path(__file__).parents[2] / "rules" / "lora_lint" / "flow"


def made_in(folder: Path) -> set[str]:
    """The names of the classes of which something is made there."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    calls = (node.func for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {func.id for func in calls if isinstance(func, ast.Name)}


def test_every_kind_of_event_happens() -> None:
    assert {cls.__name__ for cls in KINDS} <= made_in(FLOW)


def test_kinds_have_different_names_in_a_trace() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)


def test_every_kind_says_what_it_means() -> None:
    assert all(cls.__doc__ and "\n" not in cls.__doc__.splitlines()[0] for cls in KINDS)
    assert {cls.__module__ for cls in KINDS} == {module.__name__ for module in (disk, models, script, training)}
