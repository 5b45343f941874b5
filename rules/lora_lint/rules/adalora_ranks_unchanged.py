"""LL414: AdaLoRA's ranks change in a call that the script has to make at each step, and it makes none."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Config, Oid, configs_in
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, maker, same_model

METHOD = "AdaLoraConfig"
ALLOCATES = "update_and_allocate"
USUAL = {"init_r": 12, "target_r": 8}  # of peft 0.21.2, and since 0.3


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter with a config of AdaLoRA is trained, and nothing of the project says the name of that call."""
    reported: set[object] = set()
    for event in certain(lifecycle.of(Trained)):
        for adapter in event.facts.adapters:
            configs = filter(_would_change, configs_in(event.life.adapters[adapter].config))
            if (config := next(configs, None)) is not None and config.site not in reported:
                if _is_named(lifecycle):  # asked last: the modules are read once more for it
                    return
                if not event.facts.made_up and not _may_be_called(lifecycle, event, adapter):
                    reported.add(config.site)
                    yield _report(config, event)


def _is_named(lifecycle: Lifecycle) -> bool:
    return lifecycle.mentioned.names(ALLOCATES) or lifecycle.mentioned.texts(ALLOCATES)


def _would_change(config: Config) -> bool:
    """Is it AdaLoRA, with fewer ranks to come to than it begins with?"""
    if config.cls != METHOD or config.open:
        return False
    fields = dict(config.fields)
    begin, end = (fields.get(name, usual) for name, usual in USUAL.items())
    return not (isinstance(begin, int) and isinstance(end, int) and begin <= end)


def _may_be_called(lifecycle: Lifecycle, training: Event[Trained], adapter: Oid) -> bool:
    """By code that is not seen, which was given the model."""
    made = maker(lifecycle, adapter)
    first = made.id if made is not None else training.id
    return any(same_model(given, training) and given.id > first for given in lifecycle.of(Handed))


def _report(config: Config, training: Event[Trained]) -> Report:
    message = (
        f"AdaLoRA changes ranks in {ALLOCATES} alone, which nothing calls: every layer keeps all of init_r; "
        f"model.base_model.{ALLOCATES}(step) belongs between optimizer.step() and zero_grad()"
    )
    if training.facts.how == "trainer":
        message = (
            f"AdaLoRA changes ranks in {ALLOCATES} alone, which no trainer calls: every layer keeps all of init_r; "
            f"a callback has to call model.base_model.{ALLOCATES}(step) in on_optimizer_step"
        )
    return Report(config.site, message, "warning", "high", (Step(training.site, "trained here, without it"),))


RULE = Rule(
    "LL414",
    "adalora-ranks-unchanged",
    "AdaLoRA is trained without the call that changes ranks",
    (Trained,),
    check,
    preview=True,
)
