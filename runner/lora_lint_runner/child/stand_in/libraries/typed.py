"""tyro, simple_parsing and jsonargparse in small: a dataclass or a function, filled by words of the command line."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import enum
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from ...context import Run

NONE = type(None)
SEVERAL = (list, tuple, set)
UNIONS = (typing.Union, getattr(types, "UnionType", typing.Union))
TRUE = ("1", "true", "yes", "on", "")


def fill(module: ModuleType, run: Run) -> None:
    """Fills each of the three under the names that scripts call."""

    def made(kind: Any, words: Any = None, *, args: Any = None, default: Any = None, **options: Any) -> Any:
        given = words if isinstance(words, (list, tuple)) else args
        return _Filled(run, sys.argv[1:] if given is None else given).of(kind, default)

    def parser(*words: Any, **options: Any) -> Parser:
        return Parser(made)

    module.__dict__.update(
        cli=made, parse=made, CLI=made, auto_cli=made, ArgumentParser=parser, field=_field, choice=_choice,
        Serializable=object, MISSING=dataclasses.MISSING,
    )  # fmt: skip


class Parser(argparse.ArgumentParser):
    """A parser to which whole dataclasses are added, each under a name."""

    def __init__(self, made: Callable[..., Any]) -> None:
        super().__init__()
        self.made, self.kinds = made, dict[str, Any]()

    def add_arguments(self, kind: Any, dest: str, default: Any = None, **options: Any) -> None:
        self.kinds[dest] = (kind, default)

    def parse_args(self, args: Any = None, namespace: Any = None, **options: Any) -> Any:
        found = self.parse_known_args(args, namespace)[0]
        for dest, (kind, default) in self.kinds.items():
            setattr(found, dest, self.made(kind, args=args, default=default))
        return found


def lacking(run: Run, kind: Any, words: list[str], default: Any = None) -> list[tuple[str, str]]:
    """The options that `kind` requires and the words lack, with made-up values: `("lora.rank", "2")`. Nothing is
    called."""
    filled = _Filled(run, words, make=lambda called, **given: None)
    filled.of(kind, default)
    return filled.made


def required(run: Run, kind: Any) -> dict[str, Any]:
    """What a dataclass has to be given, with made-up values of the types that it says."""
    filled = _Filled(run, [], make=lambda called, **given: given)
    given = filled.of(kind)
    return {name: given[name] for name, _ in filled.made if name in given}


class _Filled:
    """Makes objects of the words of one command line. `made` is what had to be made up, by option."""

    def __init__(
        self, run: Run, words: Any, make: Callable[..., Any] = lambda called, **given: called(**given)
    ) -> None:
        self.run, self.make = run, make
        self.words = dict(_named(list(words)))
        self.made: list[tuple[str, str]] = []

    def of(self, kind: Any, default: Any = None, path: str = "") -> Any:
        """A dataclass or a class made of its fields; a function called with its arguments."""
        called = kind if not dataclasses.is_dataclass(kind) or isinstance(kind, type) else type(kind)
        default = kind if called is not kind else default
        hints: dict[str, Any] = {}
        with contextlib.suppress(Exception):
            hints = typing.get_type_hints(vars(called)["__init__"] if isinstance(called, type) else called)
            hints.update(typing.get_type_hints(called))
        given = {}
        for name, held in _fields(called, default):
            hint = _whole(hints.get(name, str))
            if dataclasses.is_dataclass(hint):
                given[name] = self.of(hint, held, f"{path}{name}.")
            else:
                given[name] = self._value(name, f"{path}{name}", hint, held)
        return self.make(called, **given)

    def _value(self, name: str, path: str, hint: Any, held: Any) -> Any:
        filler = self.run.filler
        assert filler is not None
        words = self.words.get(path, self.words.get(name))
        value = held
        if words is not None:
            value = _read(hint, words)
        elif held is dataclasses.MISSING or (held in (None, "") and filler.wants(name)):
            choices = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else None
            made = filler.value(name, hint, choices or (list(hint) if _is_enum(hint) else None))
            filler.said(f"--{path}", made)
            self.made.append((path, str(made)))
            value = _read(hint, [str(made)])
        filler.options[name] = value
        return value


def _fields(called: Any, default: Any) -> Iterator[tuple[str, Any]]:
    """The names that have to be filled, each with the value that it has of itself."""
    if dataclasses.is_dataclass(called):
        for field in dataclasses.fields(called):
            own = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
            if field.init:
                yield field.name, getattr(default, field.name, own)
        return
    for parameter in inspect.signature(called).parameters.values():
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            own = dataclasses.MISSING if parameter.default is parameter.empty else parameter.default
            yield parameter.name, own


def _named(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The words behind each option."""
    name, behind = "", list[str]()
    for word in [*words, "--"]:
        if word.startswith("--"):
            if name:
                yield name, behind
            option, equals, value = word[2:].partition("=")
            name, behind = option.replace("-", "_"), [value] if equals else []
        else:
            behind.append(word)


def _whole(hint: Any) -> Any:
    """A hint without what may be left out: `int | None` as `int`."""
    if typing.get_origin(hint) in UNIONS:
        return next(iter(a for a in typing.get_args(hint) if a is not NONE), str)
    return typing.get_args(hint)[0] if hasattr(hint, "__metadata__") else hint


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, enum.Enum)


def _read(hint: Any, words: list[str]) -> Any:
    origin, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in SEVERAL:
        return origin(_read(_whole(inner[0]) if inner else str, [word]) for word in words)
    word = words[0] if words else ""
    if origin is typing.Literal:
        return next((value for value in inner if str(value) == word), word)
    if _is_enum(hint):
        return next((value for value in hint if word in (value.name, str(value.value), str(value))), word)
    if hint is bool:
        return word.lower() in TRUE
    with contextlib.suppress(TypeError, ValueError):
        return hint(word) if isinstance(hint, type) else word
    return word


def _field(default: Any = dataclasses.MISSING, *args: Any, **options: Any) -> Any:
    """A field of simple_parsing: what it says of itself to people is left out."""
    known = {k: v for k, v in options.items() if k in ("default_factory", "init", "repr", "metadata")}
    return dataclasses.field(**known) if default is dataclasses.MISSING else dataclasses.field(default=default, **known)


def _choice(*choices: Any, default: Any = dataclasses.MISSING, **options: Any) -> Any:
    return _field(choices[0] if default is dataclasses.MISSING else default)
