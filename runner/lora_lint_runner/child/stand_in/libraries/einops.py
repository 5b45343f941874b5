"""A small einops: tensors whose axes are named are put in another order, together, apart or next to copies; as layers,
too. Patterns as the documentation of einops 0.8 has them."""

from __future__ import annotations

import math
import re
from types import ModuleType
from typing import Any

from ...context import Run

TOKEN = re.compile(r"\.\.\.|…|[()]|\w+")
ELLIPSIS = "..."
ONE = "1"
HOW = {"mean": "mean", "sum": "sum", "max": "amax", "min": "amin", "prod": "prod"}


def _groups(side: str) -> list[list[str]]:
    """The axes of one side of a pattern, those in brackets together."""
    found: list[list[str]] = []
    inside = False
    for token in TOKEN.findall(side):
        if token == "(":
            found.append([])
            inside = True
        elif token == ")":
            inside = False
        elif inside:
            found[-1].append(token)
        else:
            found.append([ELLIPSIS if token == "…" else token])
    return found


def _spread(groups: list[list[str]], count: int) -> list[list[str]]:
    """The same with a name for each axis that `...` stands for."""
    extra = [f"_{place}" for place in range(count)]
    found: list[list[str]] = []
    for group in groups:
        if group == [ELLIPSIS]:
            found += [[name] for name in extra]
        else:
            found.append([name for part in group for name in (extra if part == ELLIPSIS else [part])])
    return found


def _sizes(groups: list[list[str]], shape: Any, known: dict[str, int]) -> dict[str, int]:
    """How large each axis is; one of several in brackets may be told by the others."""
    sizes = dict(known)
    for group, whole in zip(groups, shape, strict=True):
        open_ = [name for name in group if name not in sizes and not name.isdigit()]
        rest = math.prod(int(name) if name.isdigit() else sizes[name] for name in group if name not in open_)
        if len(open_) > 1 or (rest and int(whole) % rest):
            raise ValueError(f"Shape mismatch, can't divide axis of length {whole} in chunks of {rest}")
        sizes.update(dict.fromkeys(open_, int(whole) // max(1, rest)))
    return sizes


def changed(tensor: Any, pattern: str, how: Any = None, sizes: dict[str, int] | None = None) -> Any:
    """What a pattern makes of a tensor of torch, an array of numpy, or a list of either."""
    import numpy
    import torch

    if isinstance(tensor, (list, tuple)):
        tensor = torch.stack(list(tensor)) if isinstance(tensor[0], torch.Tensor) else numpy.stack(tensor)
    left, right = map(_groups, pattern.split("->"))
    extra = tensor.ndim - sum(group != [ELLIPSIS] for group in left)
    left, right = _spread(left, extra), _spread(right, extra)
    known = _sizes(left, tensor.shape, sizes or {})
    flat, wanted = [name for group in left for name in group], [name for group in right for name in group]
    found = torch.as_tensor(tensor).reshape([int(name) if name.isdigit() else known[name] for name in flat])
    gone = [place for place, name in enumerate(flat) if name not in wanted or name == ONE]
    if gone:
        found = _without(found, gone, flat, how)
        flat = [name for place, name in enumerate(flat) if place not in gone]
    found = found.permute([flat.index(name) for name in wanted if name in flat])
    for place, name in enumerate(wanted):
        if name not in flat:
            size = int(name) if name.isdigit() else known[name]
            found = found.unsqueeze(place)
            found = found.expand(*(size if axis == place else -1 for axis in range(found.ndim)))
    lengths = [math.prod(int(name) if name.isdigit() else known[name] for name in group) for group in right]
    found = found.reshape(lengths)
    return found if isinstance(tensor, torch.Tensor) else found.numpy()


def _without(found: Any, gone: list[int], flat: list[str], how: Any) -> Any:
    """Some axes taken together; those of one value need no way to do so."""
    if how is None and any(found.shape[place] != 1 for place in gone):
        raise ValueError(f"Identifiers only on one side of expression: {sorted(flat[place] for place in gone)}")
    if how is None:
        return found.reshape([size for place, size in enumerate(found.shape) if place not in gone])
    if callable(how):
        return how(found, tuple(gone))
    if how == "prod":
        for place in reversed(gone):
            found = found.prod(dim=place)
        return found
    return getattr(found, HOW[how])(dim=gone)


def rearrange(tensor: Any, pattern: str, **sizes: int) -> Any:
    return changed(tensor, pattern, None, sizes)


def repeat(tensor: Any, pattern: str, **sizes: int) -> Any:
    return changed(tensor, pattern, None, sizes)


def reduce(tensor: Any, pattern: str, reduction: Any, **sizes: int) -> Any:
    return changed(tensor, pattern, reduction, sizes)


def einsum(*given: Any) -> Any:
    """Names of axes in the place of letters: `einsum(q, k, "b i d, b j d -> b i j")`."""
    import torch

    *tensors, pattern = given
    names = list(dict.fromkeys(re.findall(r"\w+", pattern)))
    letters = {name: chr(97 + place) for place, name in enumerate(names)}
    said = re.sub(r"\w+", lambda found: letters[found[0]], pattern.replace("...", "…"))
    return torch.einsum(re.sub(r"\s", "", said).replace("…", "..."), *tensors)


def parse_shape(x: Any, pattern: str) -> dict[str, int]:
    return {name: int(size) for name, size in zip(pattern.split(), x.shape, strict=False) if name != "_"}


def _layers() -> dict[str, Any]:
    import torch

    class Rearrange(torch.nn.Module):
        """The same as a layer."""

        def __init__(self, pattern: str, **sizes: int) -> None:
            super().__init__()
            self.pattern, self.sizes = pattern, sizes

        def forward(self, tensor: Any) -> Any:
            return changed(tensor, self.pattern, None, self.sizes)

    class Reduce(torch.nn.Module):
        """The same as a layer."""

        def __init__(self, pattern: str, reduction: Any, **sizes: int) -> None:
            super().__init__()
            self.pattern, self.reduction, self.sizes = pattern, reduction, sizes

        def forward(self, tensor: Any) -> Any:
            return changed(tensor, self.pattern, self.reduction, self.sizes)

    return {"Rearrange": Rearrange, "Reduce": Reduce}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `einops` and `einops.layers.torch`."""
    if module.__name__ == "einops.layers.torch":
        module.__dict__.update(_layers())
    elif module.__name__ == "einops":
        found = (rearrange, repeat, reduce, einsum, parse_shape)
        module.__dict__.update({function.__name__: function for function in found})
