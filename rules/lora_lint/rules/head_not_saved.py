"""LL111: a classification head made for this script is neither trained nor saved with the adapter."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Config, Keeping, Kept, Oid, Site
from lora_lint.lifecycle.trace import Ending, Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, others_train

# calls that may write a head down without PEFT: tensors, the state of all that trains, a checkpoint of another library
BY_HAND = (
    "torch.save .state_dict safetensors.torch.save_file safetensors.torch.save_model .save_state .save_checkpoint "
    ".save .save_model_checkpoint .fit .dump"
).split()
WITHOUT_HEAD = (None, "FEATURE_EXTRACTION")  # the task types under which PEFT leaves a head alone


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The head starts at random, the wrap freezes it, and neither task_type nor modules_to_save names it."""
    reported: set[Site] = set()
    trained, beside = _trained(lifecycle)
    for event in certain(lifecycle.of(Wrapped)):
        config, adapter = event.facts.config, event.facts.adapter
        if not event.facts.head or not isinstance(config, Config) or config.site in reported:
            continue
        if _leaves_it_out(config, event.facts.head[1]) and not _saved_whole(lifecycle, adapter):
            if adapter in trained or (adapter in beside and _saved_by_peft_alone(lifecycle, adapter)):
                reported.add(config.site)
                yield _report(config, event, adapter not in trained)


def _trained(lifecycle: Lifecycle) -> tuple[set[Oid], set[Oid]]:
    """The adapters that are trained alone, and those that are trained beside weights which were opened by hand."""
    found: tuple[set[Oid], set[Oid]] = set(), set()
    for event in lifecycle.of(Trained):
        found[others_train(event)].update(event.facts.adapters)
    return found


def _saved_by_peft_alone(lifecycle: Lifecycle, adapter: Oid) -> bool:
    """The adapter is saved, and nothing of the script could write the head that was trained beside it."""
    if lifecycle.mentioned.calls(*BY_HAND):
        return False
    saves = [save for save in certain(lifecycle.of(Saved)) if adapter in save.facts.adapters and not save.facts.full]
    sure = all(kept.how is not Keeping.UNSURE for end in lifecycle.endings for kept in _kept(end, adapter))
    return bool(saves) and sure


def _kept(ending: Ending, adapter: Oid) -> tuple[Kept, ...]:
    held = ending.life.adapters.get(adapter)
    return ending.life.content(held.token).kept if held is not None else ()


def _leaves_it_out(config: Config, head: tuple[str, ...]) -> bool:
    fields = dict(config.fields)
    if "**" in fields or "loaded" in fields or fields.get("task_type") not in WITHOUT_HEAD:
        return False
    named = fields.get("modules_to_save")
    return named in (None, ()) or (isinstance(named, tuple) and not any(_may_name(name, head) for name in named))


def _may_name(name: Hashable, head: tuple[str, ...]) -> bool:
    """PEFT takes a module whose full name ends so; a part of the head may be all that there is to it."""
    return not isinstance(name, str) or any(own.endswith(name) or own in name.split(".") for own in head)


def _saved_whole(lifecycle: Lifecycle, adapter: Oid | None) -> bool:
    """The whole model is saved with the adapter folded in: the head it was trained with is in there."""
    for save in lifecycle.of(Saved):
        if save.oid is not None and save.facts.full:
            tokens = save.life.base(save.oid).merged
            if any(save.life.canonical(token)[0] == adapter for token in tokens):
                return True
    return False


def _report(config: Config, event: Event[Wrapped], opened: bool) -> Report:
    assert event.oid is not None
    assert event.facts.head is not None
    task, names = event.facts.head
    base = event.life.base(event.oid)
    remedy = f'task_type="{task}"' if task else f'modules_to_save=["{names[0]}"]'
    message = (
        f"the new head of this {base.cls} is {'not' if opened else 'neither trained nor'} saved with the adapter: on "
        f"reload it is another random one; {remedy} covers it"
    )
    named = config.get("modules_to_save")
    if isinstance(named, tuple) and named:
        message += f" (modules_to_save={list(named)} names no head of it: PEFT leaves that out without a word)"
    elif "modules_to_save" in dict(config.fields):
        message += " (modules_to_save is None or empty here)"
    story = (Step(base.site, "the head is made here: the checkpoint has none"), Step(event.site, "the wrap freezes it"))
    return Report(config.site, message, "error", "high", story, facts=(config, task, names))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the config gets the task type that covers the head, or its name; what was saved before had another head."""
    from lora_lint.fixes.arguments import set_keyword

    config, task, names = report.facts
    name, value = ("task_type", f'"{task}"') if task else ("modules_to_save", f'["{names[0]}"]')
    return set_keyword(editor, config.site, name, value, f"train and save the head: {name}={value}", safe=True)


RULE = Rule("LL111", "head-not-saved", "a new classification head is neither trained nor saved", (Wrapped,), check, fix)
