"""LL405: reentrant gradient checkpointing of a model whose inputs carry no gradient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from lora_lint.lifecycle.events.training import Checkpointing, InputGrads, Trained
from lora_lint.lifecycle.records import Config, Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._embeddings import covers
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, same_model

GIVES_NO_GRADIENT = "<5.0"  # from transformers 5 on, enabling checkpointing gives the inputs of text models a gradient

F = TypeVar("F")


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The checkpointing in use is reentrant, and no input of the layers carries a gradient: none gets through."""
    reported: set[Site] = set()
    for training in certain(lifecycle.of(Trained)):
        if training.oid is None or _trains_the_embedding(training):
            continue
        story = (Step(training.site, "trained here"),)
        for find, what in WAYS:
            found = find(lifecycle, training)
            if found is not None and found.site not in reported:
                reported.add(found.site)
                head = ", or a head alone is trained" if find is _no_words else ""
                message = f"{what}: no gradient reaches the adapter (RuntimeError in backward{head})"
                yield Report(found.site, message, "error", "high", story, facts=found)


def _switched_off(lifecycle: Lifecycle, training: Event[Trained]) -> Event[InputGrads] | None:
    """The call that switches input gradients off for what is trained."""
    if training.facts.reentrant is not True or training.facts.input_grads is not False:
        return None
    return _last(training, (e for e in lifecycle.of(InputGrads) if e.facts.on is False))


def _never_on(lifecycle: Lifecycle, training: Event[Trained]) -> Event[Checkpointing] | None:
    """The checkpointing of a PeftModel with a transformers that does not give its inputs a gradient by itself."""
    if training.facts.reentrant is not True or training.facts.input_grads is True or not _is_peft(training):
        return None
    if lifecycle.runs_with("transformers", GIVES_NO_GRADIENT).sure is not Sure.YES:
        return None
    found = _last(training, (e for e in lifecycle.of(Checkpointing) if not e.facts.by_hand))
    return None if found is None or lifecycle.guarded(found, "transformers") else found


def _by_hand(lifecycle: Lifecycle, training: Event[Trained]) -> Event[Checkpointing] | None:
    """Checkpointing that the script has put into parts of the model by itself."""
    if training.facts.recomputed is not True or training.facts.input_grads is True or not _is_peft(training):
        return None
    return _last(training, (e for e in lifecycle.of(Checkpointing) if e.facts.by_hand))


def _no_words(lifecycle: Lifecycle, training: Event[Trained]) -> Event[Checkpointing] | None:
    """The checkpointing of a model of pictures or sounds, whose inputs get no gradient by themselves in any release."""
    if training.facts.reentrant is not True or training.facts.input_grads is not None or not _is_peft(training):
        return None
    if training.oid is None or not training.life.trait(training.oid, "no words"):
        return None
    if lifecycle.mentioned.calls(".register_forward_hook", ".register_forward_pre_hook"):
        return None
    return _last(training, (e for e in lifecycle.of(Checkpointing) if not e.facts.by_hand))


NO_GRADIENT = "and nothing gives the inputs a gradient (enable_input_require_grads, or use_reentrant=False)"
WAYS = (
    (_switched_off, "input gradients are switched off while reentrant gradient checkpointing is on"),
    (_never_on, f"with transformers < 5 this checkpointing is reentrant, {NO_GRADIENT}"),
    (_no_words, f"this checkpointing is reentrant, {NO_GRADIENT}"),
    (_by_hand, f"this checkpointing is reentrant, {NO_GRADIENT}"),
)


def _last(training: Event[Trained], events: Iterable[Event[F]]) -> Event[F] | None:
    """The last of these events before a training that are about the same model."""
    before = [event for event in certain(events) if event.id < training.id and same_model(event, training)]
    return before[-1] if before else None


def _is_peft(training: Event[Trained]) -> bool:
    return training.oid is not None and training.life.peft(training.oid) is not None


def _trains_the_embedding(training: Event[Trained]) -> bool:
    configs = [training.life.adapters[adapter].config for adapter in training.facts.active]
    return any(isinstance(config, Config) and covers(config) for config in configs)


def fix(report: Report, editor: Any) -> Any:
    """Safe: input gradients stay on, or are switched on; the backward pass raised before."""
    from lora_lint.fixes.arguments import set_keyword
    from lora_lint.fixes.statements import call_after, remove_call

    event: Event[InputGrads | Checkpointing] = report.facts
    if isinstance(event.facts, InputGrads):
        return remove_call(editor, event, "leave input gradients on", safe=True)
    not_reentrant = "checkpointing that is not reentrant"
    if event.facts.by_hand:
        return set_keyword(editor, event.site, "use_reentrant", "False", not_reentrant, safe=True)
    let_in = call_after(editor, event, "enable_input_require_grads", "", "let gradients into the inputs", safe=True)
    if let_in is not None:
        return let_in
    name, value = "gradient_checkpointing_kwargs", '{"use_reentrant": False}'
    return set_keyword(editor, event.site, name, value, not_reentrant, safe=True)


RULE = Rule(
    "LL405",
    "checkpointing-without-input-grads",
    "reentrant gradient checkpointing without input gradients",
    (InputGrads, Checkpointing),
    check,
    fix,
)
