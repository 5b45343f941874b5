"""An adapter's directory, by content: config, weights, keys, shapes, and whether anything was learned."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from . import fitting, naming
from .json_file import NoObject, read_object
from .learned import PROMPTS, learned
from .problem import NAMES, UNTRAINED, VALUES, Problem, kinds
from .tensors import NeedsTorch, Tensor, Unreadable, read

CONFIG = "adapter_config.json"
WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
TARGETED = ("LORA", "LOHA", "LOKR", "IA3", "ADALORA")
FULL = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
BESIDE_A_MODEL = (  # seen with transformers 5.23
    "a full model lies in the same directory: from_pretrained of transformers puts the adapter on top of it, "
    "so that on a merged model it counts twice"
)
CONFIG_ALONE = (
    f", and by {CONFIG} from_pretrained of transformers takes the directory for an adapter's, not for the full model's"
)
MOST_FOLDERS = 4000  # that are looked through for adapters
MIXED = "one of the adapters that the X-LoRA above mixes: it is loaded with that"
SECOND = re.compile(r"lora_B|lora[._]up|lora_linear_layer\.up")


class Found(NamedTuple):
    """What an adapter's directory holds. `problems` make it unusable, `notes` do not, `unchecked` is what could not be
    looked at. `trained` is None if not known; `unsaved` are modules that its config has saved in full, where no tensor
    is of any of them."""

    files: dict[str, int]
    problems: list[str]
    notes: list[str]
    unchecked: list[str]
    config: dict[str, Any]
    tensors: int = 0
    trained: bool | None = None
    unsaved: Sequence[str] = ()

    @property
    def kind(self) -> str:
        """The method: LORA, IA3, PROMPT_TUNING, ..."""
        return str(self.config.get("peft_type") or "LORA").split(".")[-1].upper()


def look(folder: str, starts: dict[str, dict[str, Any]] | None = None) -> Found:
    """Reads an adapter's directory. `starts` are digests of how the adapters that were saved here began."""
    problems: list[str] = []
    found = Found(files_in(folder), problems, [], [], {})
    if not found.files:
        problems.append("empty directory" if os.path.isdir(folder) else "nothing is there")
        return found
    found = found._replace(config=_config(folder, found.files, problems))
    weights = next((name for name in WEIGHTS if name in found.files), None)
    if weights is None:
        problems.append(f"{WEIGHTS[0]} is missing{CONFIG_ALONE if _full_model(found.files) else ''}")
        return found
    tensors = _tensors(folder, weights, found)
    if tensors is None:
        return found
    if not tensors:
        problems.append(f"{weights} holds no tensors ({found.files[weights]} bytes){_why_empty(found.files)}")
        return found
    if is_mixed(folder):  # its tensors are named for the loader of the one above, and stay as they were loaded
        found.notes.append(MIXED)
        problems += value_problems(tensors)
        return found._replace(tensors=len(tensors))
    names = [Problem(text, NAMES) for text in naming.wrong_names(tensors, found.config)]
    problems += [*names, *value_problems(tensors, found.kind)]
    problems += fitting.problems(found.config, found.kind, tensors) if found.config and not names else []
    found.notes.extend(naming.odd_names(tensors))
    found = found._replace(unsaved=fitting.unsaved(found.config, tensors))
    if isinstance(found.config.get("peft_type"), str) and found.kind not in fitting.METHODS:
        found.unchecked.append(f"peft_type {found.kind} is no method of peft 0.21")
    if _full_model(found.files):  # a head's weights have the name, and no config
        found.notes.append(BESIDE_A_MODEL)
    if found.kind not in PROMPTS:
        found.notes.extend(_unmatched(found.config.get("target_modules"), tensors))
    told = learned(tensors, found.kind, starts, found.config)
    problems += [Problem(told.problem, UNTRAINED)] if told.problem else []
    found.notes.extend([told.note] if told.note else [])
    return found._replace(tensors=len(tensors), trained=told.trained)


def _full_model(files: dict[str, int]) -> bool:
    return "config.json" in files and any(name in files for name in FULL)


def look_weights(folder: str, names: list[str]) -> Found:
    """Reads the weights that diffusers saves for a pipeline: tensors under keys of its own, and no config."""
    found = Found(files_in(folder), [], [], [], {})
    weights = next((name for name in names if name.endswith((".safetensors", ".bin"))), None)
    if weights is None or weights not in found.files:
        found.problems.append("no file of weights was written")
        return found
    tensors = _tensors(folder, weights, found)
    if tensors is None:
        return found
    second = [key for key in tensors if SECOND.search(key)]
    if not second:
        found.problems.append(f"{weights} holds no weights of a LoRA")
    found.problems.extend(value_problems(tensors))
    still = [key for key in second if tensors[key].zero()]
    if second and len(still) == len(second):
        text = f"not trained: all {len(still)} of its B are zero, as at the start"
        found.problems.append(Problem(text, UNTRAINED))
    return found._replace(tensors=len(tensors), trained=len(still) < len(second) if second else None)


