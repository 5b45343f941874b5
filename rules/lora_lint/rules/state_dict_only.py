"""LL108: the adapter's tensors are saved without adapter_config.json: nothing can load them as an adapter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import SettingsSaved, WeightsSaved
from lora_lint.lifecycle.events.script import Checked
from lora_lint.lifecycle.records import BaseModel, Keeping, Oid, PeftModel, Sure, Token
from lora_lint.lifecycle.trace import Ending, Event, Lifecycle
from lora_lint.rules._left_out import without_copies
from lora_lint.rules._types import costs_the_adapter
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing, trained_here
from lora_lint.rules.wording import on_condition, trained_steps

RESCUED = (Keeping.KEPT, Keeping.CHECKPOINT, Keeping.UNSURE)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """torch.save(model.state_dict()), save_file(...), accelerator.save(...) as the only copy of a trained adapter."""
    reports: list[Report] = []
    for site, events in by_site(certain(lifecycle.of(WeightsSaved))).items():
        bad = [(event, tokens) for event in events if (tokens := _only(lifecycle, event))]
        if bad:
            reports.append(_report(lifecycle, site, bad, [e for e in events if e not in [b for b, _ in bad]]))
    yield from (one for one in reports if not any(_repeats(lifecycle, other, one) for other in reports))


def _repeats(lifecycle: Lifecycle, last: Report, report: Report) -> bool:
    """One adapter, one finding: every path from a save to resume from leads to another save of the same adapter."""
    behind = [event for event, _ in (last.facts, *last.also)]
    return _adapters(last) == _adapters(report) and all(
        any(second.id > first.id and second.id in ending.events for second in behind)
        for first, _ in (report.facts, *report.also)
        for ending in lifecycle.after(first)
    )


def _adapters(report: Report) -> set[Oid]:
    event, tokens = report.facts
    return {event.life.canonical(token)[0] for token in tokens}


def _only(lifecycle: Lifecycle, event: Event[WeightsSaved]) -> list[Token]:
    if event.facts.lost:
        tokens = trained_here(event, map(event.life.token, event.facts.adapters))
        return _unrescued(lifecycle.after(event), tokens)
    if tokens := _unrescued(lifecycle.after(event), without_copies(lifecycle, event)):
        return tokens
    if event.facts.whole or event.facts.beside or _reads_its_own(lifecycle):
        return []
    tokens = [token for token in trained_here(event, event.facts.tokens) if _has_config(event, token)]
    if any(guard.id < event.id and costs_the_adapter(lifecycle, guard) for guard in certain(lifecycle.of(Checked))):
        return []  # the branch was taken because a guard answers wrong: LL301 speaks
    if lifecycle.has(SettingsSaved):
        return []  # the script keeps them in a form of its own
    endings = lifecycle.after(event)
    if any(written.what == "config" for ending in endings for place in ending.life.disk.values() for written in place):
        return []  # in another folder: the script brings them together
    unrescued = _unrescued(endings, tokens)
    return unrescued if unrescued and not _read_beside(lifecycle, event) else []  # asked last: files are read for it


def _unrescued(endings: list[Ending], tokens: list[Token]) -> list[Token]:
    return [t for t in tokens if endings and not any(_rescued(ending, t) for ending in endings)]


def _has_config(event: Event[WeightsSaved], token: Token) -> bool:
    """A model holds the adapter that can save its config; a mixed model and `inject_adapter_in_model` leave that to
    the script."""
    life = event.life
    adapter = life.canonical(token)[0]
    for model in life.models.values():
        if isinstance(model, PeftModel) and not model.mixed and any(adapter == held for _, held in model.adapters):
            return True
        if isinstance(model, BaseModel) and model.integration and adapter in model.layers:
            return True
    return False


def _reads_its_own(lifecycle: Lifecycle) -> bool:
    """The script puts tensors of a file back into a model itself: what it writes is a checkpoint of its own."""
    said = lifecycle.mentioned
    puts = said.calls(".load_state_dict", "peft.set_peft_model_state_dict")
    return puts and said.calls("torch.load", "safetensors.torch.load_file")


def _read_beside(lifecycle: Lifecycle, event: Event[WeightsSaved]) -> bool:
    """Another script of the project names the file, and puts tensors of files back into a model."""
    names = {name for files in event.facts.files for name in files.names}
    return bool(names) and not names.isdisjoint(lifecycle.restored_beside())


def _rescued(ending: Ending, token: Token) -> bool:
    """These weights, or other trained weights of the same adapter, are kept in a form that loads."""
    life = ending.life
    adapter = life.canonical(token)[0]
    mine = [t for t, content in life.contents.items() if t[0] == adapter and content.trained is not Sure.NO]
    return any(life.keeping(t) in RESCUED for t in (token, *mine))


def _report(
    lifecycle: Lifecycle,
    site: object,
    bad: list[tuple[Event[WeightsSaved], list[Token]]],
    good: list[Event[WeightsSaved]],
) -> Report:
    event, tokens = bad[0]
    conditions = on_condition(lifecycle, differing([e for e, _ in bad], good))
    filtered = None
    if event.facts.lost:
        filtered = (_other_keys if event.facts.lost == "key" else _empty)(conditions)
    elif all(without_copies(lifecycle, each) for each, _ in bad):
        filtered = _without_copies(event.facts.without, conditions)
    if filtered is not None:
        message, note = filtered
        steps = (*trained_steps(event, tokens), Step(site, "writes what the filter has left"))
        return Report(site, message, "error", "high", steps, (note,), facts=bad[0], also=tuple(bad[1:]))
    message = (
        "only tensors are written, no adapter_config.json: PeftModel.from_pretrained cannot load this, and the adapter "
        f"is saved nowhere else{conditions}"
    )
    story = [*trained_steps(event, tokens), Step(site, "writes a state dict")]
    notes = ("missing: adapter_config.json; model.save_pretrained writes it",)
    confidence = "high" if not good else "medium"
    # a warning: the weights are there, and whoever knows the settings can put them together again
    return Report(site, message, "warning", confidence, tuple(story), notes, facts=bad[0], also=tuple(bad[1:]))


def _empty(conditions: str) -> tuple[str, str]:
    """What is said of a filter by `requires_grad`, and the note to it."""
    message = (
        "nothing of the adapter is written: no tensor of a state_dict() takes a gradient, the filter by requires_grad "
        f"leaves them all out, and the adapter is saved nowhere else{conditions}"
    )
    return message, "the parameters themselves, which named_parameters() gives, take gradients"


def _other_keys(conditions: str) -> tuple[str, str]:
    """What is said of a filter by key that leaves the adapter out, and the note to it."""
    message = (
        "nothing of the adapter is written: the filter by key leaves it out, and the adapter is saved nowhere "
        f"else{conditions}"
    )
    return message, "model.save_pretrained writes the adapter with its config"


def _without_copies(left: tuple[str, ...], conditions: str) -> tuple[str, str]:
    """What is said of a filter by key that leaves trained modules out, and the note to it."""
    be, them = ("is", "it") if len(left) == 1 else ("are", "them")
    message = (
        f"{' and '.join(left)} (modules_to_save) {be} trained, and the filter by key leaves {them} out: what was "
        f"learned there is saved nowhere{conditions}"
    )
    return message, "the keys of such copies hold modules_to_save, and no lora_"


def fix(report: Report, editor: Any) -> Any:
    """Safe: only adds. The adapter is saved beside the tensors, with its config."""
    from lora_lint.fixes.saving import save_adapter_beside

    event, tokens = report.facts
    return save_adapter_beside(editor, event, tokens)


RULE = Rule(
    "LL108",
    "state-dict-only",
    "the adapter's tensors are saved without adapter_config.json",
    (WeightsSaved,),
    check,
    fix,
)
