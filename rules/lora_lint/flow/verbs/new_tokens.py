"""Tokens that a script adds to a vocabulary: which they are, and that the model is to learn them."""

from __future__ import annotations

from collections.abc import Iterable

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import items_of
from lora_lint.flow.values import TRUE, Const, Value
from lora_lint.flow.worlds.world import NOTES


def texts_of(machine: Machine, value: Value) -> frozenset[str] | None:
    """The tokens that are written down, None where some are not."""
    items = [value] if isinstance(value, Const) else items_of(machine, value, machine.module.tree)
    if items is None or not all(isinstance(item, Const) and isinstance(item.value, str) for item in items):
        return None
    return frozenset(item.value for item in items if isinstance(item, Const))


def learn_roles(machine: Machine, roles: Iterable[tuple[str, Value]]) -> None:
    """Tokens by their roles: a padding token needs no learning."""
    learned = [token for role, token in roles if machine.knowledge.is_learned(role, getattr(token, "value", None))]
    if learned:
        texts = [texts_of(machine, token) for token in learned]
        note_tokens(machine, None if None in texts else frozenset().union(*(t for t in texts if t)))


def note_tokens(machine: Machine, tokens: frozenset[str] | None) -> None:
    """Notes that there are new tokens, and which, where all of them are known."""
    before = machine.world.frames.get(NOTES, {}).get(("tokens", "added"), Const(frozenset()))
    known = before.value if isinstance(before, Const) and isinstance(before.value, frozenset) else None
    both = None if known is None or tokens is None else Const(known | tokens)
    machine.world.frame(NOTES)["tokens", "added"] = both or TRUE