def _tensors(folder: str, weights: str, found: Found) -> dict[str, Tensor] | None:
    """The tensors of a file; None where it cannot be read, which `found` then says."""
    try:
        return read(os.path.join(folder, weights))
    except NeedsTorch as error:
        found.unchecked.append(f"{weights} {error}")
    except Unreadable as error:
        found.problems.append(f"{weights} {error}")
    return None


def plain(found: Found, directory: str, checkpoint: bool, **more: Any) -> dict[str, Any]:
    """An adapter's directory in the form that reports have."""
    return {
        "directory": directory,
        "usable": not found.problems,
        "files": found.files,
        "problems": found.problems,
        "kinds": kinds(found.problems),
        "notes": [*found.notes, *found.unchecked],
        "checkpoint": checkpoint,
        "tensors": found.tensors,
        "trained": found.trained,
        "reloads": None,
        "difference": None,
        "peft_type": found.config.get("peft_type"),
        "base": found.config.get("base_model_name_or_path"),
        "unsaved": found.unsaved,
        **more,
    }


def is_checkpoint(folder: str) -> bool:
    """A trainer's checkpoint, or a folder in one: by its name."""
    parts = folder.replace(os.sep, "/").split("/")
    return any(p.startswith("checkpoint-") and p[11:].isdigit() for p in parts[-2:])


def is_mixed(folder: str) -> bool:
    """Does an adapter that mixes others keep one of them here? Each lies in a folder that its place gives the name."""
    above, name = os.path.split(os.path.abspath(folder))
    try:
        return name.isdigit() and read_object(os.path.join(above, CONFIG)).get("peft_type") == "XLORA"
    except NoObject:
        return False


def files_in(folder: str) -> dict[str, int]:
    """The files of a directory with their sizes."""
    if not os.path.isdir(folder):
        return {}
    return {e.name: e.stat().st_size for e in sorted(os.scandir(folder), key=lambda e: e.name) if e.is_file()}


def _config(folder: str, files: dict[str, int], problems: list[str]) -> dict[str, Any]:
    if CONFIG not in files:
        problems.append(f"{CONFIG} is missing")
        return {}
    try:
        config = read_object(os.path.join(folder, CONFIG))
    except NoObject as error:
        problems.append(f"{CONFIG} {error}")
        return {}
    kind = config.get("peft_type")
    if not kind or not isinstance(kind, str):
        problems.append(f"{CONFIG} names no peft_type{f', but {kind!r}' if kind else ''}")
    elif kind in TARGETED and not config.get("target_modules") and not config.get("target_parameters"):
        problems.append(f"{CONFIG} names no target_modules")
    return config


def _why_empty(files: dict[str, int]) -> str:
    """What leaves an adapter without tensors beside its config."""
    why = ": saved after merge_and_unload() or unload() had emptied the model, or with a state dict of other keys"
    return why if CONFIG in files else ""


def _unmatched(targets: Any, tensors: dict[str, Tensor]) -> list[str]:
    """Names of target modules that no tensor is of: PEFT goes on silently as long as one of them is found."""
    if not isinstance(targets, list):
        return []
    lost = sorted(t for t in targets if isinstance(t, str) and not any(f".{t}." in f".{key}" for key in tensors))
    some = 0 < len(lost) < len(targets)
    return [f"target_modules names {', '.join(lost)}, but no tensor is of it"] if some else []


def value_problems(tensors: dict[str, Tensor], kind: str = "") -> list[str]:
    """Tensors without values, and values that are no numbers. AdaLoRA may leave a module no rank at all; a head of no
    classes is as empty as the rows that it was made for."""
    found: list[str] = []
    heads = {key.rpartition(".")[0] for key, t in tensors.items() if len(t.shape) == 2 and t.shape[0] == 0 < t.shape[1]}
    if heads and kind != "ADALORA":
        found.append(Problem(f"{min(heads)} has no outputs: a head for rows without a single class", VALUES))
        tensors = {key: t for key, t in tensors.items() if key.rpartition(".")[0] not in heads}
    hollow = [k for k, t in tensors.items() if t.size == 0 and not (kind == "ADALORA" and len(t.shape) == 2)]
    if hollow:
        text = f"{len(hollow)} of {len(tensors)} tensors have no values (saved while sharded?), {hollow[0]} among them"
        found.append(text)
    broken = [k for k, t in tensors.items() if t.size and not t.finite()]
    if broken:
        text = f"{len(broken)} of {len(tensors)} tensors hold NaN or Inf, {broken[0]} among them"
        found.append(Problem(text, VALUES))
    return found


def adapter_folders(root: str) -> list[str]:
    """Every directory below with an adapter's config or weights."""
    found = []
    for count, (folder, inner, names) in enumerate(os.walk(root)):
        inner[:] = sorted(d for d in inner if not d.startswith(".") and d not in ("node_modules", "__pycache__"))
        if CONFIG in names or any(w in names for w in WEIGHTS):
            found.append(folder)
        if count > MOST_FOLDERS:
            break
    return found
