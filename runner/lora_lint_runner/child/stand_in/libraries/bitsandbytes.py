"""bitsandbytes without bitsandbytes: its layers are torch's, its optimizers are AdamW."""

from __future__ import annotations

import itertools
import sys
from types import ModuleType
from typing import Any

from ...context import Run
from ..models.quantized import layer_class

OPTIMIZERS = ("AdEMAMix", "Adagrad", "Adam", "AdamW", "LAMB", "LARS", "Lion", "RMSprop", "SGD")


def fill(module: ModuleType, run: Run) -> None:
    """Fills `bitsandbytes`, `bitsandbytes.nn` or `bitsandbytes.optim`."""
    import torch

    part = module.__name__.rsplit(".", 1)[-1]
    if part == "bitsandbytes":
        for name in ("nn", "optim"):
            inner = type(module)(f"bitsandbytes.{name}")
            sys.modules[inner.__name__] = inner
            fill(inner, run)
            setattr(module, name, inner)
    elif part == "nn":
        # so that "find all linear layers" finds those of the stand-in
        for name in ("Linear4bit", "Linear8bitLt", "LinearNF4", "LinearFP4"):
            setattr(module, name, layer_class(name))
        module.__dict__.update(
            Params4bit=torch.nn.Parameter, Int8Params=torch.nn.Parameter, StableEmbedding=torch.nn.Embedding
        )
    elif part == "optim":
        for parts in itertools.product(("", "Paged"), OPTIMIZERS, ("", "8bit", "32bit")):
            setattr(module, "".join(parts), optimizer_class("".join(parts), torch.optim.AdamW))
        module.__dict__["GlobalOptimManager"] = _Manager


def optimizer_class(name: str, base: Any) -> type:
    """An optimizer of torch's under another name, which takes what both know."""
    known = ("lr", "betas", "eps", "weight_decay", "amsgrad")

    def init(self: Any, params: Any, *args: Any, **options: Any) -> None:
        base.__init__(self, params, *args[:3], **{k: v for k, v in options.items() if k in known})

    return type(name, (base,), {"__init__": init})


class _Manager:
    @classmethod
    def get_instance(cls) -> _Manager:
        return cls()

    def register_module_override(self, *args: Any, **options: Any) -> None: ...
    def register_parameters(self, *args: Any) -> None: ...
