"""fire without fire: a function, or the methods of a class, called with the arguments of the command line."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from ...context import Run
from ..command_line import subcommands
from ..command_line.as_python import parsed

DEEPEST = 4


def fill(module: ModuleType, run: Run) -> None:
    """Fills `fire`."""
    filler = run.filler
    assert filler is not None

    def fire(component: Any = None, command: Any = None, *args: Any, **options: Any) -> Any:
        words = list(sys.argv[1:]) if command is None else command
        words = words.split() if isinstance(words, str) else words
        words = subcommands.named_of(component, words, filler)
        component, words = _member(component, words)
        for _ in range(DEEPEST):
            if isinstance(component, dict):  # a command has commands of its own
                component, words = _member(component, subcommands.named_of(component, words, filler))
        words = filler.completed_function(component, words)
        positional, named = parsed(words)
        return component(*positional, **named)

    module.__dict__.update(Fire=fire)


def _member(component: Any, words: list[str]) -> tuple[Any, list[str]]:
    """`script.py train --lr 1` with a dict, a class or an object: what `train` names."""
    if component is None:
        component = sys.modules["__main__"]
    while words and not inspect.isfunction(component) and not words[0].startswith("-"):
        held = component() if inspect.isclass(component) else component
        name = words[0].replace("-", "_")
        found = held.get(name) if isinstance(held, dict) else getattr(held, name, None)
        if found is None:
            break
        component, words = found, words[1:]
    return component, words
