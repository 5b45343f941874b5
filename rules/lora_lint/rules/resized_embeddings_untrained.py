"""LL409: new tokens whose embeddings nobody trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import Resized, Trained
from lora_lint.lifecycle.records import Config, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._embeddings import covers, takes_embedding
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, others_train


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Tokens are added, the embedding is resized, and the config neither trains nor adapts it."""
    reported: set[Site] = set()
    trained = {a for event in lifecycle.of(Trained) for a in event.facts.adapters if not others_train(event)}
    for event in certain(lifecycle.of(Wrapped)):
        config = event.facts.config
        if not event.facts.new_tokens or not isinstance(config, Config) or config.site in reported:
            continue
        if event.facts.adapter in trained and not covers(config):
            reported.add(config.site)
            yield _report(config, event)
    yield from _resized_inside(lifecycle)


def _resized_inside(lifecycle: Lifecycle) -> Iterator[Report]:
    """The embedding is resized where an adapter has put its own module in its place already: transformers refuses."""
    for site, events in by_site(certain(lifecycle.of(Resized))).items():
        held = [_holding(event) for event in events]
        first = held[0]
        if first is not None and all(config is not None for config in held):
            message = (
                "the embedding is inside the adapter already (modules_to_save, target_modules or "
                "trainable_token_indices): resize_token_embeddings raises TypeError; resize first, wrap then"
            )
            yield Report(site, message, "error", "high", (Step(first.site, "the adapter takes it by this config"),))


def _holding(event: Event[Resized]) -> Config | None:
    """The config of an adapter that has taken the embedding of the model, which certainly gets another size now."""
    if not event.facts.new or event.oid is None or event.life.peft(event.oid) is None:
        return None
    configs = (event.life.adapters[adapter].config for adapter in event.life.held(event.oid))
    return next((each for each in configs if isinstance(each, Config) and takes_embedding(each)), None)


def _report(config: Config, event: Event[Wrapped]) -> Report:
    assert event.oid is not None
    resized = event.life.base(event.oid).resized_at
    message = (
        "the new tokens' embeddings are neither trained nor adapted: they stay at their random start; name "
        f"{' and '.join(event.facts.embeddings)} in modules_to_save, or use trainable_token_indices"
    )
    story = (Step(resized, "the embedding gets rows for the new tokens here"),) if resized is not None else ()
    return Report(config.site, message, "warning", "high", story, facts=(config, event.facts.embeddings))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the embeddings are trained and saved as a whole, which takes more memory and makes the adapter bigger.

    None where they are already: there the wrap has to move."""
    from lora_lint.fixes.arguments import set_keyword

    if report.facts is None:
        return None
    config, names = report.facts
    given = config.get("modules_to_save")
    if given is not None and not (isinstance(given, tuple) and all(isinstance(name, str) for name in given)):
        return None
    listed = ", ".join(f'"{name}"' for name in (*(given or ()), *names))
    message = f"train the embeddings: modules_to_save=[{listed}]"
    return set_keyword(editor, config.site, "modules_to_save", f"[{listed}]", message, safe=False)


RULE = Rule(
    "LL409",
    "resized-embeddings-untrained",
    "tokens are added and their embeddings are not trained",
    (Wrapped, Resized),
    check,
    fix,
)
