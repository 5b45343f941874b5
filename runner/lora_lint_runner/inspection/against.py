"""A full model held against its base, and against the adapters beside it: was one merged into it, and which?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lora_lint_runner.child.verify import differing
from lora_lint_runner.child.verify.adapter import CONFIG
from lora_lint_runner.child.verify.tensors import Unreadable

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
MOST_ADAPTERS = 4


def compare(
    root: Path, holdings: Sequence[Mapping[str, Any]], base: str, folder: Path, ask: Ask
) -> dict[str, Any] | None:
    """How the first full model of a tree differs from a base, and which adapter of the tree it holds. `ask` has an
    interpreter with torch answer. None if there is no full model."""
    model = next((h for h in holdings if h["model"] is not None and not h["model"]["problems"]), None)
    if model is None:
        return None
    merged = root / model["directory"]
    found: dict[str, Any] = {"base": base, "directory": model["directory"], "holds": []}
    try:
        found |= differing.compare(str(merged), str(folder))
    except Unreadable as error:
        return {**found, "error": str(error)}
    adapters = [
        h["directory"]
        for h in holdings
        if h["adapter"] is not None and CONFIG in h["adapter"]["files"] and h["adapter"]["usable"]
    ]
    if adapters and (found["differing"] or found["other_types"]):
        asked = {
            "merged": str(merged),
            "base": str(folder),
            "adapters": [str(root / a) for a in adapters[-MOST_ADAPTERS:]],
        }
        answers = ask("merged", asked).get("held", [])
        found["holds"] = [{"directory": a, **held} for a, held in zip(adapters[-MOST_ADAPTERS:], answers)]
    return found


def text(found: Mapping[str, Any]) -> str:
    """The comparison in a sentence."""
    start = f"against {found['base']}:"
    if "error" in found:
        return f"{start} not compared: {found['error']}"
    count = found["tensors"]
    if found["paired"] < count / 2:
        return (
            f"{start} {count - found['paired']} of {count} tensors have no counterpart: it is the base of another model"
        )
    inside = [h["directory"] for h in found["holds"] if h["ok"]]
    if inside:
        return f"{start} merged minus base is the adapter in {', '.join(inside)}, as exactly as its number format goes"
    if found["other_types"]:
        return (
            f"{start} {found['other_types']} of {count} tensors have "
            "another number format; --rescue compares them all the same"
        )
    if not found["differing"] and not found["new"] and not found["other_shapes"]:
        return f"{start} every weight is the same: no adapter was merged into it"
    said = [f"{found['differing']} of {count} tensors differ: {', '.join(found['modules'][:8])}"]
    said = said if found["differing"] else []
    if found["other_shapes"]:
        said.append(f"{len(found['other_shapes'])} of {count} tensors have other shapes: the base is of another size")
    if found["new"]:
        said.append(f"{len(found['new'])} of {count} tensors are not in the base")
    return f"{start} {'; '.join(said)}"
