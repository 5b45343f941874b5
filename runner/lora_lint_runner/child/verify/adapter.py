"""An adapter's directory, by content: config, weights, keys, shapes, and whether anything was learned."""

from __future__ import annotations

import json
import os
import re
from typing import Any, NamedTuple

from .tensors import Tensor, Unreadable, read

CONFIG = "adapter_config.json"
WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
# the tensors that start at zero, or whose being zero means that nothing was learned, by kind of adapter
ZERO_AT_START = {
    "LORA": "lora_B", "ADALORA": "lora_E", "LOHA": "hada_w2_a", "LOKR": "lokr_w2", "VERA": "vera_lambda_b",
    "OFT": "oft_R", "FOURIERFT": "fourierft_spectrum", "HRA": "hra_u", "RANDLORA": "randlora_lambda",
}  # fmt: skip
PROMPTS = ("PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING", "MULTITASK_PROMPT_TUNING", "CPT")


class Found(NamedTuple):
    """What an adapter's directory holds. `problems` make it unusable, `notes` don't. `trained` is None if not known."""

    files: dict[str, int]
    problems: list[str]
    notes: list[str]
    config: dict[str, Any]
    tensors: int
    trained: bool | None


def look(folder: str, starts: dict[str, dict[str, Any]] | None = None) -> Found:
    """Reads an adapter's directory. `starts` are digests of how the adapters that were saved here began."""
    files = (
        {e.name: e.stat().st_size for e in sorted(os.scandir(folder), key=lambda e: e.name) if e.is_file()}
        if os.path.isdir(folder)
        else {}
    )
    problems: list[str] = []
    notes: list[str] = []
    config: dict[str, Any] = {}
    if not files:
        return Found(
            files, ["nothing is there" if not os.path.isdir(folder) else "empty directory"], notes, config, 0, None
        )
    if CONFIG not in files:
        problems.append(f"{CONFIG} is missing")
    else:
        try:
            with open(os.path.join(folder, CONFIG), encoding="utf-8") as file:
                config = json.load(file)
        except (OSError, ValueError) as error:
            problems.append(f"{CONFIG} is no JSON: {error}")
    problems += _config_problems(config, CONFIG in files)
    weights = next((w for w in WEIGHTS if w in files), None)
    if weights is None:
        problems.append(f"{WEIGHTS[0]} is missing")
        return Found(files, problems, notes, config, 0, None)
    try:
        tensors = read(os.path.join(folder, weights))
    except Unreadable as error:
        problems.append(f"{weights} {error}")
        return Found(files, problems, notes, config, 0, None)
    if not tensors:
        problems.append(f"{weights} holds no tensors")
        return Found(files, problems, notes, config, 0, None)
    problems += key_problems(tensors)
    problems += _value_problems(tensors)
    trained = learned(tensors, str(config.get("peft_type", "LORA")), starts, problems, notes)
    return Found(files, problems, notes, config, len(tensors), trained)


def _config_problems(config: dict[str, Any], there: bool) -> list[str]:
    if not there or not config:
        return ["adapter_config.json is empty"] if there and not config else []
    kind = config.get("peft_type")
    if not kind:
        return ["adapter_config.json names no peft_type"]
    if (
        kind in ("LORA", "LOHA", "LOKR", "IA3", "ADALORA")
        and not config.get("target_modules")
        and not config.get("target_parameters")
    ):
        return ["adapter_config.json names no target_modules"]
    return []


def key_problems(tensors: dict[str, Tensor]) -> list[str]:
    """Names under which no loader will look for a tensor."""
    found = []
    for sign, text in (
        ("_orig_mod.", 'keys carry "_orig_mod." (saved through torch.compile): a reload ignores them'),
        (
            "base_model.model.base_model.model.",
            "keys have the prefix base_model.model twice (wrapped twice): a reload ignores them",
        ),
    ):
        count = sum(1 for key in tensors if sign in key)
        if count:
            found.append(f"{count} of {len(tensors)} {text}")
    module = sum(1 for key in tensors if key.startswith("module."))
    if module:
        found.append(
            f"{module} of {len(tensors)} keys begin with module. (saved through a parallel wrapper): "
            "a reload ignores them"
        )
    return found


def _value_problems(tensors: dict[str, Tensor]) -> list[str]:
    found = []
    hollow = [k for k, t in tensors.items() if t.size == 0]
    if hollow:
        found.append(
            f"{len(hollow)} of {len(tensors)} tensors have no values (saved while sharded?), {hollow[0]} among them"
        )
    broken = [k for k, t in tensors.items() if t.size and not t.finite()]
    if broken:
        found.append(f"{len(broken)} of {len(tensors)} tensors hold NaN or Inf, {broken[0]} among them")
    return found


def learned(
    tensors: dict[str, Tensor],
    kind: str,
    starts: dict[str, dict[str, Any]] | None,
    problems: list[str],
    notes: list[str],
) -> bool | None:
    """Was anything learned? By the start where it is known, else by the tensors that are zero before the first step."""
    start = _start_for(tensors, starts)
    moved = None
    if start is not None:
        shared = [k for k in tensors if k in start["digests"]]
        moved = sum(1 for k in shared if tensors[k].digest() != start["digests"][k]) if shared else None
    sign = ZERO_AT_START.get(kind.split(".")[-1].upper())
    zeros = [k for k in tensors if sign is not None and sign in k]
    still = [k for k in zeros if tensors[k].zero()]
    if moved is not None and start is not None and start["origin"] == "loaded":
        if moved == 0:
            notes.append("a copy of the adapter that was loaded: nothing in it changed")
        return moved > 0
    if zeros:
        if len(still) == len(zeros):
            problems.append(f"not trained: all {len(zeros)} {sign} are zero, as at the start")
            return False
        if still:
            notes.append(f"{len(still)} of {len(zeros)} {sign} are still zero: {_layers(still)}")
        return True
    if moved is not None:
        if moved == 0:
            problems.append("not trained: every tensor is as it was at the start")
        return moved > 0
    if not any(
        re.search(
            r"lora_|hada_|lokr_|ia3_|prompt|oft_|vera_|fourier|hra_|ln_tuning|modules_to_save|adaption|bone|vblora", k
        )
        for k in tensors
    ):
        if kind.split(".")[-1].upper() not in PROMPTS and kind != "LN_TUNING":
            problems.append("none of the tensors belongs to an adapter")
            return False
    return None


def _start_for(tensors: dict[str, Tensor], starts: dict[str, dict[str, Any]] | None) -> dict[str, Any] | None:
    """The start of the adapter that these tensors are of."""
    best = None
    for start in (starts or {}).values():
        shared = sum(1 for k in tensors if k in start["digests"])
        if shared and (best is None or shared > best[0]):
            best = (shared, start)
    return best[1] if best else None


def _layers(keys: list[str]) -> str:
    names = sorted({re.sub(r"\.\d+\.", ".*.", k).rsplit(".lora", 1)[0].split("base_model.model.")[-1] for k in keys})
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def adapter_folders(root: str, most: int = 4000) -> list[str]:
    """Every directory below with an adapter's config or weights."""
    found = []
    for count, (folder, inner, names) in enumerate(os.walk(root)):
        inner[:] = sorted(d for d in inner if not d.startswith(".") and d not in ("node_modules", "__pycache__"))
        if CONFIG in names or any(w in names for w in WEIGHTS):
            found.append(folder)
        if count > most:
            break
    return found
