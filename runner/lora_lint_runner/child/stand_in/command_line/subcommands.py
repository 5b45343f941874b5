"""Which of its commands a script is started with, where its command line has several and none was named: the one that
sounds like training. argparse's subparsers, groups of click and typer, the functions and methods that fire is given."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Collection
from typing import Any

from ...context import Run
from ...parts import Filler


def install(run: Run, filler: Filler) -> None:
    """Groups of click and typer name a command from now on; the others ask here."""
    for home, owner in (("click.core", "Group"), ("typer.core", "TyperGroup")):

        @run.patches.after(home)
        def group(module: Any, owner: str = owner) -> None:
            run.patches.replace(getattr(module, owner), "parse_args", lambda real: _grouped(filler, real))


def chosen(filler: Filler, names: Collection[str]) -> list[str]:
    """One of the commands, which is said; none where the user gave the command line."""
    if not names or filler.run.spec.argv is not None:
        return []
    name = filler.chosen(list(names), ())
    filler.run.neutral(f"no command was named: {name}, of {', '.join(names)}")
    return [name]


def of_parser(parser: Any) -> dict[str, Any]:
    """The commands of an argparse parser, each with its own parser."""
    found = next((a.choices for a in parser._actions if type(a).__name__ == "_SubParsersAction"), None)
    return dict(found or {})


def named_of(component: Any, given: list[str], filler: Filler) -> list[str]:
    """The words for fire, with the name of a function or a method where it has to have one."""
    if component is None:
        component = {n: v for n, v in vars(sys.modules["__main__"]).items() if _own_function(v)}
    if isinstance(component, dict):
        names = list(component)
    elif inspect.isfunction(component) or inspect.ismethod(component):
        return given
    else:
        names = [n for n, v in inspect.getmembers(component) if inspect.isroutine(v) and not n.startswith("_")]
    held = any(g in names for g in given if not g.startswith("-"))
    return given if held else [*given, *chosen(filler, names)]


def _own_function(value: Any) -> bool:
    return inspect.isfunction(value) and value.__module__ == "__main__" and not value.__name__.startswith("_")


def _grouped(filler: Filler, real: Any) -> Any:
    def parse_args(self: Any, context: Any, args: list[str]) -> Any:
        names = list(self.commands)
        needs = not self.invoke_without_command and not context.resilient_parsing
        if needs and not set(args) & {*names, "--help", "-h"}:
            args = [*args, *chosen(filler, names)]
        return real(self, context, args)

    return parse_args
