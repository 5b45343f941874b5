"""An adapter held against the base model that its config names, where that lies here: names and shapes, and whether a
full model beside the adapter is that base or has been merged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lora_lint_runner.box import hub_cache
from lora_lint_runner.child.verify import adapter, differing, fitting, model
from lora_lint_runner.child.verify.json_file import NoObject, read_object
from lora_lint_runner.child.verify.problem import BESIDE, OTHER
from lora_lint_runner.child.verify.tensors import Entry, Unreadable, header, read

MERGED_BESIDE = (  # seen with transformers 5.23
    "a merged model lies in the same directory: from_pretrained of transformers puts the adapter on top of it, so that "
    "it counts twice"
)
REFUSED = "which modules_to_save names, and of which no tensor is there: PEFT refuses to load that"
# tasks whose classes have all their modules in any checkpoint of the base; those of others add a head
WITHOUT_NEW_HEADS = ("CAUSAL_LM", "SEQ_2_SEQ_LM", "FEATURE_EXTRACTION")
UNKNOWN_BESIDE = "whether the full model in the same directory is merged, since the base is not here"


def add(holding: dict[str, Any], root: Path) -> None:
    """Adds to a holding what its adapter's base model has to say."""
    own = holding["adapter"]
    name = own["base"] if own is not None else None
    folder = None
    if isinstance(name, str) and name:
        folder = hub_cache.folder_of(name) or hub_cache.folder_of(str(root / name))
        if folder is None:
            holding["notes"].append(_absent(name))
    elif name:
        holding["notes"].append(f"its base model is given as {name!r}, which is no name")
    if own is None or own["problems"]:
        return
    here = root / holding["directory"]
    if adapter.BESIDE_A_MODEL in own["notes"]:
        _beside(own, here, folder)
    if folder is not None and adapter.WEIGHTS[0] in own["files"]:
        _fit(own, here, folder)
    if own["unsaved"] and not own["problems"] and not _passed_over(own, here, folder):
        own["unchecked"].append(f"whether the base has {' or '.join(own['unsaved'])}, {REFUSED}")
    own["usable"] = not own["problems"]


def _passed_over(own: Mapping[str, Any], here: Path, folder: Path | None) -> bool:
    """Is it certain that the base has none of the modules that are to be saved?"""
    if folder is None or adapter.WEIGHTS[0] not in own["files"]:
        return False
    try:
        task = read_object(str(here / adapter.CONFIG)).get("task_type")
        return task in WITHOUT_NEW_HEADS and bool(_entries(folder))
    except (NoObject, Unreadable):
        return False


def _absent(name: str) -> str:
    if hub_cache.is_path(name):
        return f"its base model {name} is not here: {adapter.CONFIG} names a folder that does not exist"
    return f"its base model {name} is not in this machine's cache: loading it asks the hub"


def _fit(own: dict[str, Any], here: Path, folder: Path) -> None:
    try:
        config = read_object(str(here / adapter.CONFIG))
        tensors, base = header(str(here / adapter.WEIGHTS[0])), _entries(folder)
    except (NoObject, Unreadable):
        return
    wrong = list(fitting.misfits(config, tensors, base))[:1]
    _spoil(own, OTHER, *wrong)
    lost = fitting.without_tensors(config, tensors, base, _layers(folder))
    if lost and not wrong:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        text = f"no tensor is of {', '.join(lost[:3])}{more}, though their like in other layers have some"
        own["notes"].append(text)


def _beside(own: dict[str, Any], here: Path, folder: Path | None) -> None:
    """Is the full model in the adapter's directory merged? By the weights that the adapter is for."""
    if folder is None:
        own["unchecked"].append(UNKNOWN_BESIDE)
        return
    try:
        weights = next(name for name in adapter.WEIGHTS if name in own["files"])
        full, base = differing.weights(str(here)), differing.weights(str(folder))
        modules = fitting.halves(read(str(here / weights)))
    except Unreadable:
        own["unchecked"].append(UNKNOWN_BESIDE)
        return
    pairs = differing.paired(full, base)
    touched = [key for key in pairs if any(f".{key}".endswith(f".{module}.weight") for module in modules)]
    alike = [key for key in touched if full[key].dtype == base[pairs[key]].dtype]
    if any(full[key].data != base[pairs[key]].data for key in alike):
        own["notes"].remove(adapter.BESIDE_A_MODEL)
        _spoil(own, BESIDE, MERGED_BESIDE)


def _spoil(own: dict[str, Any], kind: str, *texts: str) -> None:
    own["problems"] += texts
    own["kinds"] += [kind for _ in texts]


def _layers(folder: Path) -> int | None:
    """How many layers a base model has, by its config."""
    try:
        found = read_object(str(folder / model.CONFIG)).get("num_hidden_layers")
    except NoObject:
        return None
    return found if isinstance(found, int) else None


def _entries(folder: Path) -> Mapping[str, Entry]:
    """Names and shapes of a base model, by the headers of its files. Empty where they are pickles. Raises
    Unreadable."""
    names, _ = model.weight_files(str(folder), adapter.files_in(str(folder)))
    found: dict[str, Entry] = {}
    for name in names:
        if name.endswith(".safetensors") and (folder / name).is_file():
            found.update(header(str(folder / name)))
    return found
