"""Backward passes that train no weight of a model: a script measures or attributes something, or trains what is beside
the model (a teacher's student, a probe, a prompt)."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.flow.modules import Module, Site
from lora_lint.lifecycle.events.training import InputOpened, OptimizerMade, Stepped, Trained
from lora_lint.lifecycle.mentioned import Mentioned
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import AnyEvent

STEP = ".step"
GRADIENT = "grad"  # of a tensor, as an attribute


def leave_out_passing(events: list[AnyEvent]) -> None:
    """Takes the trainings out that are none.

    Where an input is to get a gradient, which is read, those are none that reach no adapter which trains: they are made
    for that gradient, to perturb the input or to explain an output by it.
    Where optimizers are made, those are none that find nothing to train in a model of which no optimizer holds
    anything, or whose gradients are read: they measure what is worth training. Where none is made, those are none that
    run through modules of which none says that anything steps.
    """
    optimizers = [(event, event.facts) for event in events if isinstance(event.facts, OptimizerMade)]
    asked = min((event.id for event in events if isinstance(event.facts, InputOpened)), default=None)
    stepped = any(isinstance(event.facts, Stepped) for event in events)
    all_known = all(optimizer.models for _, optimizer in optimizers)
    known: dict[Module, bool] = {}

    def trains(event: AnyEvent) -> bool:
        training = event.facts
        if not isinstance(training, Trained) or training.how != "backward" or training.steps:
            return True
        if asked is not None and asked < event.id and not training.adapters and _reads_gradients(event):
            return False
        if optimizers:
            if any(_may_hold(*made, event) for made in optimizers):  # asked first: the other reads modules once more
                return True
            return not (_finds_nothing(event, training) or (all_known and _reads_gradients(event)))
        return stepped or _steps(event, known)

    events[:] = [event for event in events if trains(event)]


def _finds_nothing(event: AnyEvent, training: Trained) -> bool:
    """Every weight of the model is frozen."""
    return not training.adapters and event.oid is not None and event.life.base(event.oid).trainable is Sure.NO


def _may_hold(made: AnyEvent, optimizer: OptimizerMade, training: AnyEvent) -> bool:
    """Was an optimizer made of weights of this model, or of none at all because all were frozen?"""
    assert training.oid is not None
    root = training.life.root(training.oid)
    models = (oid for oid in optimizer.models if oid in made.life.models)
    return optimizer.empty or any(made.life.root(oid) == root for oid in models)


def _steps(event: AnyEvent, known: dict[Module, bool]) -> bool:
    for module in _through(event):
        if module not in known:
            known[module] = STEP in module.text and Mentioned([module.text]).calls(STEP)
        if known[module]:
            return True
    return False


def _reads_gradients(event: AnyEvent) -> bool:
    return any(GRADIENT in module.text and Mentioned([module.text]).names(GRADIENT) for module in _through(event))


def _through(event: AnyEvent) -> Iterator[Module]:
    """The modules of the calls that lead to an event, and its own."""
    return (site.module for site in (event.site, *(call.site for call in event.path)) if isinstance(site, Site))
