"""LL104: the base model with the adapter's layers inside is saved instead of the PeftModel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.records import Keeping, Oid, PeftModel, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._inside_base import is_part, is_wrong, thrown_away
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import best_after, by_site, certain, differing
from lora_lint.rules.wording import condition_steps, on_condition, place_text, trained_steps


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A plain model that carries layers of a PeftModel is saved after training.

    Where the wrapper was thrown away the wrap is the mistake, and LL204 speaks.
    """
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if is_wrong(event) and thrown_away(lifecycle, event) is None]
        if bad:
            yield _report(lifecycle, site, bad, [event for event in events if event not in bad])


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Saved]], good: list[Event[Saved]]) -> Report:
    event = bad[0]
    assert event.oid is not None
    life = event.life
    base = life.base(event.oid)
    tokens = [life.token(layer) for layer in base.layers if life.content(life.token(layer)).trained is Sure.YES]
    keepings = [best_after(lifecycle, event, token) for token in tokens]
    kept = all(keeping in (Keeping.KEPT, Keeping.UNSURE) for keeping in keepings)
    conditions = differing(bad, good)
    place = place_text(lifecycle, event)
    checkpoint = Keeping.CHECKPOINT in keepings and Keeping.NOWHERE not in keepings
    lost = "; the adapter is only left in a checkpoint" if checkpoint else "; the adapter is saved nowhere"
    written = "the base model with base_layer and lora_ keys"
    if event.facts.state == "layers":
        written = "the adapter's tensors under keys of the base model"
    message = (
        f"{place} gets {written}, neither a usable model nor an adapter{'' if kept else lost}"
        f"{on_condition(lifecycle, conditions)}"
    )
    story = [_put_in(event)]
    story += trained_steps(event, tokens)
    story += condition_steps(lifecycle, conditions)
    story.append(Step(site, f"writes {', '.join(n for f in event.facts.files for n in f.names)}"))
    severity = "warning" if kept or checkpoint or good else "error"
    return Report(site, message, severity, "medium" if good else "high", tuple(story), facts=event)


def _put_in(event: Event[Saved]) -> Step:
    """How the layers came into the model: by a wrap around it, or by its own `add_adapter`."""
    assert event.oid is not None
    life = event.life
    wrappers = _wrappers(event)
    if wrappers:
        wrap = life.models[wrappers[0]].site
        return Step(wrap, "the wrap changes the base model in place: the adapter's layers sit inside it")
    return Step(life.adapters[life.base(event.oid).layers[0]].site, "this puts the adapter's layers inside the model")


def _wrappers(event: Event[Saved]) -> list[Oid]:
    """The PeftModels around a base model."""
    assert event.oid is not None
    life, root = event.life, event.life.root(event.oid)
    return [oid for oid, m in life.models.items() if isinstance(m, PeftModel) and life.root(oid) == root]


def fix(report: Report, editor: Any) -> Any:
    """Safe: the PeftModel is saved instead, where a name for it is at hand, or the adapter of a diffusers model; what
    was written loads as nothing."""
    from lora_lint.fixes.saving import save_adapter_of_part, save_instead

    save: Event[Saved] = report.facts
    assert save.oid is not None
    life = save.life
    layers = life.base(save.oid).layers
    if is_part(save) and len(layers) == 1 and not _wrappers(save):
        return save_adapter_of_part(editor, save, life.adapters[layers[0]].name)
    wrappers = [oid for oid in _wrappers(save) if not getattr(life.models[oid], "tuner", False)]
    return save_instead(editor, save, wrappers)


RULE = Rule(
    "LL104",
    "base-model-saved",
    "the base model is saved with the adapter's layers inside, not the adapter",
    (Saved,),
    check,
    fix,
    all_paths=True,
)
