"""Two observations of one run, compared by what a release should not change silently.

Sizes and wording may differ from machine to machine; what was lost, trained, and read back may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Facts = dict[str, Any]
SAME = (
    "tensors",
    "lora_tensors",
    "trained_lora_B",
    "empty_tensors",
    "base_layer_keys",
    "unchanged_from",
    "same_weights_as",
)
READ = ("as_adapter", "as_model", "as_pipeline", "as_pipeline_lora")


def differences(claimed: Facts, seen: Facts, *, elsewhere: bool = False) -> Iterator[str]:
    """What is claimed and was not seen, and the other way round, one line each.

    `elsewhere`: seen with other releases, which write other files beside the weights (cards, tokenizers, states).
    """
    if claimed["exit"] != seen["exit"]:
        yield f"exit {claimed['exit']} is now {seen['exit']} ({seen['error']})"
    elif _kind(claimed["error"]) != _kind(seen["error"]):
        yield f"error {claimed['error']!r} is now {seen['error']!r}"
    if claimed.get("said", []) != seen.get("said", []):
        yield f"said {claimed.get('said')} is now {seen.get('said')}"
    before, after = claimed["directories"], seen["directories"]
    if elsewhere:
        before, after = ({n: d for n, d in side.items() if _model_files(d["files"])} for side in (before, after))
    for name in sorted(before.keys() | after.keys()):
        if name not in after or name not in before:
            yield f"{name}/ {'is new' if name in after else 'is gone'}"
            continue
        held, holds = (
            _model_files(side[name]["files"]) if elsewhere else side[name]["files"] for side in (before, after)
        )
        if held != holds:
            yield f"{name}/ held {held}, holds {holds}"
        for how in READ:
            if _kind(before[name].get(how)) != _kind(after[name].get(how)):
                yield f"{name}/ {how}: {before[name].get(how)!r} is now {after[name].get(how)!r}"
        yield from _weights(name, before[name].get("weights", {}), after[name].get("weights", {}))


def _model_files(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(("adapter_", "model.", "config.json", "diffusion_", "pytorch_"))]


def _weights(place: str, before: Facts, after: Facts) -> Iterator[str]:
    for file in sorted(before.keys() & after.keys()):
        for key in SAME:
            if before[file].get(key) != after[file].get(key):
                yield f"{place}/{file}: {key} {before[file].get(key)} is now {after[file].get(key)}"


def _kind(text: str | None) -> str | None:
    """An error without its message, else as it is. NaN comes of memory that nobody wrote: not the base either way."""
    if text is None:
        return None
    if text == "gives NaN":
        return "differs from the base"
    head = text.partition(":")[0]
    return head if head.endswith(("Error", "Exception")) else text
