"""Does a merged model hold an adapter? Merged minus base must be the scaled product B·A, in the precision of its
format.

By the files' own tensors and the adapter's config, without PEFT. Needs torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import precision

PREFIX = "base_model.model."
# two sums of the same numbers may be rounded apart: by PEFT's order of operations, and by a cast of the product
STEPS = 4.0
FIRST = re.compile(r"\.lora_(embedding_)?A(\.weight)?$")


class Held(NamedTuple):
    """`ok` is None where the check does not apply, `text` says why or what is wrong; `modules` were compared."""

    ok: bool | None
    text: str = ""
    modules: int = 0
    steps: float | None = None


class Update(NamedTuple):
    """What an adapter adds to the weight of one module: `product` is B·A in the weight's own shape, scaled; `sizes`
    are those of its summands."""

    module: str
    product: Any
    magnitude: Any
    sizes: Any


def holds(
    merged: Mapping[str, Any], base: Mapping[str, Any], adapters: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> Held:
    """Compares torch tensors: weights by their names in the model, those of each adapter (with its config) by the names
    in its file."""
    other = [c.get("peft_type") for _, c in adapters if str(c.get("peft_type", "LORA")).split(".")[-1] != "LORA"]
    if other:
        return Held(None, f"not compared weight by weight: {other[0]}")
    wanted: dict[str, list[Update]] = {}
    for tensors, config in adapters:
        for update in updates(tensors, config):
            wanted.setdefault(update.module, []).append(update)
    if wanted and all(_named(f"{module}.weight", merged) is None for module in wanted):
        return Held(None, "not compared weight by weight: its file has other names for all weights than the model has")
    worst, still = 0.0, 0
    for module, parts in wanted.items():
        new, old = _named(f"{module}.weight", merged), _named(f"{module}.weight", base)
        if new is None or old is None:
            return Held(False, f"the {'base' if new is not None else 'merged'} model has no weight {module}")
        old = old.to(new.dtype)
        expected = applied(old, parts)
        steps = precision.apart(new, expected, new.dtype)
        if steps > STEPS:  # large products that cancel each other, as of PiSSA, are rounded by their own size
            steps = precision.apart(new, expected, new.dtype, of=old.double().abs() + sum(u.sizes for u in parts))
        worst = max(worst, steps)
        if steps <= STEPS:
            continue
        if not bool((new == old).all()):
            text = f"{module}: merged minus base is not the adapter's B·A ({steps:.0f} steps of {_short(new)} apart)"
            return Held(False, text, len(wanted), worst)
        still += 1
    if still:
        return Held(
            False,
            f"{still} of {len(wanted)} modules are as in the base: the adapter is not in them",
            len(wanted),
            worst,
        )
    return Held(True, "", len(wanted), worst) if wanted else Held(None, "the adapter has no pair of A and B")


def named_otherwise(merged: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Has the file other names for weights than the model has? Some classes rename them on the way to the disk."""
    return any(_named(key, merged) is None for key in base)


def updates(adapter: Mapping[str, Any], config: Mapping[str, Any]) -> list[Update]:
    """The updates of an adapter, module by module."""
    found = []
    for key, first in adapter.items():
        match = FIRST.search(key)
        second = adapter.get(key[: match.start()] + match.group(0).replace("A", "B")) if match else None
        if match is None or second is None:
            continue
        name = key[: match.start()]
        module = name.removeprefix(PREFIX)
        scale = scaling(module, first.shape[0], config)
        product, sizes = _product(first, second) * scale, _product(first.abs(), second.abs()) * abs(scale)
        if match.group(1) or config.get("fan_in_fan_out"):
            product, sizes = product.T, sizes.T
        found.append(Update(module, product, adapter.get(f"{name}.lora_magnitude_vector"), sizes))
    return found


def applied(weight: Any, updates: Sequence[Update]) -> Any:
    """A weight with updates. DoRA scales the rows of the sum."""
    total = weight.double()
    for update in updates:
        total = total + update.product
        if update.magnitude is not None:
            norm = total.flatten(1).norm(dim=1)
            total = (update.magnitude.double().flatten() / norm).reshape(-1, *([1] * (total.dim() - 1))) * total
    return total


def scaling(module: str, rank: int, config: Mapping[str, Any]) -> float:
    """alpha / r, or alpha / sqrt(r), with the exceptions that a config makes for some modules. `rank` is that of the
    tensors: of a module that is smaller than r, what begins with singular values (PiSSA) has fewer of them."""
    alpha = _of_module(module, config.get("alpha_pattern"), config.get("lora_alpha", 8))
    asked = _of_module(module, config.get("rank_pattern"), config.get("r") or rank)
    return float(alpha) / float(asked**0.5 if config.get("use_rslora") else asked)


def _of_module(module: str, patterns: Mapping[str, Any] | None, usual: Any) -> Any:
    for pattern, value in (patterns or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            usual = value
    return usual


def _product(first: Any, second: Any) -> Any:
    """B·A in the shape of the weight, convolutions included."""
    product = second.double().flatten(1) @ first.double().flatten(1)
    return product.reshape(second.shape[0], *first.shape[1:]) if first.dim() > 2 else product


def _named(key: str, tensors: Mapping[str, Any]) -> Any:
    """The tensor of that name, with or without the prefix of the inner model; None if there is none."""
    if key in tensors:
        return tensors[key]
    return next((t for k, t in tensors.items() if k.endswith("." + key) or key.endswith("." + k)), None)


def _short(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")
