"""What a script left on disk: the files of each folder, and what its weight files hold."""

from __future__ import annotations

import filecmp
import hashlib
from pathlib import Path
from typing import Any

Facts = dict[str, Any]

WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt")
NO_WEIGHTS = ("optimizer.pt", "scheduler.pt", "scaler.pt", "training_args.bin", "optimizer.bin", "scheduler.bin")
ODD = (".module.", "_orig_mod", "base_model.model.base_model")  # what a wrapper too many leaves in a key
ADAPTER = ("adapter_model.safetensors", "adapter_model.bin")


def look(cwd: Path, stage: Path) -> dict[str, Facts]:
    """Each folder that the script made or changed, by its path as the script names it."""
    found: dict[str, Facts] = {}
    known: dict[str, str] = {}
    for path in sorted(cwd.rglob("*")):
        place = path.relative_to(cwd)
        if not path.is_file() or _no_output(place) or _staged(path, stage / place):
            continue
        if place.parent == Path() and place.suffix == ".py":
            continue
        folder = found.setdefault(place.parent.as_posix(), {"files": []})
        folder["files"].append(place.name)
        if path.suffix in WEIGHTS and path.name not in NO_WEIGHTS and not path.name.startswith("rng_state"):
            held = folder.setdefault("weights", {})[path.name] = weights(path, stage)
            if path.name in ADAPTER and held.get("tensors"):
                first = known.setdefault(_digest(path), place.parent.as_posix())
                if first != place.parent.as_posix():
                    held["same_weights_as"] = first
    return found


def _no_output(place: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in place.parts)


def _staged(path: Path, original: Path) -> bool:
    return original.is_file() and filecmp.cmp(path, original, shallow=False)


def tensors(path: Path) -> dict[str, Any]:
    """The tensors of a weight file by key. Raises what the reader raises on a file that holds none."""
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return dict(load_file(path))
    import torch

    loaded = torch.load(path, map_location="cpu", weights_only=True)
    return {key: value for key, value in loaded.items() if hasattr(value, "shape")}


def _digest(path: Path) -> str:
    summed = hashlib.sha256()
    for key, value in sorted(tensors(path).items()):
        summed.update(key.encode() + value.float().contiguous().numpy().tobytes())
    return summed.hexdigest()


def weights(path: Path, stage: Path) -> Facts:
    """The size of a weight file and what its keys say."""
    facts: Facts = {"bytes": path.stat().st_size}
    try:
        held = tensors(path)
    except Exception as error:
        return facts | {"unreadable": type(error).__name__}
    facts["tensors"] = len(held)
    lora = [key for key in held if "lora_" in key]
    if lora:
        facts["lora_tensors"] = len(lora)
    moved = {key: bool((value != 0).any()) for key, value in held.items() if "lora_B" in key or "lora.up" in key}
    if moved:
        facts["trained_lora_B"] = sum(moved.values())
    if any(not value.numel() for value in held.values()):
        facts["empty_tensors"] = sum(not value.numel() for value in held.values())
    if any(value.is_floating_point() and not value.isfinite().all() for value in held.values()):
        facts["not_finite"] = True
    odd = [key for key in held if any(sign in f".{key}" for sign in ODD)]
    if odd:
        facts["odd_key"] = odd[0]
    if any("base_layer" in key for key in held):
        facts["base_layer_keys"] = sum("base_layer" in key for key in held)
    if path.name in ADAPTER:
        others = [key for key in held if "lora_" not in key]
        if others:
            facts["other_keys"] = others[:4]
        same = _unchanged_from(held, stage)
        if same:
            facts["unchanged_from"] = same
    return facts


def _unchanged_from(held: dict[str, Any], stage: Path) -> str | None:
    import torch

    for known in sorted(stage.glob("*/adapter_model.safetensors")):
        start = tensors(known)
        if start.keys() == held.keys() and all(torch.equal(held[key], start[key]) for key in held):
            return known.parent.name
    return None
