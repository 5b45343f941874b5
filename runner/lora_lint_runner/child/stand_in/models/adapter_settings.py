"""What PEFT is told of an adapter by something that stands in for what is not here: `LoraConfig(r=settings["r"])`."""

from __future__ import annotations

import dataclasses
import re
from functools import partial
from typing import Any

from ...context import Run
from ..anything import Anything, Told

NAMED = {"__init__": 2, "add_adapter": 0, "set_adapter": 0, "delete_adapter": 0, "load_adapter": 1}  # the name's place


def install(run: Run) -> None:
    """From now on a setting of which nothing is known is as PEFT has it by itself, and a name is a word."""

    @run.patches.after("peft.config")
    def configs(module: Any) -> None:
        run.patches.replace(module.PeftConfigMixin, "__setattr__", partial(_setting, run))

    @run.patches.after("peft.peft_model")
    def models(module: Any) -> None:
        for method, place in NAMED.items():
            run.patches.replace(module.PeftModel, method, partial(_with_name, place + 1))

    @run.patches.after("peft.mapping_func", "peft.mapping")
    def wrapping(module: Any) -> None:
        run.patches.replace(module, "get_peft_model", partial(_with_name, 2))


def _setting(run: Run, real: Any) -> Any:
    def set_to(self: Any, name: str, value: Any) -> None:
        field = type(self).__dataclass_fields__.get(name)
        if field is not None and _is_open(value):
            value = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
            run.neutral(f"{name} of {type(self).__name__}, of which nothing is known: {value}, as PEFT has it")
        real(self, name, value)

    return set_to


def _is_open(value: Any) -> bool:
    """Does it, or a part of it, stand in for something of which nothing is known?"""
    parts = value if isinstance(value, (list, tuple, set)) else [value]
    return any(isinstance(part, Anything) and not isinstance(part, Told) for part in parts)


def _with_name(place: int, real: Any) -> Any:
    def call(*args: Any, **options: Any) -> Any:
        given = [_word(value) if at == place else value for at, value in enumerate(args)]
        return real(*given, **{key: _word(v) if key == "adapter_name" else v for key, v in options.items()})

    return call


def _word(name: Any) -> Any:
    """A module of torch may be called so: it has no point in its name."""
    return re.sub(r"\W+", "-", name._name).strip("-") if isinstance(name, Anything) and _is_open(name) else name
