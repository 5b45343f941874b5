"""The files at stake, side by side: what the script as written leaves, and what the corrected one leaves."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from lora_lint_runner.child.verify.adapter import WEIGHTS
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.verdict.files import same_place
from lora_lint_runner.verdict.observed import Observed

FULL = ("model.safetensors", "pytorch_model.bin")
SHOWN = ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin", *FULL)


class Row(NamedTuple):
    """One file: its size on each side (None: missing), and a remark on the corrected side, or on both."""

    path: str
    before: int | None
    after: int | None
    remark: str
    lost: bool


def rows(outcome: Outcome) -> list[Row]:
    """Adapter and model files of both runs, checkpoints last."""
    before, after = files(outcome.before), files(outcome.after)
    for site in outcome.sites:
        # what was predicted and is not there is shown as missing
        for place, names in site.predicted.items():
            for name in names:
                if name in SHOWN and site.verdict == "contradicted" and "..." not in place:
                    after.setdefault(os.path.join(place, name), None)
    found = []
    for path in sorted({*before, *after}, key=lambda p: ("checkpoint-" in p, p)):
        old, new = before.get(path), after.get(path)
        adapter = os.path.basename(path).startswith("adapter_")
        remark = remark_of(outcome.after, path) if new is not None else ""
        was = remark_of(outcome.before, path) if new is not None and old is not None else ""
        if was != remark and is_wrong(was):  # of one name and size, and yet another adapter
            remark += f" (as written: {was})"
        lost = adapter and _ran(outcome.before) and old is None and new is not None
        found.append(Row(path, old, new, remark, lost))
    return found


def written(row: Row, outcome: Outcome) -> str:
    """The size on the side of the script as written, left out by a full run that has something to correct."""
    return size(row.before) if _ran(outcome.before) else "not run"


def _ran(side: Observed | None) -> bool:
    """Of a script that stopped before there was a model, nothing can be missing."""
    return side is not None and side.began


def files(ran: Observed | None) -> dict[str, int | None]:
    """The files at stake that a run left, with sizes."""
    found: dict[str, int | None] = {}
    if ran is None:
        return found
    for save in ran.kept if ran.kept is not None else ran.saves:
        for folder, names in save["files"].items():
            place = f"hub:{folder}" if save.get("hub") else folder
            for name, size in names.items():
                if name in SHOWN or (name.endswith((".safetensors", ".bin", ".pt")) and save["kind"] != "saved"):
                    found[os.path.join(place, name)] = size
    for adapter in ran.adapters:
        for name, size in adapter["files"].items():
            if name in SHOWN:
                found[os.path.normpath(os.path.join(adapter["directory"], name))] = size
    return {os.path.normpath(path) if not path.startswith("hub:") else path: size for path, size in found.items()}


def remark_of(ran: Observed | None, path: str) -> str:
    """What is known of a weight file."""
    name, folder = os.path.basename(path), os.path.dirname(path)
    if ran is None or not name.endswith((".safetensors", ".bin")):
        return ""
    for adapter in ran.adapters:
        if same_place(adapter["directory"], folder) and name == _weights(adapter["files"]):
            if adapter["problems"]:
                return str(adapter["problems"][0])
            words = [f"{adapter['tensors']} tensors"]
            if adapter["trained"]:
                words.append("trained")
            if adapter["reloads"]:
                words.append("reloads")
            elif adapter.get("unread"):
                words.append(f"reload not tried: {adapter['unread']}")
            return ", ".join([*words, *adapter["notes"][:1]])
    for merged in ran.merged:
        if same_place(merged["directory"], folder) and name in FULL:
            return "holds the adapter" if merged["ok"] else str(merged["text"]) if merged["ok"] is False else ""
    return ""


def _weights(files: Iterable[str]) -> str | None:
    """The file of an adapter's tensors, among all that lies beside it; diffusers gives it a name of its own."""
    found = [name for name in files if name.endswith((".safetensors", ".bin")) and name not in FULL]
    return next((name for name in WEIGHTS if name in found), found[0] if len(found) == 1 else None)


def is_wrong(remark: str) -> bool:
    """Does a remark speak of what is wrong with a file?"""
    return bool(remark) and not remark[0].isdigit() and not remark.startswith("holds")


def taken(ran: Observed) -> list[str]:
    """The memory that a run took: of the machine, and of each GPU."""
    found = [f"peak memory {size(ran.peak)}"] if ran.peak else []
    return found + [
        f"{gpu['name']}: peak {size(gpu['allocated'])} allocated, {size(gpu['reserved'])} reserved" for gpu in ran.gpus
    ]


def size(count: int | None) -> str:
    """A size as people write it."""
    if count is None:
        return "missing"
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            shown = count / step
            return f"{shown:.0f} {unit}" if shown >= 100 else f"{shown:.1f} {unit}"
    return f"{count} B"
