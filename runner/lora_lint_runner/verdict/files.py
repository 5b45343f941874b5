"""Directories and files that were predicted against those that were written."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# what a save of a model writes; tokenizers, cards and a trainer's own files are nobody's prediction
MODEL_FILES = (
    "config.json", "generation_config.json", "model.safetensors", "model-*.safetensors", "pytorch_model.bin",
    "pytorch_model-*.bin", "adapter_config.json", "adapter_model.safetensors", "adapter_model.bin",
    "pytorch_lora_weights.safetensors", "diffusion_pytorch_model.safetensors",
)  # fmt: skip
ADAPTER = ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")
GENERATES = "generation_config.json"  # written for models that do
Directories = Mapping[str, Sequence[str]]


def fits(
    predicted: Directories,
    files: Mapping[str, Mapping[str, int]],
    box_root: Path,
    *,
    anywhere: bool = False,
    sure: bool = True,
) -> bool:
    """Does a save write what was predicted, file by file, into the directories that were predicted, or `anywhere`?
    Where the class of the model is not `sure`, neither is that it generates."""
    left_out = set() if sure else {GENERATES}
    expected = {place: set(names) - left_out for place, names in predicted.items()}
    seen = {shown(place, box_root): set(names) - left_out for place, names in files.items()}
    for place, names in expected.items():
        folders = [f for f in seen if anywhere or same_place(place, f)]
        if not any(_named(names) == _named(seen[f]) or _covers(names, seen[f]) for f in folders):
            return False
    extra = [f for f in seen if _named(seen[f]) and not any(same_place(place, f) for place in expected)]
    return anywhere or not extra


def _covers(names: set[str], seen: set[str]) -> bool:
    """A file of the script's own naming counts under its name."""
    return bool(names) and not _named(names) and all(any(same_place(n, s) for s in seen) for n in names)


def _named(names: set[str]) -> set[str]:
    """Those of a model or an adapter."""
    found = {_plain(n) for n in names if any(fnmatch.fnmatch(n, pattern) for pattern in MODEL_FILES)}
    # a model that holds its adapter itself writes its generation settings beside it: no part of the adapter
    return found - {GENERATES} if found & set(ADAPTER) else found


def _plain(name: str) -> str:
    """All shards are one file."""
    return re.sub(r"-\d+-of-\d+", "", name)


def difference(predictions: Sequence[Mapping[str, Any]], files: Mapping[str, Mapping[str, int]], box_root: Path) -> str:
    """What was predicted and what was written, in words."""
    seen = {shown(place, box_root): sorted(_named(set(names))) for place, names in files.items()}
    told = {place: sorted(_named(set(names)) or set(names)) for place, names in predictions[0]["directories"].items()}
    return f"predicted {_listed(told)}; written {_listed({k: v for k, v in seen.items() if v}) or 'nothing'}"


def _listed(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(names) or 'nothing'}" for place, names in found.items())


def same_place(predicted: str, seen: str) -> bool:
    """Is this the predicted directory? `...` stands for what the script computes, "?" for anything."""
    if predicted in ("?", "...", ""):
        return True
    # a path as Windows writes it is one name elsewhere; what is predicted has slashes
    seen = os.path.normpath(seen.replace("\\", "/"))
    if seen in (os.path.normpath(predicted), os.path.normpath(os.path.expanduser(predicted))):
        return True  # `~` is a home only where the script asks for it
    if predicted.startswith("...") and predicted[3:4] == os.sep and same_place(predicted[4:], seen):
        return True  # what is computed may be the folder that the script is started in
    if "..." not in predicted and "*" not in predicted:
        return False
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.|\*", os.path.normpath(predicted)))
    return re.fullmatch(pattern, seen) is not None


def shown(place: str, box_root: Path) -> str:
    """A place as a person would name it: what lies in the copy is relative to where the script was started."""
    if os.path.isabs(place):
        for root in (box_root, Path(os.path.realpath(box_root))):
            if place == str(root):
                return "."
            if place.startswith(f"{root}{os.sep}"):
                return place[len(str(root)) + 1 :]
    return place
