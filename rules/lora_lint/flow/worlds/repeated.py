"""Passes of a loop that the next one only repeats."""

from __future__ import annotations

from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.life import Life


def only_trained(before: World, after: World) -> bool:
    """Has a pass done no more than train adapters further, and set variables that were not there? The next one meets
    what this one met, and does the same: the plain training loop."""
    return (
        after.heap is before.heap
        and after.assumed is before.assumed
        and (after.weak, after.crashed, after.muted) == (before.weak, before.crashed, before.muted)
        and _sets_new_names_only(before, after)
        and _trains_only(before.life, after.life)
    )


def _sets_new_names_only(before: World, after: World) -> bool:
    """Variables have what they had; what the verbs note for each other is the same."""
    for oid, frame in after.frames.items():
        known = before.frames.get(oid, {})
        if frame is known:
            continue
        if any(name not in frame for name in known):
            return False
        for name, value in frame.items():
            if known.get(name) is not value and (name in known or type(name) is not str):
                return False
    return True


def _trains_only(before: Life, after: Life) -> bool:
    """Models, directories and the weights that there were are the same; some adapters have new ones, kept nowhere."""
    if after.models is not before.models or after.disk is not before.disk or after.aliases is not before.aliases:
        return False
    new = 0
    for oid, adapter in after.adapters.items():
        was = before.adapters.get(oid)
        if adapter is was:
            continue
        if was is None or adapter.token in before.contents or adapter != was._replace(token=adapter.token):
            return False
        if after.contents[adapter.token].kept:
            return False
        new += 1
    same = all(after.contents.get(token) is content for token, content in before.contents.items())
    return same and len(after.adapters) == len(before.adapters) and len(after.contents) == len(before.contents) + new
