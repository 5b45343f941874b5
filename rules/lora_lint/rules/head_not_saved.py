"""LL111: a classification head made for this script is not saved with the adapter, nor trained at all, maybe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Head, Wrapped
from lora_lint.lifecycle.events.training import BaseOpened, Trained
from lora_lint.lifecycle.records import Config, Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._by_peft import may_name, saved_by_peft_alone, saved_whole
from lora_lint.rules._own_networks import frozen_with_it, saved_without
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, others_train, same_model
from lora_lint.rules.wording import trained_steps

# the task types under which PEFT leaves such a head alone
WITHOUT_HEAD = (None, "FEATURE_EXTRACTION", "CAUSAL_LM", "SEQ_2_SEQ_LM")


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The head starts at random, the wrap freezes it, and neither task_type nor modules_to_save names all of it."""
    reported: set[Site] = set()
    trained, beside = _trained(lifecycle)
    for event in certain(lifecycle.of(Wrapped)):
        config, adapter = event.facts.config, event.facts.adapter
        if not event.facts.head or not isinstance(config, Config) or config.site in reported:
            continue
        if event.facts.by == "keywords":  # another library says which task it is, and may look after the head
            continue
        put_in = _put_in(lifecycle, event, event.facts.head)
        left = event.facts.head.names if put_in else _left_out(config, event.facts.head)
        if left and not saved_whole(lifecycle, adapter):
            if adapter in trained or (adapter in beside and saved_by_peft_alone(lifecycle, adapter)):
                if _may_be_of_another_class(lifecycle, event, event.facts.head):  # asked last: modules are read for it
                    continue
                reported.add(config.site)
                opened = adapter not in trained
                yield _of_a_new_one(event, put_in) if put_in else _report(config, event, left, opened=opened)
    for wrap, config, layers in frozen_with_it(lifecycle):
        if config.site not in reported:
            reported.add(config.site)
            yield _of_a_whole_network(wrap, config, layers)
    for layers, save in saved_without(lifecycle).items():
        yield _beside(save, layers)


def _trained(lifecycle: Lifecycle) -> tuple[set[Oid], set[Oid]]:
    """The adapters that are trained alone, and those that are trained beside weights which were opened by hand."""
    found: tuple[set[Oid], set[Oid]] = set(), set()
    for event in lifecycle.of(Trained):
        found[others_train(event)].update(event.facts.adapters)
    return found


def _left_out(config: Config, head: Head) -> tuple[str, ...]:
    """The parts of a head that the config does not name: PEFT saves none of them."""
    fields = dict(config.fields)
    named = fields.get("modules_to_save")
    if config.open or not (named is None or isinstance(named, tuple)):
        return ()
    tasked = fields.get("task_type") not in WITHOUT_HEAD
    covered = tasked or any(may_name(name, head.names) for name in named or ())
    beyond = [part for part in head.beyond if not any(may_name(name, (part,)) for name in named or ())]
    return (*(() if covered else head.names[:1]), *beyond)


def _may_be_of_another_class(lifecycle: Lifecycle, wrap: Event[Wrapped], head: Head) -> bool:
    """Which class an Auto class makes may have been changed by the script, or by what it imports."""
    assert wrap.oid is not None
    cls = wrap.life.base(wrap.oid).cls
    return cls.startswith("Auto") and lifecycle.mentioned.registers(cls, head.model)


def _put_in(lifecycle: Lifecycle, wrap: Event[Wrapped], head: Head) -> Event[BaseOpened] | None:
    """The head is another one since the wrap, and PEFT saves it under no config (peft 0.21.2, as executed)."""
    later = (event for event in certain(lifecycle.of(BaseOpened)) if event.facts.new and event.id > wrap.id)
    return next((e for e in later if e.facts.module in head.names and same_model(e, wrap)), None)


def _of_a_new_one(wrap: Event[Wrapped], put_in: Event[BaseOpened]) -> Report:
    name = put_in.facts.module
    message = (
        f"this {name} is put in after the wrap: PEFT does not save it with the adapter, and what it learned is lost; "
        f'put it in before the wrap, and give the config modules_to_save=["{name}"]'
    )
    story = (Step(wrap.site, "PEFT saves what is in the model at the wrap"),)
    return Report(put_in.site, message, "error", "high", story)


def _report(config: Config, event: Event[Wrapped], left: tuple[str, ...], *, opened: bool) -> Report:
    assert event.oid is not None
    assert event.facts.head is not None
    head, base = event.facts.head, event.life.base(event.oid)
    named = config.get("modules_to_save")
    part = f"{left[0]}, a part of the new head of this {base.cls}," if left == head.beyond and head.names else ""
    remedy = ("task_type", f'"{head.task}"') if head.task and left == head.names[:1] else _naming(named, left)
    message = (
        f"{part or f'the new head of this {base.cls}'} is {'not' if opened else 'neither trained nor'} saved with the "
        f"adapter: on reload it is another random one; {'='.join(remedy)} covers it"
    )
    if part and not named:
        message += f" (task_type covers {head.names[0]} alone)"
    elif isinstance(named, tuple) and named and not part:
        message += f" (modules_to_save={list(named)} names no head of it: PEFT leaves that out without a word)"
    elif "modules_to_save" in dict(config.fields) and not named:
        message += " (modules_to_save is None or empty here)"
    elif not part and (task := config.get("task_type")) is not None:
        message += f" ({task} leaves it alone)"
    story = (Step(base.site, "the head is made here: the checkpoint has none"), Step(event.site, "the wrap freezes it"))
    return Report(config.site, message, "error", "high", story, facts=(config, remedy))


def _of_a_whole_network(wrap: Event[Wrapped], config: Config, layers: tuple[str, ...]) -> Report:
    assert wrap.oid is not None
    be, them = ("is", "it") if len(layers) == 1 else ("are", "them")
    remedy = _naming(config.get("modules_to_save"), layers)
    message = (
        f"{' and '.join(layers)} of this {wrap.life.base(wrap.oid).cls} {be} frozen at random by the wrap, and "
        f"in no file: {'='.join(remedy)} trains and saves {them}"
    )
    story = (Step(wrap.site, "the wrap freezes all but the adapter"),)
    return Report(config.site, message, "error", "high", story, facts=(config, remedy))


def _beside(save: Event[Saved], layers: tuple[str, ...]) -> Report:
    be, they, them = ("is", "it", "it") if len(layers) == 1 else ("are", "they", "them")
    message = (
        f"the adapter is saved without {' and '.join(layers)}, which {be} on the model and in no file: on reload "
        f"{they} {be} random again; save the state_dict() of {them}, too"
    )
    story = trained_steps(save, save.facts.tokens)
    return Report(save.site, message, "warning", "high", tuple(story))  # who wants the features alone has them


def _naming(named: object, left: tuple[str, ...]) -> tuple[str, str]:
    """The keyword that names the parts of a head beside what is named already."""
    names = [*(named if isinstance(named, tuple) else ()), *left]
    return "modules_to_save", "[" + ", ".join(f'"{name}"' for name in names) + "]"


def fix(report: Report, editor: Any) -> Any:
    """Safe: the config gets the task type that covers the head, or its name; what was saved before had another head."""
    from lora_lint.fixes.arguments import set_keyword

    if report.facts is None:
        return None
    config, (name, value) = report.facts
    return set_keyword(editor, config.site, name, value, f"train and save the head: {name}={value}", safe=True)


RULE = Rule(
    "LL111", "head-not-saved", "a new classification head is neither trained nor saved", (Wrapped, Saved), check, fix
)
