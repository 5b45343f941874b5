"""Loads what was saved onto a fresh base, and asks the question that the model was asked when it was saved."""

from __future__ import annotations

import contextlib
import json
import os
import re
import textwrap
from collections.abc import Callable, Collection
from typing import Any

from ..observe.bare import parts
from ..observe.outputs import Answer, ask, layers
from . import fresh_base, otherwise, placing
from .answering import CLOSE, SAME, Reloaded, compared

OTHER_LAYERS = "the script took layers out of the base, or put some in: no fresh one has these"
OWN_MODULES = "the script has put modules of its own into the base: no fresh one has these"


def adapter(
    folder: str, answer: Answer | None, written: Callable[[], Collection[str]] = tuple, tolerance: float = CLOSE
) -> Reloaded:
    """Loads an adapter as its user will, and compares answers. `written` gives all files that the script saved: they
    are only looked at where part of what was trained may be in another one."""
    if answer is None:
        return Reloaded(None, "no answer of the saved model to compare with")
    if by_chance := _base_by_chance(folder):
        return Reloaded(None, f"not compared: {by_chance} takes a part of the base away by chance, anew at each load")
    if lacking := placing.lacking_room(answer):
        return Reloaded(None, lacking)
    try:
        base = fresh_base.load(answer, folder)
    except Exception as error:
        return Reloaded(None, f"no fresh base to load it on: {_first(error)}")
    if answer.layers and any(answer.layers.get(name, count) != count for name, count in layers(base).items()):
        return Reloaded(None, OTHER_LAYERS)
    patched = any(answer.parts.get(name) is not cls for name, cls in parts(base).items()) if answer.parts else False
    try:
        loaded = fresh_base.with_adapter(base, folder, answer)
    except Exception as error:
        failed = Reloaded(False, f"can't be loaded on a fresh base: {_first(error)}")
        return Reloaded(None, otherwise.PATCHED) if patched else failed
    if loaded.missing and _all_below(answer.own, loaded.missing):
        return Reloaded(None, OWN_MODULES)
    if loaded.missing and patched:
        return Reloaded(None, otherwise.PATCHED)
    if loaded.missing:
        return Reloaded(False, f"a reload misses keys: {_short(loaded.missing)}")
    # where a weight of the base was open, too, what a few small steps made of it counts
    tolerance = SAME if answer.beside and answer.dtype is None else tolerance
    found = compared(loaded.before, _asked(loaded.model, answer), answer, tolerance)
    if found.ok is not False or found.difference is None:
        return found
    return otherwise.explained(found, loaded, answer, folder, written, patched)


def _asked(model: Any, answer: Answer) -> Any:
    """What a reloaded model answers. A loss of AdaLoRA's needs an adapter that trains (peft 0.21): it is asked without
    labels then."""
    after = ask(model, answer.inputs)
    if after is not None:
        return after
    args, options = answer.inputs
    return ask(model, (args, {name: value for name, value in options.items() if name != "labels"}))


def _all_below(modules: list[str], said: str) -> bool:
    """Does a text name keys of an adapter, and are they all below some modules of its base?"""
    keys = re.findall(r"'base_model\.model\.([\w.]+)'", said)
    return bool(keys) and all(any(key.startswith(f"{name}.") for name in modules) for key in keys)


def _base_by_chance(folder: str) -> str:
    """The way to begin an adapter that changes the base by a random estimate (PiSSA with a fast SVD, peft 0.21)."""
    with contextlib.suppress(OSError, ValueError), open(f"{folder}/adapter_config.json", encoding="utf-8") as file:
        begun = json.load(file).get("init_lora_weights")
        return begun if isinstance(begun, str) and begun.startswith("pissa_niter") else ""
    return ""


def merged(folder: str, answer: Answer | None, tolerance: float = CLOSE) -> Reloaded:
    """A merged checkpoint should answer as the model did before the merge."""
    if answer is None or not os.path.isfile(os.path.join(folder, "config.json")):
        return Reloaded(None, "nothing to compare with")
    try:
        model = placing.beside(answer.base_class.from_pretrained(folder), answer)
    except Exception as error:
        return Reloaded(False, f"can't be loaded: {_first(error)}")
    after = ask(model, answer.inputs)
    expected = answer.before_merge
    target = expected if expected is not None and expected.shape == answer.output.shape else answer.output
    return compared(None, after, answer._replace(output=target), tolerance)


def _first(error: BaseException) -> str:
    lines = str(error).strip().splitlines()  # torch says in the second one which size is wrong
    return f"{type(error).__name__}: {_short(' '.join(lines[:2]))}"


def _short(text: str) -> str:
    return textwrap.shorten(text, 300, placeholder=" ...")
