"""Pipelines of diffusers that are not on this machine: tiny components that fit each other, written when asked for."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Mapping
from typing import Any

from .inputs.vocabulary import Vocabulary
from .shrink import shrunk
from .snapshot import seeded, words

with open(os.path.join(os.path.dirname(__file__), "diffusion.json"), encoding="utf-8") as _file:
    TABLE: dict[str, Any] = json.load(_file)

GENERAL = ("DiffusionPipeline", "AutoPipelineForText2Image", "AutoPipelineForImage2Image", "AutoPipelineForInpainting")
DENOISERS = ("unet", "transformer")
OF_TEXTS = re.compile(
    r"^(caption|text|cross_attention|joint_attention|encoder_hid|pooled_projection)_\w*(dim|channels)$"
)
PARTS = frozenset(part for row in TABLE["families"] for part in row["components"])


def choose(
    name: str, asker: str | None, classes: tuple[str, ...], strings: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The family of a pipeline, or of one of its parts: by the class that asks, by the id, by the script's classes, by
    the parts that it names (`subfolder="tokenizer_2"`). Raises LookupError for a pipeline that is in no row."""
    words_ = name.rstrip("/").split("/")[-1].lower()
    by_class = [row for row in TABLE["families"] if asker in row["classes"] or asker == row["pipeline"]]
    by_name = [row for row in TABLE["families"] if re.search(row["names"], words_)]
    by_script = [row for row in TABLE["families"] if set(row["classes"]) & set(classes)]
    if asker is not None and asker.endswith("Pipeline") and asker not in GENERAL and not by_class:
        kin = [row for row in TABLE["families"] if asker.startswith(row["pipeline"].removesuffix("Pipeline"))]
        if not kin:
            raise LookupError("no small version of it is known; --full runs the script where the model is")
        return dict(kin[0])
    named = [row for row in by_name if row in by_class or asker in _classes(row)]
    for rows in (named, by_class, by_name, by_script, _with_parts(PARTS & strings)):
        # UNet2DConditionModel, say, is of two families: then the id, or what else the script names, decides
        narrowed = [row for row in rows if row in by_name] or [row for row in rows if row in by_script] or rows
        if narrowed:
            return dict(narrowed[0])
    return dict(TABLE["families"][-1])


def _with_parts(named: frozenset[str]) -> list[dict[str, Any]]:
    """The families that have all of these parts, those with the fewest others first."""
    having = [row for row in TABLE["families"] if named and named <= set(row["components"])]
    return sorted(having, key=lambda row: len(row["components"]))


def _classes(family: dict[str, Any]) -> set[str]:
    """The classes that the parts of a family have; tokenizers are asked for by the older name of theirs, too."""
    rows = list(map(_row, family["components"].values()))
    found = {row[key] for row in rows for key in ("class", "transformers") if key in row}
    return found | {name.removesuffix("Fast") for name in found}


def known(name: str) -> bool:
    """Do the words of a model id tell of a pipeline?"""
    return any(re.search(row["names"], name.rstrip("/").split("/")[-1].lower()) for row in TABLE["families"])


def write(
    folder: str,
    name: str,
    family: dict[str, Any],
    part: str | None,
    asker: str | None,
    learned: Mapping[str, int] | None = None,
) -> list[str]:
    """Writes one part (into its sub-folder), a model that fills a repository of its own (part is None, `asker` a model
    class), or the whole pipeline. Returns the names of the classes that were written. `learned` are settings of what
    takes the noise away that the script goes by: the channels that a UNet takes, how wide the texts are."""
    components = {key: _row(row) for key, row in family["components"].items()}
    by_name = next((count for word, count in TABLE["channels"].items() if word in name.lower()), None)
    channels = (learned or {}).get("in_channels") or by_name
    for key in [key for key in DENOISERS if key in components]:
        denoiser = components[key]
        given = {field: size for field, size in (learned or {}).items() if OF_TEXTS.search(field)}
        more = {field: size for field, size in given.items() if field in denoiser["config"]}
        more.update({"in_channels": channels} if channels and key == "unet" else {})
        components[key] = {**denoiser, "config": {**denoiser["config"], **more}}
    if part is not None:
        row = _asked_as(components.get(part), asker)
        return [_component(os.path.join(folder, part), f"{name}/{part}", row)] if row is not None else []
    lone = _lone(components, asker)
    if lone is not None:
        return [_component(folder, name, lone)]
    made = [_component(os.path.join(folder, key), f"{name}/{key}", row) for key, row in components.items()]
    _index(folder, family["pipeline"], components)
    return made


