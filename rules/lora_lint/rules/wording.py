"""How rules say it: conditions, directories, adapters and models in words, the same ones in all messages."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from lora_lint.lifecycle.events.disk import Save, Saved
from lora_lint.lifecycle.forms import class_text
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Keeping, Oid, Token
from lora_lint.lifecycle.trace import AnyEvent, Condition, Event, Lifecycle
from lora_lint.lifecycle.words import name_text
from lora_lint.rules.base import Step

MOST_NAMED = 5  # conditions of a message; the story has all of them


def on_condition(lifecycle: Lifecycle, conditions: Iterable[Condition]) -> str:
    """`, when "args.merge" is true`; empty without conditions."""
    said = (f"`{lifecycle.test(c.site).text}` is {'true' if c.holds else 'false'}" for c in conditions)
    parts = list(dict.fromkeys(said))  # what is asked twice is said once
    if len(parts) > MOST_NAMED:
        parts[MOST_NAMED - 1 :] = [f"{len(parts) - MOST_NAMED + 1} more tests come out one way"]
    return f", when {' and '.join(parts)}" if parts else ""


def condition_steps(lifecycle: Lifecycle, conditions: Iterable[Condition]) -> list[Step]:
    """The tests at which the path parted; what a case of a `match` asks does not stand there as a test."""
    tests = [(c, lifecycle.test(c.site)) for c in conditions]
    asked = [(c, "this" if test.written else f"`{test.text}`") for c, test in tests]
    return [Step(c.site, f"on the path where {what} is {'true' if c.holds else 'false'}") for c, what in asked]


def place_text(lifecycle: Lifecycle, event: Event[Save]) -> str:
    """The directory of a save as the script names it."""
    place, node = event.facts.place, event.facts.path_node
    if place is not None and place.literal is not None:
        return f'"{place.literal}"' if not place.hub else f'the repository "{place.literal}"'
    if node is not None:
        return f"`{lifecycle.code_of(event.site, node)}`"
    if isinstance(event.facts, Saved) and event.facts.implicit:
        return "the trainer's output_dir"
    return "the directory"


def trained_steps(event: AnyEvent, tokens: Iterable[Token]) -> list[Step]:
    """Where these weights were trained, and where their checkpoints are."""
    life = event.life
    steps: list[Step] = []
    for token in tokens:
        content = life.content(token)
        if content.trained_at is None:
            continue
        name = adapter_name(event, token)
        checkpoint = next((k.place for k in content.kept if k.how is Keeping.CHECKPOINT), None)
        alone = all(k.how.value <= Keeping.CHECKPOINT.value for k in content.kept)
        note = f" (its only copy is in {shown(checkpoint)})" if checkpoint is not None and alone else ""
        steps.append(Step(content.trained_at, f"adapter {name} is trained here{note}"))
    return steps


def shown(place: Place | None) -> str:
    if place is None:
        return "a checkpoint folder"
    return f'"{place.literal}"' if place.literal is not None else "a checkpoint-* folder of the trainer's output_dir"


def adapter_name(event: AnyEvent, token: Token) -> str:
    """The name of the adapter that holds these weights, in quotes."""
    record = event.life.adapters.get(event.life.canonical(token)[0])
    return name_text(record.name if record is not None else None)


def model_name(event: AnyEvent, oid: Oid | None = None) -> str:
    """What a plain model is, in words."""
    target = oid if oid is not None else event.oid
    assert target is not None
    return class_text(event.life.base(target))


def shown_name(name: Hashable) -> str:
    """A name in quotes; one that the script computes is "this adapter"."""
    return f'"{name}"' if isinstance(name, str) else "this adapter"


def name_in(event: AnyEvent, adapter: Oid) -> str:
    """The name of an adapter, in quotes."""
    return name_text(event.life.adapters[adapter].name)
