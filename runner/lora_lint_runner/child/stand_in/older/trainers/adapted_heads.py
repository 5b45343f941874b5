"""An adapter on a model's head, which trl trained until it read the head's weights by themselves (1.16)."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..arguments import HOMES, around_trainers

KIND = "adapted head"
SAID = "Applying a PEFT adapter to `lm_head` is not supported"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did a trainer refuse a model for its head?"""
    refused = isinstance(error, ValueError) and str(error).startswith(SAID)
    return {"kind": KIND, "home": "trl", "name": "lm_head"} if refused else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"trl {release} trains no adapter on lm_head; leave it out of target_modules"


def serve(run: Run, entry: dict[str, str]) -> None:
    """Trainers take such a model, and the weights that they read off its head are those with its adapter."""
    for home in HOMES:

        @run.patches.after(home)
        def patch(module: Any) -> None:
            if hasattr(module, "BaseTunerLayer"):
                module.BaseTunerLayer = _Nothing

    around_trainers(run, _reading)


class _Nothing:
    """What no layer is."""


def _reading(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        asked = getattr(getattr(self, "model", None), "get_output_embeddings", None)
        head = asked() if asked is not None else None
        if hasattr(head, "get_delta_weight"):
            kind = type(head)
            head.__class__ = type(kind.__name__, (kind,), {"weight": property(_whole), "__module__": kind.__module__})

    return init


def _whole(head: Any) -> Any:
    """The weights of a layer with those of its adapters, through which these are trained."""
    weight = head.get_base_layer().weight
    for name in () if head.disable_adapters else head.active_adapters:
        if name in getattr(head, "lora_A", ()):
            weight = weight + head.get_delta_weight(name)
    return weight
