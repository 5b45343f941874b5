"""What a run left on disk, as lines: the folders with model and adapter files, and what is known of their weights.

The vocabulary is that of `lora-lint --run --output-format json`.
"""

from __future__ import annotations

import os
from fnmatch import fnmatch
from typing import Any

MODEL_FILES = (
    "config.json", "adapter_config.json", "*.safetensors", "*.bin", "*.pt", "*.pth", "model.safetensors.index.json"
)  # fmt: skip
OTHERS = (
    "training_args.bin",
    "optimizer.pt",
    "optimizer.bin",
    "scheduler.pt",
    "scheduler.bin",
    "scaler.pt",
    "rng_state*.pth",
)
SAVES = ("saved", "weights_saved", "merged_copy_saved")
NOTHING = "no model or adapter files"


def listing(ran: dict[str, Any]) -> str:
    """One side of a run ("before" or "after"), as a page shows it."""
    remarks = _remarks(ran)
    lines: list[str] = []
    for folder, names in sorted(folders(ran).items(), key=lambda item: ("checkpoint-" in item[0], item[0])):
        indent = "" if folder in ("", ".") else "  "
        if indent:
            lines.append(f"{folder}/")
        shown = sorted(names)
        width = max(map(len, shown))
        for name in shown:
            remark = remarks.get((folder, name))
            lines.append(f"{indent}{name:<{width}}  # {remark}" if remark else f"{indent}{name}")
    if not lines:
        lines.append(NOTHING)
    if ran["error"]:
        lines.append(f"stops: {_error(ran['error'])}")
    return "".join(f"{line}\n" for line in lines)


def folders(ran: dict[str, Any]) -> dict[str, set[str]]:
    """The model and adapter files of each folder that the run wrote to."""
    found: dict[str, set[str]] = {}
    for event in ran["events"]:
        if event["kind"] in SAVES and not event["error"]:
            for folder, names in event["files"].items():
                place = f"hub:{folder}" if event.get("hub") else folder
                found.setdefault(place, set()).update(filter(is_model_file, names))
    for adapter in ran["adapters"]:
        found.setdefault(adapter["directory"], set()).update(filter(is_model_file, adapter["files"]))
    return {folder: names for folder, names in found.items() if names}


def is_model_file(name: str) -> bool:
    return any(fnmatch(name, p) for p in MODEL_FILES) and not any(fnmatch(name, p) for p in OTHERS)


def _remarks(ran: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What is said of an adapter's weights: whether they can be used."""
    found = {}
    for adapter in ran["adapters"]:
        for name in ("adapter_model.safetensors", "adapter_model.bin"):
            found[adapter["directory"], name] = _state(adapter).removeprefix(f"{name} ")
    return found


def _state(adapter: dict[str, Any]) -> str:
    if adapter["problems"]:
        return str(adapter["problems"][0])
    if adapter["trained"] is False and adapter["notes"]:
        return str(adapter["notes"][0])
    return "trained" if adapter["trained"] else "loads"


def _error(text: str) -> str:
    """The first line of an error, without paths of this run."""
    first = text.strip().splitlines()[0]
    return first.replace(os.path.expanduser("~"), "~")[:140]
