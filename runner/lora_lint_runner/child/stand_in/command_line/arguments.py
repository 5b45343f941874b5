"""Arguments that a script requires and nobody gave are filled in, wherever it reads them, and said.

argparse (and with it HfArgumentParser), click, typer, fire. What was given after `--` is kept.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import os
import sys
from typing import Any

from ...context import Run
from ..anything import STARTING
from ..training.resolutions import smaller
from . import subcommands, variables
from .as_python import parsed
from .told_arguments import left_out, open_to, renamed, told, worded
from .values import Filler

KINDS = {"integer": int, "float": float, "boolean": bool}


def install(run: Run) -> None:
    """From now on nothing that is required is missing."""
    commands = Commands(run)
    run.filler = commands
    STARTING[:] = [commands.start]
    patches = run.patches
    subcommands.install(run, commands)

    @patches.after("argparse")
    def argparse_(module: Any) -> None:
        patches.replace(module.ArgumentParser, "parse_known_args", lambda real: _parsing(commands, real))
        patches.replace(module.ArgumentParser, "error", lambda real: _refusing(run, real))

    @patches.after("click.core")
    def click(module: Any) -> None:
        name = "full_process_value" if "full_process_value" in vars(module.Parameter) else "process_value"
        patches.replace(module.Parameter, name, lambda real: _clicking(commands, real))

    for home in ("click.types", "typer._click.types"):

        @patches.after(home)
        def paths(module: Any) -> None:
            if hasattr(module, "Path"):
                patches.replace(module.Path, "convert", lambda real: _any_path(run, real))

    @patches.after("typer.core")
    def typer(module: Any) -> None:
        kinds = [getattr(module, name) for name in ("TyperOption", "TyperArgument") if hasattr(module, name)]
        owners = [next((c for c in kind.__mro__ if "process_value" in vars(c)), None) for kind in kinds]
        for held in dict.fromkeys(owners):
            if held is not None and held.__module__ != "click.core":  # typer 0.29 brings a click of its own
                patches.replace(held, "process_value", lambda real: _clicking(commands, real))

    @patches.after("fire.core")
    def fire(module: Any) -> None:
        patches.replace(module, "Fire", lambda real: _firing(commands, real))

    variables.install(run, commands)

    by_place = run.spec.learned.get("words", ())
    made = [str(commands.value(name) or f"stand-in-{name}") for name in by_place]
    run.met.words = [*told(run, commands), *made]
    for name, value in zip(by_place, made):
        commands.options[name] = value
        commands.said(name, value)

    if "argparse" not in sys.modules:
        import argparse  # noqa: F401


class Commands(Filler):
    """Completes command lines."""

    def completed(self, parser: Any, given: list[str]) -> list[str]:
        """A command line for argparse, with what is required and lacks, and what an earlier attempt found to lack."""
        commands = subcommands.of_parser(parser)
        place = next((i for i, g in enumerate(given) if g in commands), len(given))
        own, named, rest = self._completed(parser, given[:place]), given[place : place + 1], given[place + 1 :]
        named = named or subcommands.chosen(self, commands)
        return [*own, *named, *(self.completed(commands[named[0]], rest) if named else [])]

    def _completed(self, parser: Any, given: list[str]) -> list[str]:
        """The same, of the parser's own: without its commands."""
        here = {g.split("=")[0] for g in given}
        free = sum(1 for g in given if not g.startswith("-"))
        positional: list[str] = []
        extra: list[str] = []
        for action in parser._actions:
            if action.option_strings:
                left_open = action.dest in self.run.met.told_open and action.default in (None, "")
                wanted = action.required or left_open
                wanted = wanted or (self.wants(action.dest) and not _takes_back(parser, action))
                if not here & set(action.option_strings) and wanted:
                    extra += self._option(action)
                elif self.lets_go(action.dest):
                    extra += self._off(action)
            elif action.nargs in (None, "+") or isinstance(action.nargs, int):
                if free:
                    free -= 1
                else:
                    positional += self._positional(action)
        for group in getattr(parser, "_mutually_exclusive_groups", ()):
            if group.required and not any(here & set(a.option_strings) for a in group._group_actions):
                extra += self._option(group._group_actions[0])
        return [*given, *positional, *extra]

    def _option(self, action: Any) -> list[str]:
        name = max(action.option_strings, key=len)
        if action.nargs == 0 or (action.nargs == "?" and action.const is True):
            self.run.neutral(f"argument {name}: given")
            return [name]
        value = self.value(action.dest, action.type, action.choices)
        if value is None:
            return []
        self.said(name, value)
        return [name, *([str(value)] * (action.nargs if isinstance(action.nargs, int) else 1))]

    def _off(self, action: Any) -> list[str]:
        """What turns a switch off; nothing where this option turns it on alone."""
        name = next((o for o in action.option_strings if o.startswith("--no")), max(action.option_strings, key=len))
        turns = action.const is False or type(action).__name__ == "BooleanOptionalAction"
        if action.nargs == 0 and not turns:
            return []
        self.run.neutral(f"argument {name}: given{'' if action.nargs == 0 else ' False'}")
        return [name] if action.nargs == 0 else [name, "False"]

    def _positional(self, action: Any) -> list[str]:
        value = self.value(action.dest, action.type, action.choices)
        if value is None:
            return []
        self.said(action.dest, value)
        return [str(value)] * (action.nargs if isinstance(action.nargs, int) else 1)

    def completed_function(self, component: Any, given: list[str]) -> list[str]:
        """A command line for fire, which reads it as the arguments of a function."""
        if not inspect.isfunction(component) and not inspect.ismethod(component):
            return given
        if self.run.met.told:
            given = open_to(self.run, component, given)
        named = {g.split("=")[0].lstrip("-").replace("-", "_") for g in given if g.startswith("-")}
        free = sum(1 for g in given if not g.startswith("-")) if not named else 0
        for place, parameter in enumerate(inspect.signature(component).parameters.values()):
            if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or parameter.name in named or place < free:
                continue
            self.options[parameter.name] = parameter.default
            if self.lets_go(parameter.name):
                given = [*given, f"--{parameter.name}=False"]
                self.run.neutral(f"argument --{parameter.name}: given False")
            elif parameter.default is parameter.empty or self.wants(parameter.name):
                kind = parameter.annotation if isinstance(parameter.annotation, type) else None
                value = self.value(parameter.name, kind)
                if value is not None:
                    given = [*given, f"--{parameter.name}={value}"]
                    self.said(parameter.name, value)
        return given

    def start(self, function: Any) -> Any:
        """Runs a function of the script's as fire would."""
        positional, named = parsed(self.completed_function(function, list(sys.argv[1:])))
        given = function(*positional, **named)
        return asyncio.run(given) if inspect.iscoroutine(given) else given


