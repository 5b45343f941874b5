"""LL202: a model that carries an adapter already is wrapped again."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded, Merged, WeightsPut, Wrapped
from lora_lint.lifecycle.events.training import Trained, TrainerMade
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid, PeftModel, Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._fresh import (
    configs_of_one_name,
    given_way,
    head_goes_on,
    moves_the_first,
    same_name,
    saved_in_vain,
    shared,
)
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition

IN_TURN = (
    "trained",
    "shared",
    "reference",
    "saved",
    "head",
)  # of the wraps that come through one line, only the first is of a fresh model


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A PeftModel inside a PeftModel, a trainer given both, or a base whose layers are another adapter's."""
    for site, events in by_site(certain(lifecycle.of(Wrapped, Loaded))).items():
        again = [(event, _again(event) or _gives_way(lifecycle, event)) for event in events]
        bad = [(event, what) for event, what in again if what and not _excused(lifecycle, event, what)]
        if bad:
            good: list[Event[Any]] = [
                event for event in events if event not in [b for b, _ in bad] and bad[0][1] not in IN_TURN
            ]
            good += _left_alone(lifecycle, site, {event.oid for event, _ in bad})
            if not good or not (lifecycle.blurred or lifecycle.notes):  # else which model comes here with what is lost
                yield _report(lifecycle, site, bad, good)


def _left_alone(lifecycle: Lifecycle, site: Site, models: Container[Oid | None]) -> list[Event[TrainerMade]]:
    """On other paths the trainer is given no peft_config, and takes the PeftModel as it is."""
    return [event for event in certain(lifecycle.of(TrainerMade)) if event.site is site and event.oid in models]


def _again(event: Event[Wrapped | Loaded]) -> str:
    """ "peft" for a PeftModel, "layers" for a base with layers that clash, "loaded" where loaded weights give way,
    "merged" where those of the first are merged away, "" where all is well."""
    life, facts = event.life, event.facts
    if isinstance(facts, Wrapped) and any(_is_wanted(life, adapter) for adapter in facts.inside):
        return "merged"
    if event.oid is None or (isinstance(facts, Loaded) and facts.onto != "base"):
        return ""
    peft = life.peft(event.oid)
    if peft is not None:
        return "peft" if not peft.tuner and not life.emptied(event.oid) and peft.known else ""
    layers = life.base(event.oid).layers
    if not layers or isinstance(facts, Loaded):
        return ""
    if any(_replaces(life, facts, layer) for layer in layers):
        return "loaded"
    return "layers" if any(_clashes(life, facts, layer) for layer in layers) else ""


