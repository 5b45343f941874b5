"""absl in small: flags with their values, the main function, logging."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from ...context import Run

KINDS: dict[str, Callable[[str], Any]] = {
    "string": str, "enum": str, "integer": int, "float": float, "bool": lambda w: w.lower() not in ("false", "0", "no"),
    "list": lambda w: w.split(","), "multi_string": lambda w: [w], "multi_integer": lambda w: [int(w)],
}  # fmt: skip
ASKED = {"integer": int, "float": float, "bool": bool}


class Flags:
    """The flags of one script, with the words of its command line once they are asked for."""

    def __init__(self, run: Run) -> None:
        self.__dict__.update(_run=run, _kinds={}, _choices={}, _required=set(), _read=False, _values={})

    def define(self, kind: str, name: str, default: Any, choices: Any, required: bool) -> Any:
        self._values[name], self._kinds[name], self._choices[name] = default, kind, choices
        self._required |= {name} if required else set()
        return Holder(self, name)

    def require(self, names: Any) -> None:
        self._required |= {names} if isinstance(names, str) else set(names)

    def read(self, words: list[str]) -> list[str]:
        """Takes the words for flags, fills in those that are required, and gives back what is none."""
        rest, waiting = [], list(words)
        while waiting:
            word = waiting.pop(0)
            name, equals, value = word.lstrip("-").partition("=")
            if word.startswith("-") and name in self._kinds:
                switch = self._kinds[name] == "bool"
                text = value if equals else "true" if switch else waiting.pop(0) if waiting else ""
                self._values[name] = KINDS[self._kinds[name]](text)
            elif word.startswith("--no") and name[2:] in self._kinds:
                self._values[name[2:]] = False
            else:
                rest.append(word)
        for name, held in self._values.items():
            lacks = held is None and (name in self._required or self._run.filler.wants(name))
            if lacks:
                made = self._run.filler.value(name, ASKED.get(self._kinds[name]), self._choices[name])
                self._run.filler.said(f"--{name}", made)
                self._values[name] = KINDS[self._kinds[name]](str(made))
        self._run.filler.options.update(self._values)
        self.__dict__["_read"] = True
        return rest

    def __call__(self, words: list[str], **options: Any) -> list[str]:
        return [words[0], *self.read(words[1:])]

    def __getattr__(self, name: str) -> Any:
        if not self._read:
            self.read(sys.argv[1:])
        if name not in self._values:
            raise AttributeError(name)
        return self._values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __getitem__(self, name: str) -> Any:
        return SimpleNamespace(value=getattr(self, name), name=name)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Any:
        return iter(self._values)

    def flag_values_dict(self) -> dict[str, Any]:
        return dict(self._values)


class Holder:
    """What defining a flag gives: its value, when it is asked for."""

    def __init__(self, flags: Flags, name: str) -> None:
        self.flags, self.name = flags, name

    @property
    def value(self) -> Any:
        return getattr(self.flags, self.name)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `absl` and its parts, which come with it."""
    if module.__name__ != "absl":
        module.__dict__.update(vars(getattr(sys.modules["absl"], module.__name__.rpartition(".")[2])))
        return
    held = Flags(run)
    module.__dict__.update(app=_app(held), flags=_flags(held), logging=_logging())


def _flags(held: Flags) -> SimpleNamespace:
    def defining(kind: str) -> Callable[..., Any]:
        def define(name: str, default: Any = None, *told: Any, required: bool = False, **options: Any) -> Any:
            choices = options.get("enum_values", told[0] if kind == "enum" and told else None)
            return held.define(kind, name, default, choices, required)

        return define

    made: dict[str, Any] = {f"DEFINE_{kind}": defining(kind) for kind in KINDS}
    made.update(DEFINE_boolean=made["DEFINE_bool"], FLAGS=held, FlagValues=lambda: held)
    made.update(
        dict.fromkeys(("mark_flag_as_required", "mark_flags_as_required"), lambda names, **k: held.require(names))
    )
    return SimpleNamespace(**made)


def _app(held: Flags) -> SimpleNamespace:
    def run(main: Callable[[list[str]], Any], argv: Any = None, **options: Any) -> None:
        words = sys.argv if argv is None else argv
        sys.exit(main([words[0], *held.read(list(words[1:]))]))

    return SimpleNamespace(run=run, UsageError=type("UsageError", (Exception,), {}))


def _logging() -> SimpleNamespace:
    log = logging.getLogger("absl")
    names = ("debug", "info", "warning", "error", "exception", "fatal", "log")
    quiet = dict.fromkeys(("set_verbosity", "use_absl_handler", "log_first_n", "log_every_n"), lambda *a, **k: None)
    levels = {name: getattr(logging, name) for name in ("DEBUG", "INFO", "WARNING", "ERROR", "FATAL")}
    return SimpleNamespace(**{name: getattr(log, name) for name in names}, **quiet, **levels)
