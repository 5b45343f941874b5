"""LL405: reentrant gradient checkpointing of a model whose inputs carry no gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.records import Config, Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import certain
from lora_lint.rules.resized_embeddings_untrained import covers

GIVES_NO_GRADIENT = "<5.0"  # from transformers 5 on, enabling checkpointing gives the inputs of text models a gradient


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The checkpointing in use is reentrant, and no input of the layers carries a gradient: none gets through."""
    reported: set[Site] = set()
    for training in certain(lifecycle.of("trained")):
        if training.facts["reentrant"] is not True or training.oid is None or _trains_the_embedding(training):
            continue
        found = _switched_off(lifecycle, training) or _never_on(lifecycle, training)
        if found is not None and found.site not in reported:
            reported.add(found.site)
            what = (
                "input gradients are switched off while reentrant gradient checkpointing is on"
                if found.kind == "input_grads"
                else "with transformers < 5 this checkpointing is reentrant, and nothing gives the inputs a gradient "
                "(enable_input_require_grads, or use_reentrant=False)"
            )
            message = f"{what}: no gradient reaches the adapter (RuntimeError in backward)"
            yield Report(found.site, message, "error", "high", (Step(training.site, "trained here"),), facts=found)


def _switched_off(lifecycle: Lifecycle, training: Event) -> Event | None:
    """The call that switches input gradients off for what is trained."""
    if training.facts["input_grads"] is not False:
        return None
    off = [event for event in certain(lifecycle.of("input_grads")) if event.facts["on"] is False]
    before = [event for event in off if event.id < training.id and _is_on_same_model(event, training)]
    return before[-1] if before else None


def _never_on(lifecycle: Lifecycle, training: Event) -> Event | None:
    """The checkpointing of a PeftModel with a transformers that does not give its inputs a gradient by itself."""
    assert training.oid is not None
    if training.facts["input_grads"] is True or training.life.peft(training.oid) is None:
        return None
    if lifecycle.runs_with("transformers", GIVES_NO_GRADIENT).sure is not Sure.YES:
        return None
    before = [
        e for e in certain(lifecycle.of("checkpointing")) if e.id < training.id and _is_on_same_model(e, training)
    ]
    return before[-1] if before else None


def _is_on_same_model(event: Event, training: Event) -> bool:
    assert training.oid is not None
    return event.oid is not None and event.life.root(event.oid) == training.life.root(training.oid)


def _trains_the_embedding(training: Event) -> bool:
    configs = [training.life.adapters[adapter].config for adapter in training.facts["active"]]
    return any(isinstance(config, Config) and covers(config) for config in configs)


def fix(report: Report, editor: Any) -> Any:
    """Safe: input gradients stay on, or are switched on; the backward pass raised before."""
    from lora_lint.fixes.arguments import set_keyword
    from lora_lint.fixes.statements import call_after, remove_call

    event: Event = report.facts
    if event.kind == "input_grads":
        return remove_call(editor, event, "leave input gradients on", safe=True)
    let_in = call_after(editor, event, "enable_input_require_grads", "", "let gradients into the inputs", safe=True)
    if let_in is not None:
        return let_in
    value = '{"use_reentrant": False}'
    return set_keyword(
        editor, event.site, "gradient_checkpointing_kwargs", value, "checkpointing that is not reentrant", safe=True
    )


RULE = Rule(
    "LL405",
    "checkpointing-without-input-grads",
    "reentrant gradient checkpointing without input gradients",
    ("input_grads", "checkpointing"),
    check,
    fix,
)
