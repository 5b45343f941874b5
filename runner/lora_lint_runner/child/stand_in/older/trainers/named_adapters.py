"""An adapter under a name of its own (`adapter_name="policy"`), which trl trained until it took "default" for the one
to train, and copied that for its reference."""

from __future__ import annotations

import inspect
import traceback
from typing import Any

from ....context import Run
from ..arguments import around_trainers

KIND = "named adapter"
DEFAULT, REFERENCE = "default", "ref"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did a trainer of trl look for the adapter "default" of a model that has others?"""
    if not isinstance(error, KeyError) or error.args != (DEFAULT,):
        return None
    last = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][-1]
    of_trl = str(last.f_globals.get("__name__")).startswith("trl.") and last.f_code.co_name == "__init__"
    others = getattr(last.f_locals.get("model"), "peft_config", None)
    return {"kind": KIND, "home": "trl", "name": sorted(others)[0]} if of_trl and others else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f'trl {release} trains the adapter "{DEFAULT}" and no other; load it under that name, not "{entry["name"]}"'


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers find the active adapter under that name, too."""
    around_trainers(run, _found)


def _found(real: Any) -> Any:
    names = list(inspect.signature(real).parameters)

    def init(*args: Any, **options: Any) -> Any:
        model: Any = {**dict(zip(names, args)), **options}.get("model")
        configs, active = getattr(model, "peft_config", {}), getattr(model, "active_adapter", None)
        if DEFAULT in configs or active not in configs:
            return real(*args, **options)
        configs[DEFAULT] = configs[active]
        try:
            real(*args, **options)
        finally:
            del configs[DEFAULT]
        if REFERENCE in configs:  # which trl has made for it, to begin as what is trained
            kept = dict(model.named_parameters())
            for name in [n for n in kept if f".{REFERENCE}." in n]:
                kept[name].data.copy_(kept[name.replace(f".{REFERENCE}.", f".{active}.")].data)
        return None

    return init
