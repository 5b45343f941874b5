"""Two models compared byte by byte, tensor by tensor, without torch: which weights a merge or a training has
changed."""

from __future__ import annotations

import os
import re
from typing import Any

from . import adapter, model
from .tensors import Tensor, Unreadable, read


def weights(folder: str) -> dict[str, Tensor]:
    """All tensors of a model's directory. Raises Unreadable."""
    files = adapter.files_in(folder)
    names, missing = model.weight_files(folder, files)
    if not names:
        raise Unreadable(f"no weights of a model are in {folder}")
    if missing:
        raise Unreadable(f"{missing[0]} is missing in {folder}")
    found: dict[str, Tensor] = {}
    for name in names:
        try:
            found.update(read(os.path.join(folder, name)))
        except Unreadable as error:
            raise type(error)(f"{os.path.join(folder, name)} {error}") from None
    return found


def paired(changed: dict[str, Tensor], base: dict[str, Tensor]) -> dict[str, str]:
    """Which tensor of the base each tensor of the changed model is: by name, with or without the prefix of the inner
    model (a base saved without its head has none)."""
    found = {key: key for key in changed if key in base}
    prefixes = {key.split(".", 1)[0] + "." for key in (*changed, *base) if "." in key}
    for key in changed:
        if key in found:
            continue
        for prefix in prefixes:
            other = key[len(prefix) :] if key.startswith(prefix) else prefix + key
            if other in base and base[other].shape == changed[key].shape:
                found[key] = other
                break
    return found


def compare(folder: str, base_folder: str) -> dict[str, Any]:
    """What differs, as plain data: counts, and the kinds of modules that were changed. Raises Unreadable."""
    changed, base = weights(folder), weights(base_folder)
    pairs = paired(changed, base)
    unlike = [k for k, b in pairs.items() if changed[k].dtype != base[b].dtype]
    shapes = [k for k, b in pairs.items() if changed[k].shape != base[b].shape]
    differing = [k for k, b in pairs.items() if k not in unlike and k not in shapes and changed[k].data != base[b].data]
    return {
        "tensors": len(changed),
        "paired": len(pairs),
        "other_types": len(unlike),
        "other_shapes": sorted(shapes),
        "differing": len(differing),
        "modules": sorted({module_of(k) for k in differing}),
        "new": sorted(set(changed) - set(pairs)),
    }


def module_of(key: str) -> str:
    """The last name of the module that a tensor is of: q_proj."""
    return re.sub(r"\.(weight|bias)$", "", key).rsplit(".", 1)[-1]