def _row(row: Any) -> dict[str, Any]:
    """A component with what it is like worked in."""
    found = dict(TABLE["parts"][row]) if isinstance(row, str) else dict(row)
    if "like" in found:
        base = _row(found.pop("like"))
        found = {**base, **found, "config": {**base.get("config", {}), **found.get("config", {})}}
    return found


def _asked_as(row: dict[str, Any] | None, asker: str | None) -> dict[str, Any] | None:
    """A scheduler is loaded from another's settings as a matter of course; a model of another class is that class."""
    import diffusers

    cls = getattr(diffusers, asker, None) if asker is not None else None
    if row is None or (cls is not None and row.get("class") not in (None, asker) and asker in TABLE["others"]):
        return _by_itself(asker, cls) if cls is not None else row
    return row


def _lone(components: dict[str, dict[str, Any]], asker: str | None) -> dict[str, Any] | None:
    import diffusers

    if asker is None or not hasattr(getattr(diffusers, asker, None), "from_config") or asker.endswith("Pipeline"):
        return None
    for row in components.values():
        if row.get("class") == asker:
            return row
    return _by_itself(asker, getattr(diffusers, asker))


def _by_itself(name: str | None, cls: Any) -> dict[str, Any]:
    """A model that no row of the families is of: as the table has it, else by its own defaults, made small."""
    if name in TABLE["others"]:
        return {"class": name, "config": TABLE["others"][name]}
    known = inspect.signature(cls.__init__).parameters
    held = {field: known[field].default for field in TABLE["sizes"] if field in known}
    return {"class": name, "config": {field: _smaller(value, TABLE["sizes"][field]) for field, value in held.items()}}


def _smaller(value: Any, size: int) -> Any:
    """A size that is at most this; of a list of them each one."""
    if isinstance(value, (list, tuple)):
        return [_smaller(part, size) for part in value]
    return size if isinstance(value, int) and value > size else value


def _component(folder: str, name: str, row: dict[str, Any]) -> str:
    import torch

    os.makedirs(folder, exist_ok=True)
    if "words" in row:
        words(folder, row["words"], name, cls=row["class"], length=row.get("length"))
        with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
            json.dump({"model_type": row["words"]}, file)  # an AutoTokenizer of transformers 5 asks for it
        return str(row["class"])
    with seeded(name), torch.no_grad():
        if "transformers" in row:
            import transformers

            cls = getattr(transformers, row["transformers"])
            config = _text_config(cls, deep=bool(row.get("deep")))
            cls(config).save_pretrained(folder)
            return str(row["transformers"])
        import diffusers

        getattr(diffusers, row["class"])(**row["config"]).save_pretrained(folder)
    return str(row["class"])


def _text_config(cls: Any, *, deep: bool) -> Any:
    config = cls.config_class()
    vocabulary = Vocabulary(str(config.model_type).replace("clip_text_model", "clip"), "")
    small = shrunk(config, vocabulary.size, vocabulary.ids(), deep=deep)
    if config.model_type == "clip_text_model":
        small.max_position_embeddings = 77
    return small


def _index(folder: str, pipeline: str, components: dict[str, dict[str, Any]]) -> None:
    """model_index.json: which class each sub-folder holds."""
    import diffusers

    found: dict[str, Any] = {"_class_name": pipeline, "_diffusers_version": diffusers.__version__}
    expected, _ = getattr(diffusers, pipeline)._get_signature_keys(getattr(diffusers, pipeline))
    for key in sorted(expected):
        row = components.get(key)
        if row is None:
            found[key] = [None, None]
        else:
            home = "transformers" if "transformers" in row or "words" in row else "diffusers"
            found[key] = [home, row.get("transformers", row.get("class"))]
    with open(os.path.join(folder, "model_index.json"), "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
