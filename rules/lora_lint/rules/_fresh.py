"""A fresh adapter that takes the place of a trained one of its name, and is saved in its stead."""

from __future__ import annotations

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded, Wrapped
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.questions import certain, trained_and_lost


def given_way(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> list[Oid]:
    """The adapters in the base that were trained and are kept nowhere, where the script saves the fresh one and never
    trains it: a search, which throws away what it has trained, saves neither."""
    facts, life = event.facts, event.life
    if not isinstance(facts, Wrapped) or facts.adapter is None or event.oid is None or life.peft(event.oid) is not None:
        return []
    fresh, endings = facts.adapter, lifecycle.after(event)
    layers = [layer for layer in life.base(event.oid).layers if same_name(life, facts, layer)]
    gone = [layer for layer in layers if life.content(life.token(layer)).trained is Sure.YES]
    lost = all(trained_and_lost(ending, layer) for ending in endings for layer in gone)
    idle = all(_is_untrained(ending.life, fresh) for ending in endings)
    saves = [save for save in certain(lifecycle.of(Saved)) if save.id > event.id]
    return gone if lost and idle and any(save.facts.adapters == (fresh,) for save in saves) else []


def same_name(life: Life, wrapped: Wrapped, layer: Oid) -> bool:
    """Adapters of one name share their layers; beside one of another name the new one does no harm."""
    name = life.adapters[layer].name
    return name is not None and wrapped.name == name


def _is_untrained(life: Life, adapter: Oid) -> bool:
    return adapter in life.adapters and life.content(life.token(adapter)).trained is Sure.NO
