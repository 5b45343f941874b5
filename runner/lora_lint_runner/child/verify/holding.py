"""What a tree of saved files holds: adapters, full models, a trainer's checkpoints. Names, headers and bytes; no
torch."""

from __future__ import annotations

import fnmatch
import os
import re
from typing import Any

from . import adapter, loose, model
from .json_file import NoObject, read_object

MOST_FOLDERS = 4000
DEEPEST = 6
LEFT_OUT = frozenset((".git", ".venv", "venv", "node_modules", "__pycache__", "blobs", "refs", ".no_exist", ".locks"))
OF_A_PIPELINE = "pytorch_lora_weights.safetensors"
# further things that people find in such a folder, by the names of files and folders
SIGNS = {
    "optimizer.pt": "optimizer states", "optimizer.bin": "optimizer states", "optimizer_*.bin": "optimizer states",
    "trainer_state.json": "a trainer's state", "random_states_*.pkl": "accelerate's state",
    "tokenizer_config.json": "tokenizer", "model_index.json": "a diffusers pipeline", "*.gguf": "GGUF weights",
    OF_A_PIPELINE: "LoRA weights of diffusers",
    "global_step*": "DeepSpeed's shards", "zero_pp_rank_*": "DeepSpeed's shards",
    "*_optim_states.pt": "DeepSpeed's shards", "*.distcp": "FSDP's shards", "pytorch_model_fsdp_*": "FSDP's shards",
}  # fmt: skip
SHARDS = {
    "DeepSpeed's shards": "gather them with the zero_to_fp32.py beside them",
    "FSDP's shards": "gather them with accelerate merge-weights",
}


def tree(root: str) -> list[dict[str, Any]]:
    """Every directory from `root` down that holds something of a model, the root first. Directories are relative to
    it."""
    found: list[dict[str, Any]] = []

    def locked(error: OSError) -> None:
        found.append(_unread(os.path.relpath(error.filename, root), error))

    for count, (folder, inner, _) in enumerate(os.walk(root, followlinks=False, onerror=locked)):
        depth = os.path.relpath(folder, root).count(os.sep) + 1 if folder != root else 0
        inner[:] = sorted((d for d in inner if d not in LEFT_OUT and depth < DEEPEST), key=_numbered)
        held = _held(folder, os.path.relpath(folder, root))
        if held["holds"] or held["unchecked"] or _unfinished(folder) or folder == root:
            found.append(held)
        if count >= MOST_FOLDERS:
            found[0]["unchecked"].append(f"folders beyond the first {MOST_FOLDERS}")
            break
    return found


def _unfinished(folder: str) -> bool:
    """Are the files of an adapter, or of a model, links to nothing?"""
    named = (os.path.join(folder, name) for name in (adapter.CONFIG, *adapter.WEIGHTS, *adapter.FULL))
    return any(os.path.islink(path) and not os.path.exists(path) for path in named)


def _held(folder: str, name: str) -> dict[str, Any]:
    """One directory; where it may not be read, that is what is said of it, and the others are looked at."""
    try:
        return hold(folder, name)
    except OSError as error:
        return _unread(name, error)


def _unread(name: str, error: OSError) -> dict[str, Any]:
    return {**_nothing(name), "unchecked": [f"{os.path.basename(error.filename or name)}: {error.strerror}"]}


def _nothing(name: str) -> dict[str, Any]:
    return {
        "directory": name, "files": {}, "holds": [], "adapter": None, "model": None, "step": None, "best": None,
        "also": [], "problems": [], "notes": [], "unchecked": [], "loose": [], "unopened": [],
    }  # fmt: skip


def hold(folder: str, name: str) -> dict[str, Any]:
    """One directory, as plain data."""
    entries = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    files = adapter.files_in(folder)
    also = list(dict.fromkeys(word for sign, word in SIGNS.items() if fnmatch.filter(entries, sign)))
    found = {**_nothing(name), "files": files, "also": also}
    if adapter.CONFIG in files or any(w in files for w in adapter.WEIGHTS):
        looked = adapter.look(folder)
        found["adapter"] = {
            **adapter.plain(looked, name, adapter.is_checkpoint(folder)),
            "r": looked.config.get("r"),
            "unchecked": looked.unchecked,
        }
        found["notes"] += _base_notes(looked.config)
        found["holds"].append("adapter")
    elif OF_A_PIPELINE in files:
        found["adapter"] = _of_a_pipeline(folder, name)
        found["holds"].append("adapter")
    full = model.look(folder, files)
    if full is not None:
        found["model"] = full._asdict()
        found["holds"].append("full model")
    if not found["holds"]:
        found["loose"], found["unopened"] = loose.of_adapters(folder, files), loose.unopened(files)
        found["holds"] += [f"tensors of an adapter in {name}" for name in found["loose"]]
    found["step"], found["best"] = _trainer_state(folder)
    found["holds"] += [word for word in also if word != "tokenizer"]
    found["notes"] += [f"{word}: {SHARDS[word]}" for word in also if word in SHARDS]
    dangling = [e for e in entries if os.path.islink(os.path.join(folder, e)) and e not in files]
    if any(not os.path.exists(os.path.join(folder, e)) for e in dangling):
        found["problems"].append(f"{dangling[0]} is a link to nothing: a download that was not finished?")
    return found


def _of_a_pipeline(folder: str, name: str) -> dict[str, Any]:
    """LoRA weights that diffusers saved: load_lora_weights() of a pipeline reads them, PEFT does not."""
    looked = adapter.look_weights(folder, [OF_A_PIPELINE])
    more = {"peft_type": "LORA", "r": None, "unchecked": looked.unchecked}
    return adapter.plain(looked, name, adapter.is_checkpoint(folder), **more)


def _base_notes(config: dict[str, Any]) -> list[str]:
    base = config.get("base_model_name_or_path")
    return [] if base or not config else ["adapter_config.json names no base model"]


def _trainer_state(folder: str) -> tuple[int | None, str | None]:
    """The step of a trainer's checkpoint, and the checkpoint that the trainer found best so far."""
    try:
        state = read_object(os.path.join(folder, "trainer_state.json"))
    except NoObject:
        return None, None
    step, best = state.get("global_step"), state.get("best_model_checkpoint")
    return step if isinstance(step, int) else None, best if isinstance(best, str) else None


def _numbered(name: str) -> list[Any]:
    """checkpoint-90 before checkpoint-500."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