def _gives_way(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> str:
    """ "trained" where trained weights give way to fresh ones, "saved" where they are saved after that, "shared" where
    both wrappers are trained and saved, "reference" where the first is run beside the training of the second, "head"
    where what is trained whole goes on from the round before."""
    if given_way(lifecycle, event):
        return "trained"
    if shared(lifecycle, event):
        return "shared"
    if moves_the_first(lifecycle, event):
        return "reference"
    if saved_in_vain(lifecycle, event) is not None:
        return "saved"
    return "head" if head_goes_on(lifecycle, event) else ""


def _excused(lifecycle: Lifecycle, event: Event[Wrapped | Loaded], what: str) -> bool:
    return _filled_by_hand(lifecycle, event, what) or _of_no_release(lifecycle, event)


def _of_no_release(lifecycle: Lifecycle, event: Event[Wrapped | Loaded]) -> bool:
    """A commit of trl is asked for, or the project has a copy: what its trainer does with both is not known."""
    raises = event.facts.raises if isinstance(event.facts, Wrapped) else ""
    return bool(raises) and lifecycle.runs_with("trl", raises).unreleased


def _filled_by_hand(lifecycle: Lifecycle, event: Event[Wrapped | Loaded], what: str) -> bool:
    """The script puts weights into the fresh adapter; or, to run the model only, under the keys of both wrappers."""
    put = any(other.id > event.id and not other.facts.nameless for other in lifecycle.of(WeightsPut))
    return put and (what == "loaded" or not lifecycle.has(Trained, Saved, Merged))


def _is_wanted(life: Life, adapter: Oid) -> bool:
    """Weights that were trained or loaded: merging them away changes what the new adapter is trained on."""
    content = life.content(life.token(adapter))
    return content.elsewhere or content.trained is not Sure.NO


def _replaces(life: Life, wrapped: Wrapped, layer: Oid) -> bool:
    """Weights that were loaded into the base give way to fresh ones: loading them was in vain."""
    record, content = life.adapters[layer], life.content(life.adapters[layer].token)
    wanted = content.elsewhere or content.trained is Sure.YES
    return same_name(life, wrapped, layer) and record.origin == "loaded" and wanted


def _clashes(life: Life, wrapped: Wrapped, layer: Oid) -> bool:
    """A second adapter of the same name on other modules: where only the first has layers, those stay and train along.

    Where both have them, the second takes the place of the first.
    """
    configs = configs_of_one_name(life, wrapped, layer)
    a, b = (config.get("target_modules") for config in configs) if configs is not None else (None, None)
    if a is None or b is None:
        return False
    return (set(a) if isinstance(a, tuple) else a) != (set(b) if isinstance(b, tuple) else b)


# what is wrong with a second wrap, by what `_again` and `_gives_way` call it
MESSAGES = {
    "merged": "the model is a PeftModel already: this trainer merges its adapter into the base and trains a new one, "
    "which is saved without the first",
    "peft": "the model is a PeftModel already: wrapped again, its adapter is left out of what is saved, and the new "
    "one loads as nothing",
    "trained": "the model carries a trained adapter of this name already: a fresh one takes its place, and is saved "
    "instead",
    "shared": "the model carries an adapter of this name already, and both are trained: they are the same tensors, so "
    "each training goes on from the other's; wrap a copy of the model for each",
    "reference": "the model carries an adapter of this name already, and what was put around it first is run below "
    "without gradients: both have the same tensors, so it changes with what is trained here; load the base model anew "
    "for one of them",
    "saved": "the model carries a trained adapter of this name already: a fresh one takes its place, and the save of "
    "the first writes the weights of the new one",
    "head": "the model carries the trained adapter of the round before: the layers start afresh, but the head, which "
    "is trained whole, goes on from what it learned there; load the model anew in each round",
    "loaded": "the model carries a loaded adapter of this name already: a fresh one takes its place, and what was "
    "loaded is gone",
    "layers": "the model carries the layers of another adapter already: they train along and are saved, but the new "
    "adapter_config.json does not name them",
}


def _report(
    lifecycle: Lifecycle, site: Site, bad: list[tuple[Event[Wrapped | Loaded], str]], good: list[Event[Any]]
) -> Report:
    event, what = bad[0]
    conditions = on_condition(lifecycle, differing([e for e, _ in bad], good))
    if isinstance(event.facts, Wrapped) and event.facts.raises:
        surely = lifecycle.runs_with("trl", event.facts.raises).sure is Sure.YES
        newer = f" with trl {event.facts.raises.removeprefix('>=')} or newer"
        older = "" if surely else f"{newer}; older ones merge, nest or ignore in silence"
        message = (
            "the model is a PeftModel already, and peft_config asks the trainer to wrap it again: "
            f"ValueError{older}{conditions}"
        )
    elif isinstance(event.facts, Wrapped) and event.facts.differs:
        message = (
            f"the model is a PeftModel already, and its adapter has another {event.facts.differs}: unsloth raises "
            f"TypeError{conditions}"
        )
    else:
        message = MESSAGES[what] + conditions
    story = [Step(_first(event), "it gets its first adapter here")]
    if what == "saved" and (save := saved_in_vain(lifecycle, event)) is not None:
        story.append(Step(save.site, "the first one is saved here"))
    severity = "warning" if good or what == "head" else "error"
    return Report(site, message, severity, "high" if not good else "medium", tuple(story), facts=event)


def _first(event: Event[Wrapped | Loaded]) -> Site:
    assert event.oid is not None
    life = event.life
    peft = life.peft(event.oid)
    if peft is not None:
        return peft.site
    if isinstance(event.facts, Wrapped) and event.facts.inside:
        return life.adapters[event.facts.inside[0]].site
    root = life.root(event.oid)
    for model in life.models.values():
        if isinstance(model, PeftModel) and life.root(model.base) == root:
            return model.site
    return life.adapters[life.base(event.oid).layers[0]].site


def fix(report: Report, editor: Any) -> Any:
    """A trainer that is given a PeftModel loses its peft_config argument.

    Safe where it raises, else unsafe: the adapter that is there is trained instead of a new one. None for a plain model
    with the layers of another adapter: without peft_config its trainer would save a whole model. None either where
    other paths come to this trainer with a plain model: they need the argument.
    """
    from lora_lint.fixes.arguments import remove_keyword

    event: Event[Wrapped | Loaded] = report.facts
    if isinstance(event.facts, Loaded) or event.facts.by != "trainer" or _again(event) in ("", "layers", "loaded"):
        return None
    if report.severity == "warning":
        return None
    message = "drop peft_config: the model is wrapped already"
    return remove_keyword(editor, event.site, "peft_config", message, safe=bool(event.facts.raises))


RULE = Rule(
    "LL202", "wrapped-twice", "a model that carries an adapter already is wrapped again", (Wrapped, Loaded), check, fix
)
