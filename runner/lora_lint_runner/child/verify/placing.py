"""A fresh base is put where the trained one lay, in the same number format."""

from __future__ import annotations

import gc
from typing import Any

from ..observe.outputs import Answer

SPARE = 1.2  # of the weights' size, for what a forward pass of two rows needs besides


def device_of(answer: Answer) -> Any:
    """The device that the question lies on, None for the CPU."""
    import torch

    args, options = answer.inputs
    devices = (value.device for value in (*args, *options.values()) if isinstance(value, torch.Tensor))
    return next((device for device in devices if device.type != "cpu"), None)


def quantized_as(answer: Answer) -> dict[str, Any]:
    """The options with which the base is loaded anew in as few bits as it was trained in."""
    config = getattr(answer.base_config, "quantization_config", None)
    device = device_of(answer)
    if config is None or device is None:
        return {}
    return {"quantization_config": config, "device_map": {"": device}}


def lacking_room(answer: Answer) -> str:
    """What is missing to hold a second model on the device: "" where there is room, or where the CPU is meant."""
    import torch

    device = device_of(answer)
    if device is None or device.type != "cuda":
        return ""
    gc.collect()
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info(device)
    needed = int(answer.size * SPARE)
    return "" if free >= needed else f"the model is large: {(needed - free) / 1e9:.1f} GB of GPU memory are missing"


def beside(model: Any, answer: Answer) -> Any:
    """A model on the device of the question, in the number format of the trained one. What is quantized was loaded
    so."""
    first = next(iter(model.parameters()), None)
    if first is None or getattr(model, "hf_quantizer", None) is not None:
        return model
    return model.to(device=device_of(answer), dtype=answer.dtype)


def nearer_than_base(before: Any, after: Any, answer: Answer) -> bool:
    """Is what is left between two answers small beside what the adapter has changed? Where numbers are coarse
    (bfloat16, 4-bit weights, kernels that add in any order) no two loads answer the same to the last digit."""
    if before is None or before.shape != after.shape:
        return False
    left, changed = (after - answer.output).square().mean(), (before - answer.output).square().mean()
    return bool(left <= changed / 16)  # a quarter of its size
