"""LL101: the merged model is saved, and the trained adapter is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved, WeightsSaved, Whole
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Keeping, Token
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import best_after, by_site, certain, differing, merge_of, trained_here
from lora_lint.rules.wording import adapter_name, condition_steps, model_name, on_condition, place_text, trained_steps

ADAPTER_WORDS = ("adapter", "lora", "peft")
LOST = (Keeping.NOWHERE, Keeping.TEMPORARY, Keeping.CHECKPOINT)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A save of a model that adapters were folded into (or stripped from), trained here and kept nowhere else."""
    said: list[Event[Whole]] = []
    saves = by_site(certain(lifecycle.of(Saved, WeightsSaved)))
    for site, events in sorted(saves.items(), key=lambda item: not _meant_for_adapters(item[1])):
        bad = [(event, lost) for event in events if (lost := _lost(lifecycle, event))]
        new = [event for event, _ in bad if not _said(lifecycle, event, said)]
        said += new
        if new:
            yield _report(lifecycle, site, bad, [e for e in events if e not in [b for b, _ in bad]])


def _meant_for_adapters(events: list[Event[Whole]]) -> bool:
    """Of several places that get the merged model, one that is named after the adapter is where it is missed."""
    last = [event.facts.place.segments[-1:] for event in events if event.facts.place is not None]
    texts = [atom.lower() for segments in last for segment in segments for atom in segment if isinstance(atom, str)]
    return any(word in text for text in texts for word in ADAPTER_WORDS)


def _lost(lifecycle: Lifecycle, event: Event[Whole]) -> list[Token]:
    if event.oid is None or event.oid not in event.life.models:
        return []
    facts = event.facts
    if (facts.tokens or facts.adapters) if isinstance(facts, WeightsSaved) else (facts.emptied or not facts.full):
        return []
    base = event.life.base(event.oid)
    tokens = trained_here(event, (*base.merged, *base.stripped))
    lost = [token for token in tokens if best_after(lifecycle, event, token) in LOST]
    if lost and (_is_a_stage(lifecycle, event) or _is_a_sum(lifecycle, event)):
        return []
    return [t for t in lost if not _saved_emptied(lifecycle, event, t) and not _trained_on(lifecycle, event, t)]


def _is_a_stage(lifecycle: Lifecycle, event: Event[Whole]) -> bool:
    """The script loads what it saves here as the base model of another adapter, and trains that: this is what it wants
    the merged model for."""
    assert event.oid is not None
    base = event.life.base(event.oid)
    for training in certain(lifecycle.of(Trained)):
        if training.oid is not None and training.facts.adapters and training.id > event.id:
            folded = training.life.trait(training.oid, "folded in")
            if isinstance(folded, tuple) and folded == (*base.merged, *base.stripped):
                return True
    return False


def _is_a_sum(lifecycle: Lifecycle, event: Event[Whole]) -> bool:
    """One training is gone on with upon what it has merged before, by a new adapter each time (ReLoRA): the merged
    model is what is trained, and none of the adapters is it."""
    assert event.oid is not None
    root = event.life.root(event.oid)
    trainings = [e for e in certain(lifecycle.of(Trained)) if e.id < event.id and e.oid is not None]
    for later in trainings:
        assert later.oid is not None
        if later.facts.adapters and later.life.root(later.oid) == root:
            inside = {adapter for adapter, _ in later.life.base(later.oid).merged}
            rounds = [e for e in trainings if (e.site, e.path) == (later.site, later.path)]
            if any(inside.intersection(earlier.facts.adapters) for earlier in rounds):
                return True
    return False


def _trained_on(lifecycle: Lifecycle, event: Event[Whole], token: Token) -> bool:
    """A copy was merged: the adapter itself is trained on behind the save, and what comes of that is kept."""
    adapter, merged = event.life.canonical(token)
    for ending in lifecycle.after(event):
        later = [other for other in ending.life.contents if other[0] == adapter and other[1] > merged]
        if any(ending.life.keeping(other) not in LOST for other in later):
            return True
    return False