def _takes_back(parser: Any, action: Any) -> bool:
    """Is it the `--no_use_peft` beside a `--use_peft`?"""
    beside = [other for other in parser._actions if other.dest == action.dest and other is not action]
    return action.nargs == 0 and action.const is False and bool(beside)


def _parsing(commands: Commands, real: Any) -> Any:
    def parse_known_args(self: Any, args: Any = None, namespace: Any = None, *more: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        own = (args is None or given == sys.argv[1:]) and self not in commands.run.met.left_alone
        told_here = own and commands.run.spec.argv is None
        if told_here:
            given = worded(self, renamed(self, given))
        if own and not any(a in given for a in ("-h", "--help")):
            given = commands.completed(self, given)
            commands.run.journal.line({"kind": "given", "words": given})
        found = real(self, given, namespace, *more, **options)
        if told_here:
            smaller(commands.run, found[0])
        if own:
            commands.options.update(vars(found[0]))
        return left_out(commands.run, found) if told_here else found

    return parse_known_args


def _refusing(run: Run, real: Any) -> Any:
    """Remembers why a command line was not accepted."""

    def error(self: Any, message: str) -> Any:
        run.met.refused = message
        return real(self, message)

    return error


def _clicking(commands: Commands, real: Any) -> Any:
    def process(self: Any, context: Any, value: Any) -> Any:
        name = self.name or ""
        absent = self.value_is_missing(value)
        left = absent or getattr(context.get_parameter_source(name), "name", "") == "DEFAULT"  # it has its own value
        if not context.resilient_parsing and ((absent and self.required) or (left and commands.wants(name))):
            type_ = getattr(self, "type", None)
            kind = bool if value is False else KINDS.get(getattr(type_, "name", ""))
            made = commands.value(name, kind, getattr(type_, "choices", None))
            if getattr(type_, "file_okay", True) is False and os.path.isfile(str(made)):
                made = commands.folder(name)  # `click.Path(file_okay=False)`
            if made is not None:
                value = (made,) if getattr(self, "multiple", False) or self.nargs == -1 else made
                commands.said(name, made)
        elif left and commands.lets_go(name):
            value = False
            commands.run.neutral(f"argument --no-{name.replace('_', '-')}: given")
        found = real(self, context, value)
        commands.options[name] = found
        return found

    return process


def _any_path(run: Run, real: Any) -> Any:
    """A path that is to lead to something already may lead to what is made up once the script reads it."""

    def convert(self: Any, value: Any, *args: Any) -> Any:
        if self.exists and run.spec.made_up_rows is not False and not os.path.exists(value):
            self = copy.copy(self)
            self.exists = False
        return real(self, value, *args)

    return convert


def _firing(commands: Commands, real: Any) -> Any:
    def fire(component: Any = None, command: Any = None, *args: Any, **options: Any) -> Any:
        given = list(sys.argv[1:]) if command is None else command
        if isinstance(given, list):
            given = subcommands.named_of(component, given, commands)
            command = commands.completed_function(component, given)
        return real(component, command, *args, **options)

    return fire
