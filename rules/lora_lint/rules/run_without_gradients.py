"""LL415: every forward pass of an adapter that is to be trained runs under `torch.no_grad`."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.training import OptimizerMade, Trained
from lora_lint.lifecycle.records import Oid, Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain
from lora_lint.rules.wording import name_in, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter made here that an optimizer holds, and that is saved as it was made: no pass gave it a gradient."""
    trained = {adapter for event in lifecycle.of(Trained) for adapter in event.facts.held}
    reported: set[Site] = set()
    for save in certain(lifecycle.of(Saved)):
        for adapter in save.facts.adapters:
            record = save.life.adapters[adapter]
            passes = lifecycle.passes.get(record.site, {})
            if record.origin != "created" or not passes or any(passes.values()) or adapter in trained:
                continue
            made = _optimizer(lifecycle, save, adapter)
            site = next(iter(passes))
            untrained = save.life.content(save.life.token(adapter)).trained is Sure.NO
            if made is not None and untrained and site not in reported:
                reported.add(site)
                yield _report(lifecycle, site, made, save, adapter)


def _optimizer(lifecycle: Lifecycle, save: Event[Saved], adapter: Oid) -> Event[OptimizerMade] | None:
    """One before the save that is made of parameters of the model that holds the adapter."""
    made = (event for event in certain(lifecycle.of(OptimizerMade)) if event.id < save.id)
    return next((e for e in made if any(adapter in e.life.held(oid) for oid in e.facts.models)), None)


def _report(lifecycle: Lifecycle, site: Site, made: Event[OptimizerMade], save: Event[Saved], adapter: Oid) -> Report:
    message = (
        f"the model runs without gradients here (`torch.no_grad`), as it does wherever it runs: adapter "
        f"{name_in(save, adapter)} is never trained, and {place_text(lifecycle, save)} gets it as it was made"
    )
    story = (Step(made.site, "made of its parameters, which never get a gradient"), Step(save.site, "saved here"))
    return Report(site, message, "error", "high", story)


RULE = Rule(
    "LL415",
    "run-without-gradients",
    "an adapter that is to be trained only runs without gradients",
    (Saved, OptimizerMade),
    check,
    all_paths=True,
)