def _said(lifecycle: Lifecycle, event: Event[Whole], said: list[Event[Whole]]) -> bool:
    """Every path to this save has saved the same merged model before: one defect, one finding."""
    assert event.oid is not None
    base = event.life.base(event.oid)
    merge = (base.merged, base.stripped, base.merged_at)
    for earlier in said:
        assert earlier.oid is not None
        before = earlier.life.base(earlier.oid)
        if (before.merged, before.stripped, before.merged_at) == merge:
            if all(earlier.id in ending.events for ending in lifecycle.after(event)):
                return True
    return False


def _saved_emptied(lifecycle: Lifecycle, event: Event[Whole], token: Token) -> bool:
    """The emptied wrapper of this adapter is saved, too: the script means to keep it, and LL109 speaks."""
    endings = lifecycle.after(event)
    for save in lifecycle.of(Saved):
        if save.facts.emptied and save.oid is not None and not (save.weak or save.crashed):
            peft = save.life.peft(save.oid)
            held = [save.life.canonical(save.life.token(a)) for _, a in peft.adapters] if peft is not None else []
            if save.life.canonical(token) in held and all(save.id in ending.events for ending in endings):
                return True
    return False


def _report(
    lifecycle: Lifecycle, site: object, bad: list[tuple[Event[Whole], list[Token]]], good: list[Event[Whole]]
) -> Report:
    event, tokens = bad[0]
    assert event.oid is not None
    base = event.life.base(event.oid)
    checkpoint = all(best_after(lifecycle, event, t) is Keeping.CHECKPOINT for t in tokens)
    conditions = differing([e for e, _ in bad], good)
    place = place_text(lifecycle, event)
    names = ", ".join(adapter_name(event, token) for token in tokens)
    stripped = not base.merged
    what = "base model without the adapter" if stripped else "merged model"
    where = "is only left in a checkpoint" if checkpoint else "is saved nowhere"
    verb = "is pushed to" if event.facts.how == "push_to_hub" else "gets"
    head = f"{place} {verb} the {what}" if verb == "gets" else f"the {what} {verb} {place}"
    message = f"{head}; the trained adapter {where}{on_condition(lifecycle, conditions)}"
    story = trained_steps(event, tokens)
    happened = base.stripped_at if stripped else base.merged_at
    if happened is not None:
        done = "taken off" if stripped else "merged"
        story.append(Step(happened, f"{done} here: from now on this is a {model_name(event)}, without adapter {names}"))
    story += condition_steps(lifecycle, conditions)
    files = ", ".join(name for files in event.facts.files for name in files.names)
    story.append(Step(site, f"writes {files}"))
    return Report(
        site,
        message,
        severity="warning" if checkpoint or good else "error",
        confidence="high" if not good else "medium",
        story=tuple(story),
        notes=("missing: adapter_config.json, adapter_model.safetensors",),
        facts=(lifecycle, event),
        also=tuple((lifecycle, other) for other, _ in bad[1:]),
    )


def fix(report: Report, editor: Any) -> Any:
    """Safe: only adds. The adapter is saved before the merge, to a directory of its own beside one that gets the merged
    model."""
    from lora_lint.fixes.before_merge import save_adapter_before

    lifecycle, save = report.facts
    merge = merge_of(lifecycle, save)
    if merge is None:
        return None
    later = (e for e in lifecycle.of(Saved, WeightsSaved) if e.oid in e.life.models and e.id > merge.id)
    others = (e for e in later if e.site != save.site and merge_of(lifecycle, e) is merge)
    found = (save_adapter_before(editor, merge, each) for each in (save, *others))
    return next((fix for fix in found if fix is not None), None)


RULE = Rule(
    "LL101",
    "save-after-merge",
    "the merged model is saved, the trained adapter is lost",
    (Saved, WeightsSaved),
    check,
    fix,
)
