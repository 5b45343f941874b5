"""How far apart two weights may be that say the same in their number format. Needs torch.

A merge adds the adapter in the format of the model, so each sum is off by up to half of the distance between two
numbers of that format. Over a matrix this is noise of a known size, and its largest singular value has a known place.
"""

from __future__ import annotations

from typing import Any

TYPES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def torch_of(tensor: Any) -> Any:
    """A tensor of a file (`tensors.Tensor`) as torch has it. Raises KeyError for a type that a merge does not write."""
    import torch

    kind = getattr(torch, TYPES[tensor.dtype])
    if tensor.size == 0:
        return torch.empty(tensor.shape, dtype=kind)
    return torch.frombuffer(bytearray(tensor.data), dtype=kind).reshape(tensor.shape)


def as_computed(value: Any) -> Any:
    """A tensor in the format that its values have come about in: what was merged in half precision may be stored in
    full."""
    import torch

    halves = (torch.bfloat16, torch.float16) if value.dtype == torch.float32 else ()
    return next((value.to(kind) for kind in halves if bool((value.to(kind).float() == value).all())), value)


def torch_all(tensors: Any) -> dict[str, Any]:
    """All tensors of a file as torch has them. Raises KeyError."""
    return {name: torch_of(tensor) for name, tensor in tensors.items()}


def spacing(value: Any, kind: Any) -> Any:
    """The distance to the next number of a format, at each value."""
    import torch

    facts = torch.finfo(kind)
    size = value.double().abs().clamp_min(facts.tiny)
    return torch.exp2(torch.floor(torch.log2(size))) * facts.eps


def noise(merged: Any, difference: Any, kind: Any) -> float:
    """The root mean square of what rounding adds to `difference` when it was merged."""
    squares = (spacing(merged, kind) ** 2).mean() + (spacing(difference, kind) ** 2).mean()
    return float((squares / 12).sqrt())


def edge(merged: Any, difference: Any, kind: Any) -> float:
    """The singular value below which a difference of this shape is nothing but rounding."""
    import torch

    rows, columns = difference.shape
    margin = 3.0 if kind in (torch.float32, torch.float64) else 1.5
    return float(margin * noise(merged, difference, kind) * (rows**0.5 + columns**0.5))


def step(value: Any, kind: Any) -> Any:
    """What a sum that ends in these values may be off by for each rounding on the way: by the distance of the numbers
    around each value, and around the values that were added up to it."""
    import torch

    usual = float((value.double() ** 2).mean().sqrt()) if value.numel() else 0.0
    return spacing(value, kind) + usual * torch.finfo(kind).eps


def apart(found: Any, expected: Any, kind: Any, of: Any = None) -> float:
    """The largest distance of two tensors, in such steps: those at the expected values, or at values `of` another
    size."""
    if found.numel() == 0:
        return 0.0
    return float(((found.double() - expected.double()).abs() / step(expected if of is None else of, kind)).max())
