"""LL505: an adapter's weights are put into a model that has other keys for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import WeightsNamed, WeightsSaved
from lora_lint.lifecycle.events.models import Loaded, WeightsPut
from lora_lint.lifecycle.files import OLD_WEIGHTS, PIPELINE_WEIGHTS
from lora_lint.lifecycle.records import BaseModel, PeftModel, Sure, Written
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.lifecycle.words import place_text
from lora_lint.rules._nameless import saved_nameless
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, trained_here
from lora_lint.rules.wording import name_in

NAMELESS = "<0.3"  # releases whose adapters had no name: the keys in a file were those of the model
INSTEAD = "set_peft_model_state_dict"
OF_PEFT = "base_model.model."
WRITE = "save_file", "convert_state_dict_to_diffusers", "convert_state_dict_to_kohya"


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """`load_state_dict` of what PEFT wrote, or took out of a model: the adapter's name is not in these keys. And of
    the state dict of a PeftModel, or of what is around one, or tensors picked out of it, into one that has none of its
    keys. And a pipeline that is given what a PeftModel saved."""
    yield from _passed_over(lifecycle)
    asked = lifecycle.runs_with("peft", NAMELESS)
    if asked.sure is Sure.YES or asked.unreleased:
        return
    for site, events in by_site(certain(lifecycle.of(WeightsPut))).items():
        astray = [event for event in events if trained_here(event, event.facts.astray)]
        # where the file was not written yet, it is not there, or of an earlier run
        if astray and all(event.facts.astray or event.facts.unread for event in events):
            yield Report(site, _message(astray[0]), "error", "high", facts=astray[0])
        elif all(_unmatched(lifecycle, event) for event in events):  # else the script may look which keys it has
            yield _without_name(lifecycle, events[0])


def _without_name(lifecycle: Lifecycle, event: Event[WeightsPut]) -> Report:
    """What another script has saved may have been replaced by hand since."""
    save = saved_nameless(lifecycle, event) if not event.facts.nameless else None
    elsewhere = save is not None and all(save is not own for own in lifecycle.of(WeightsSaved))
    message = _message(event, save, "another script" if elsewhere else "this script")
    story = (Step(save.site, "saved here with such keys"),) if save is not None else ()
    sure = not elsewhere and (save is None or _named_the_same(save, event))
    return Report(event.site, message, "error" if sure else "warning", "high", story, facts=event)


def _named_the_same(save: Event[WeightsSaved], event: Event[WeightsPut]) -> bool:
    """Are the files one, whatever is given for the parameters that name them?"""
    file, out_of = save.facts.file, event.facts.out_of
    return file is None or out_of is None or out_of[0] is None or file.same(out_of[0]) or event.facts.one_of is not None


def _passed_over(lifecycle: Lifecycle) -> Iterator[Report]:
    """A script that names what writes such a file itself may write one beside it."""
    if any(map(lifecycle.mentioned.names, WRITE)) or lifecycle.mentioned.texts(PIPELINE_WEIGHTS.partition(".")[0]):
        return
    for site, events in by_site(certain(lifecycle.of(Loaded))).items():
        saves = [_saved_by_peft(lifecycle, event) for event in events]
        if all(save is not None for save in saves):
            message = (
                f'load_lora_weights looks for keys that begin with "{events[0].facts.looks_for}", and what is saved '
                f'there begins with "{OF_PEFT}": it loads nothing, in silence; save_lora_weights of the pipeline '
                "writes what it reads"
            )
            steps = [Step(save.site, "saved here by a PeftModel") for save in saves[:1] if save is not None]
            yield Report(site, message, "error", "high", tuple(steps))


def _saved_by_peft(lifecycle: Lifecycle, load: Event[Loaded]) -> Written | None:
    """What lies where a pipeline looks for LoRA weights, if that is all from a PeftModel."""
    asked = load.facts.place
    if not load.facts.looks_for or asked is None:
        return None
    there = [written for place, held in load.life.disk.items() if place.same(asked) for written in held]
    beside = [save.facts.place for save in lifecycle.of(WeightsSaved)]
    if not there or any(place is None or place.same(asked) or place.under(asked) for place in beside):
        return None
    return there[-1] if all(each.what == "adapter" and not each.found for each in there) else None


def _unmatched(lifecycle: Lifecycle, event: Event[WeightsPut]) -> bool:
    """A file that the project's own code may have written under this name can hold any keys."""
    file = event.facts.file
    nameless = event.facts.nameless or saved_nameless(lifecycle, event) is not None
    if not nameless or event.oid is None or (event.facts.nameless and file and lifecycle.has(WeightsNamed)):
        return False
    if file == OLD_WEIGHTS and lifecycle.old_weights_beside():
        return False
    model = event.life.models[event.oid]
    return not isinstance(model, (BaseModel, PeftModel)) or model.known


THEN = {True: "raises RuntimeError", False: "loads nothing, in silence", None: "loads nothing"}  # by `strict`


def _message(event: Event[WeightsPut], save: Event[WeightsSaved] | None = None, by: str = "") -> str:
    then = THEN[event.facts.strict]
    if event.facts.astray:
        assert event.oid is not None
        plain = event.life.peft(event.oid) is None
        what = "it is no PeftModel" if plain else "another wrapper was around the model that it is of"
        remedy = (
            "save_pretrained and PeftModel.from_pretrained keep the adapter"
            if plain
            else "take and put that of the PeftModel itself"
        )
        put = INSTEAD if event.facts.by_peft else "load_state_dict"
        return f"this model has none of the keys of this state dict ({what}): {put} {then}; {remedy}"
    source = event.facts.file or "what get_peft_model_state_dict gives"
    if save is not None and event.facts.out_of is not None:
        folder, _ = event.facts.one_of or (event.facts.out_of[0], "")
        source = f"what {by} saves to {place_text(folder)}"
    return f"the keys of {source} lack the adapter's name: load_state_dict {then}; {INSTEAD} puts it in"


def fix(report: Report, editor: Any) -> Any:
    """Safe: PEFT's own function puts the name into the keys; before, nothing was loaded. On a PeftModel only."""
    from lora_lint.fixes.calls import as_function

    event: Event[WeightsPut] | None = report.facts
    if event is None or event.facts.astray:
        return None
    assert event.oid is not None
    model = event.life.models[event.oid]
    active = event.life.active(event.oid)
    if not isinstance(model, PeftModel) or model.tuner or len(active) != 1:
        return None
    name = name_in(event, active[0])
    more = "" if name == '"default"' else f", adapter_name={name}"
    return as_function(editor, event, "peft", INSTEAD, more)


RULE = Rule(
    "LL505",
    "adapter-keys-unmatched",
    "the weights of an adapter are put into a model that has other keys for them",
    (WeightsPut, Loaded),
    check,
    fix,
)
