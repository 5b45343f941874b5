"""Modules that an adapter trains whole (`modules_to_save`), and that a script leaves out of all that it writes."""

from __future__ import annotations

from lora_lint.lifecycle.events.disk import SAVES, WeightsSaved
from lora_lint.lifecycle.events.training import BaseOpened, Froze, PartOpened, Stepped, Trained
from lora_lint.lifecycle.records import Oid, Token
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.questions import certain, trained_here

# calls by which a script comes to a module of a model, which it may then write down on its own
REACHING = "getattr .get_submodule .get_parameter .modules .named_modules .children .named_children".split()


def without_copies(lifecycle: Lifecycle, event: Event[WeightsSaved]) -> list[Token]:
    """The trained weights that are written without such modules, where these train as well, every save lacks them, and
    the script reaches for none of them (`model.classifier.state_dict()`)."""
    if not event.facts.without or event.facts.beside or lifecycle.has(Froze, PartOpened, BaseOpened):
        return []
    for save in lifecycle.of(*SAVES):
        if not isinstance(save.facts, WeightsSaved) or not save.facts.without:
            return []
    if lifecycle.mentioned.calls(*REACHING) or any(map(lifecycle.mentioned.attributes, event.facts.without)):
        return []
    tokens = trained_here(event, event.facts.tokens)
    return [token for token in tokens if _copies_train(lifecycle, event.life.canonical(token)[0])]


def _copies_train(lifecycle: Lifecycle, adapter: Oid) -> bool:
    """A trainer steps all that takes a gradient, as do optimizers that hold more of the adapter than its layers."""
    trainings = [e for e in certain(lifecycle.of(Trained)) if adapter in e.facts.adapters]
    steps = [e for e in certain(lifecycle.of(Stepped)) if adapter in e.facts.held]
    if not steps:
        return bool(trainings) and all(e.facts.how == "trainer" for e in trainings)
    return bool(trainings) and all(adapter not in e.facts.layers for e in steps)
