"""Claims against results: each disagreement is one line, or a line and the lines that differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from tests.prove.listing import folders, is_model_file, listing
from tests.prove.script import FIXED, Claim

Result = dict[str, Any]
CHECKPOINT = re.compile(r"\bcheckpoint-\d+\b")
ADAPTER = ("adapter_model.safetensors", "adapter_model.bin")


def disagreements(claim: Claim, result: Result) -> Iterator[str]:
    """What a run shows otherwise than it is claimed or predicted."""
    ran = result["after"]
    if ran is None:
        yield f"was not run: {result['reason']}"
        return
    for site in result["sites"]:
        if site["verdict"] == "contradicted":
            yield f"line {site['line']}: {site['why']}"
    if claim.seen is not None and _in_full_precision(ran):
        return
    if claim.fails is not None and claim.fails != bool(ran["error"]):
        yield f"stops: {ran['error']}" if ran["error"] else "ends without the error that is claimed"
    if claim.kind == FIXED and claim.listing is None:
        yield from _correction(claim, result)
    if claim.listing is not None and claim.listing != listing(result):
        told, shown = claim.listing.splitlines(), listing(result).splitlines()
        yield from difflib.unified_diff(told, shown, "the page", "on disk", n=1, lineterm="")
    if claim.seen is not None:
        yield from _facts(claim.seen, ran)


def _in_full_precision(ran: Result) -> bool:
    """Did the run stand in 32 bit for what the script asks for? What half precision does is then not to be seen."""
    return any(text.startswith("half precision") for text in ran["neutralised"])


def _correction(claim: Claim, result: Result) -> Iterator[str]:
    """A text that the tool corrected must leave what it means to save, and a usable adapter where there is one."""
    if result["verdict"] != "confirmed" and (claim.adapter or result["verdict"] == "failed"):
        yield f"{result['verdict']}: {result['reason']}"


def _facts(seen: Result, ran: Result) -> Iterator[str]:
    """What a case's facts say of its folders against what this run left."""
    claimed = {name: set(filter(is_model_file, f["files"])) for name, f in seen["directories"].items()}
    claimed = _one_checkpoint({name: files for name, files in claimed.items() if files})
    found = _one_checkpoint(folders(ran))
    for name in sorted(claimed.keys() | found.keys()):
        before, after = claimed.get(name, set()), found.get(name, set())
        if before != after:
            yield f"{name}/ holds {_listed(after)}; the facts say {_listed(before)}"
    states = {CHECKPOINT.sub("checkpoint-N", a["directory"]): a for a in ran["adapters"]}
    for name, folder in seen["directories"].items():
        adapter = states.get(CHECKPOINT.sub("checkpoint-N", name))
        told, shown = _state(folder), _seen_state(adapter) if adapter else None
        if told is not None and shown is not None and told != shown:
            yield f"{name}/: the adapter is {shown}; the facts say {told}"


def _listed(names: set[str]) -> str:
    return " ".join(sorted(names)) or "nothing"


def _one_checkpoint(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """The checkpoints of one training as one folder: how many steps were made is the run's affair."""
    merged: dict[str, set[str]] = {}
    for name, files in found.items():
        merged.setdefault(CHECKPOINT.sub("checkpoint-N", name), set()).update(files)
    return merged


def _state(folder: Result) -> str | None:
    held = next((folder["weights"][name] for name in ADAPTER if name in folder.get("weights", {})), None)
    if held is None or "tensors" not in held:
        return None
    if not held["tensors"]:
        return "empty"
    return None if "trained_lora_B" not in held else "trained" if held["trained_lora_B"] else "untrained"


def _seen_state(adapter: Result) -> str | None:
    if not adapter["tensors"]:
        return "empty" if set(adapter["files"]) & set(ADAPTER) else None
    zero = any("are zero" in problem for problem in adapter["problems"])
    return "untrained" if zero else "trained" if adapter["trained"] else None
