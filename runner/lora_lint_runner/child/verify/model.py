"""A full model's directory, by content: config, weights and their shards, and what has no place among them."""

from __future__ import annotations

import os
from typing import NamedTuple

from . import naming
from .adapter import value_problems
from .json_file import NoObject, read_object
from .learned import OF_AN_ADAPTER
from .problem import VALUES, Problem
from .tensors import PICKLES, Entry, NeedsTorch, Unreadable, header, read

CONFIG = "config.json"
ONE_FILE = ("model.safetensors", "pytorch_model.bin", "diffusion_pytorch_model.safetensors")
INDEXES = tuple(f"{name}.index.json" for name in ONE_FILE)
READ_BELOW = 4 * 2**30  # values of larger models are not read: minutes, for a rare fault


class Model(NamedTuple):
    """What a model's directory holds. `adapter_tensors` counts those of an adapter among the model's own."""

    architecture: str | None
    files: dict[str, int]
    tensors: int
    parameters: int
    types: list[str]
    adapter_tensors: int
    problems: list[str]
    notes: list[str]
    unchecked: list[str]


def look(folder: str, files: dict[str, int]) -> Model | None:
    """Reads a model's directory. None if it holds no model's weights."""
    weights, missing = weight_files(folder, files)
    if not weights and not missing:
        return None
    model = Model(_architecture(folder), {w: files[w] for w in weights}, 0, 0, [], 0, [], [], [])
    if missing:
        lost = f"{missing[0]} among them" if len(missing) > 1 else missing[0]
        model.problems.append(f"{len(missing)} of {len(missing) + len(weights)} weight files are missing: {lost}")
    if CONFIG not in files:
        model.problems.append(f"{CONFIG} is missing: nothing says which model the weights are of")
    entries = _entries(folder, model)
    inside = sum(1 for key in entries if OF_AN_ADAPTER.search(key))
    if inside:
        text = (
            f"{inside} of {len(entries)} tensors belong to an adapter: a "
            "state dict of the wrapped model, which no from_pretrained reads"
        )
        model.problems.append(text)
    wrapped = sum(1 for key in entries if naming.wrapped(key))
    if wrapped:
        model.problems.append(f"{wrapped} of {len(entries)} keys carry the prefix of a wrapper: a reload ignores them")
    hollow = [key for key, entry in entries.items() if entry.size == 0]
    if hollow:
        text = f"{len(hollow)} of {len(entries)} tensors have no values (saved while sharded?), {hollow[0]} among them"
        model.problems.append(text)
    return model._replace(
        tensors=len(entries),
        parameters=sum(e.size for e in entries.values()),
        types=sorted({e.dtype for e in entries.values()}),
        adapter_tensors=inside,
    )


def weight_files(folder: str, files: dict[str, int]) -> tuple[list[str], list[str]]:
    """The files that a model's weights are in, and those that an index names but that are not there."""
    for name in ONE_FILE:
        if name in files:
            return [name], []
    for name in INDEXES:
        if name in files:
            try:
                named = sorted({str(n) for n in read_object(os.path.join(folder, name))["weight_map"].values()})
            except (NoObject, KeyError, AttributeError):
                return [], [name]
            return [n for n in named if n in files], [n for n in named if n not in files]
    return [], []


def _architecture(folder: str) -> str | None:
    try:
        config = read_object(os.path.join(folder, CONFIG))
    except NoObject:
        return None
    named = config.get("architectures")
    names = [*(named if isinstance(named, list) else []), config.get("_class_name"), config.get("model_type")]
    return next((name for name in names if isinstance(name, str) and name), None)


def _entries(folder: str, model: Model) -> dict[str, Entry]:
    """Names and shapes of all tensors. Values are looked at on the way, if that does not take long."""
    entries: dict[str, Entry] = {}
    small = sum(model.files.values()) <= READ_BELOW
    if not small:
        model.unchecked.append("the values of the full model (more than 4 GiB)")
    for name in model.files:
        path = os.path.join(folder, name)
        try:
            if small:
                tensors = read(path)
                entries.update({k: Entry(t.dtype, t.shape, 0, len(t.data)) for k, t in tensors.items()})
                broken = [p for p in value_problems(tensors) if isinstance(p, Problem) and p.kind == VALUES]
                model.problems.extend(f"{name}: {text}" for text in broken)
            elif not name.endswith(PICKLES):
                entries.update(header(path))
        except NeedsTorch as error:
            model.unchecked.append(f"{name} {error}")
        except Unreadable as error:
            model.problems.append(f"{name} {error}")
    if not entries and not model.problems and not model.unchecked:
        model.problems.append("the weight files hold no tensors")
    return entries
