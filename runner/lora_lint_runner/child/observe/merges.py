"""What was merged: the weights of the base and the adapters just before, to hold the merged model against."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from .state import active_of, is_peft

LARGE = 400_000_000  # parameters above which weights are not kept, and questions not asked in passing


def is_large(model: Any) -> bool:
    """Has a model more parameters than is worked with in passing?"""
    return bool(sum(p.numel() for p in model.parameters()) > LARGE)


class Merged(NamedTuple):
    """Base weights by their names in the model, and each adapter's tensors with its config. `steps` are the optimizer
    steps made until then: a model that was trained afterwards is another one."""

    base: dict[str, Any]
    adapters: list[tuple[dict[str, Any], dict[str, Any]]]
    steps: int


def before(model: Any, named: Any, steps: int) -> Merged | None:
    """Takes down what is about to be merged: `named` adapters, or the active ones. None where it cannot be compared: a
    quantized or very large base, an adapter that is merged already."""
    tuners, saving = sys.modules.get("peft.tuners.tuners_utils"), sys.modules.get("peft.utils.save_and_load")
    if tuners is None or saving is None or not is_peft(model):
        return None
    if is_large(model):
        return None
    base: dict[str, Any] = {}
    for name, module in model.get_base_model().named_modules():
        if not isinstance(module, tuners.BaseTunerLayer):
            continue
        weight = getattr(module.get_base_layer(), "weight", None)
        if weight is None or not weight.is_floating_point() or getattr(module, "merged", False):
            return None
        base[f"{name}.weight"] = weight.detach().to("cpu").clone()
    adapters = []
    for name in named or active_of(model):
        tensors = saving.get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
        kept = {key: value.detach().to("cpu").clone() for key, value in tensors.items()}
        adapters.append((kept, _config(model.peft_config[name])))
    return Merged(base, adapters, steps)


def _config(config: Any) -> dict[str, Any]:
    found: dict[str, Any] = config.to_dict()
    found["peft_type"] = str(getattr(config.peft_type, "value", config.peft_type))
    return found
