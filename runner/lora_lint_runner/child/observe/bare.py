"""A model without its adapter: its modules, its weights, and a way to ask it. A script may have made another of its
base than a fresh one is, before it trained on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .state import adapters_of, digest

SWITCH = "_disable_adapters"  # of the layers that PEFT has put in (0.21)


def parts(base: Any) -> dict[str, type]:
    """The classes of a model's modules by their names, those that PEFT has wrapped under the names that they had."""
    named = {n: type(m) for n, m in base.named_modules() if not type(m).__module__.startswith("peft.")}
    return {_plain(n): cls for n, cls in named.items()}


def weights(model: Any) -> dict[str, str]:
    """A digest of each weight of a PeftModel that is no adapter's, by the name that it had before."""
    adapters = [f".{name}" for name in adapters_of(model)]
    named = model.get_base_model().named_parameters()
    return {_plain(n): digest(p) for n, p in named if not any(adapter in n for adapter in adapters)}


@contextlib.contextmanager
def switched_off(model: Any) -> Iterator[bool]:
    """The adapter does nothing meanwhile. Gives whether it was one that can be switched off so; PEFT's own way to do it
    leaves it with `requires_grad`, whatever it had."""
    layers = [module for module in model.modules() if hasattr(module, SWITCH)]
    before = [getattr(layer, SWITCH) for layer in layers]
    able = bool(layers) and not any(getattr(layer, "merged_adapters", ()) for layer in layers)
    try:
        for layer in layers if able else ():
            setattr(layer, SWITCH, True)
        yield able
    finally:
        for layer, held in zip(layers, before) if able else ():
            setattr(layer, SWITCH, held)


def _plain(name: str) -> str:
    return name.replace(".base_layer", "").replace(".original_module", "")
