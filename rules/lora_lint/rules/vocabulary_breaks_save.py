"""LL117: PEFT looks for the embedding of a speech model that has none, and nothing is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Oid, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain

COMPARES_NO_SIZES = "<0.8"  # 0.7.1 does not, 0.8.0 does
OFFLINE = "HF_HUB_OFFLINE"  # PEFT does not ask for the config of the base then
EMBEDDING = "get_input_embeddings"  # a script that gives the model one has the error no more


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Saves of adapters on a speech model that is loaded with a vocabulary of the script's own."""
    if lifecycle.runs_with("peft", COMPARES_NO_SIZES).sure is Sure.YES:
        return
    stopped: set[Oid] = set()
    calls = sorted(certain(lifecycle.of(Saved, Trained)), key=lambda event: event.id)
    for events in by_site(calls).values():
        if not all(map(_raises, events)) or _told(lifecycle):
            continue
        event = events[0]
        assert event.oid is not None
        if event.life.root(event.oid) not in stopped:
            yield _report(event)
        if isinstance(event.facts, Trained):  # what is behind it is not reached
            stopped.add(event.life.root(event.oid))


def _raises(event: Event[Saved | Trained]) -> bool:
    facts = event.facts
    if event.oid is None or not event.life.trait(event.oid, "own letters"):
        return False
    if isinstance(facts, Trained):
        return facts.how == "trainer" and facts.checkpoints and bool(facts.held)
    wanted = facts.with_embeddings
    return not facts.full and not facts.lost and bool(facts.adapters) and (wanted is True or wanted == "auto")


def _told(lifecycle: Lifecycle) -> bool:
    """Does the script keep PEFT from asking, or give the model what it is asked for?"""
    return any(lifecycle.mentioned.names(name) or lifecycle.mentioned.texts(name) for name in (OFFLINE, EMBEDDING))


def _report(event: Event[Saved | Trained]) -> Report:
    assert event.oid is not None
    base = event.life.base(event.oid)
    why = f"PEFT looks for the embedding of this {base.cls}, which has none"
    if isinstance(event.facts, Trained):
        message = (
            f'the first checkpoint raises NotImplementedError: {why}; save_strategy="no", and a save of the model with '
            "save_embedding_layers=False behind it"
        )
    elif _by_hand(event):
        message = f"this save raises NotImplementedError: {why}; save_embedding_layers=False keeps it from that"
    else:
        message = (
            f"this save raises NotImplementedError: {why}; save the PeftModel itself, with save_embedding_layers=False"
        )
    story = (Step(base.site, "vocab_size here makes it differ from the config of its base"),)
    return Report(event.site, message, "error", "medium", story, facts=event)


def _by_hand(event: Event[Saved | Trained]) -> bool:
    """Can the call be told what to leave out? Those of a trainer, of an upload and of a plain model cannot."""
    assert event.oid is not None
    saved = isinstance(event.facts, Saved) and event.facts.how == "save_pretrained"
    return saved and event.life.peft(event.oid) is not None


def fix(report: Report, editor: Any) -> Any:
    """Safe: the adapter has no embedding that could be left out."""
    from lora_lint.fixes.arguments import set_keyword

    if not _by_hand(report.facts):
        return None
    message = "save the adapter without looking for an embedding: save_embedding_layers=False"
    return set_keyword(editor, report.site, "save_embedding_layers", "False", message, safe=True)


RULE = Rule(
    "LL117",
    "vocabulary-breaks-save",
    "PEFT looks for the embedding of a speech model with letters of its own, and nothing is saved",
    (Saved, Trained),
    check,
    fix,
    preview=True,
)
