"""Which layers of a model a quantization takes: all that are linear but the head, and so those that scripts look for
by their class. They stay in 32 bit and remember it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

ASKED = ("quantization_config", "load_in_8bit", "load_in_4bit")
_TAKEN = "taken_by_quantization"


def take(model: Any, named: str | None = None) -> None:
    """Marks the layers of a model that is loaded with a quantization. They are of a class of that name, where one is
    given, for scripts that look for them by it."""
    import torch

    if not hasattr(model, "get_output_embeddings"):
        return
    names = [name.rpartition(".")[0] for name, _ in model.named_parameters()]
    kept = {id(model.get_output_embeddings()), id(model.get_submodule(names[-1]) if names else None)}
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and id(module) not in kept:
            module.__dict__[_TAKEN] = True
            _Quantized.any_taken = True
            if named is not None and type(module) is torch.nn.Linear:
                module.__class__ = layer_class(named)


class _Quantized(type):
    """The type of classes that the layers of quantized models are instances of; of all linear ones, where no model was
    loaded with a quantization in plain sight."""

    any_taken = False

    def __instancecheck__(cls, instance: Any) -> bool:
        import torch

        linear = isinstance(instance, torch.nn.Linear)
        return linear and (not _Quantized.any_taken or _TAKEN in instance.__dict__ or type(instance) is cls)


def named(strings: Iterable[str], options: Mapping[str, Any]) -> str | None:
    """The name of the class of quantized layers, where a script has it among its texts: `"Linear4bit" in str(kind)`."""
    eight = options.get("load_in_8bit") or getattr(options.get("quantization_config"), "load_in_8bit", False)
    name = "Linear8bitLt" if eight else "Linear4bit"
    return name if any(name in text for text in strings) else None


@functools.cache
def layer_class(name: str) -> Any:
    """A linear layer of torch's under the name of one that is quantized, which takes what both know."""
    import torch

    def init(self: Any, inputs: int, outputs: int, bias: bool = True, *args: Any, **options: Any) -> None:
        torch.nn.Linear.__init__(self, inputs, outputs, bias)

    return _Quantized(name, (torch.nn.Linear,), {"__init__": init, "__module__": "bitsandbytes.nn.modules"})
