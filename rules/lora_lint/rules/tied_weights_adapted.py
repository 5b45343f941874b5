"""LL411: LoRA on an embedding or head whose weight the model uses twice, and then merged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Added, Folded, Merged, Wrapped
from lora_lint.lifecycle.records import UNKNOWN, Config, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Input and output embedding are one weight: a merge adds the change of one to both."""
    reported: set[Site] = set()
    for event in certain(lifecycle.of(Wrapped, Added)):
        config = event.facts.config
        if not event.facts.tied or not isinstance(config, Config) or config.site in reported:
            continue
        names = adapted(config, event.facts.tied)
        merge = _merged(lifecycle, event) if names else None
        if merge is not None:
            reported.add(config.site)
            yield _report(config, event, merge, names)


def adapted(config: Config, tied: tuple[str, ...]) -> list[str]:
    """The tied modules that get LoRA weights of their own."""
    targets, left_out = config.get("target_modules"), config.get("exclude_modules")
    if not isinstance(targets, tuple) or left_out is UNKNOWN or isinstance(left_out, str):
        return []
    if config.get("ensure_weight_tying") not in (None, False):
        return []
    excluded = left_out if isinstance(left_out, tuple) else ()
    names = [name for name in targets if isinstance(name, str) and name.rpartition(".")[2] in tied]
    return [name for name in names if name not in excluded] if UNKNOWN not in excluded else []


def _merged(lifecycle: Lifecycle, event: Event[Wrapped | Added]) -> Event[Merged | Folded] | None:
    adapter = event.facts.adapter
    for merge in certain(lifecycle.of(Merged, Folded)):
        if merge.id > event.id and merge.oid is not None and adapter in merge.life.active(merge.oid):
            return merge
    return None


def _report(config: Config, event: Event[Wrapped | Added], merge: Event[Merged | Folded], names: list[str]) -> Report:
    assert event.oid is not None
    listed = " and ".join(f'"{name}"' for name in names)
    message = (
        f"input and output embedding of this model are one weight: LoRA on {listed} changes both when it is merged, "
        "and the merged model gives other outputs than the adapter"
    )
    story = (Step(event.life.base(event.oid).site, "this model ties its embeddings"), Step(merge.site, "merged here"))
    return Report(config.site, message, "warning", "medium", story, facts=(config, names))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the embeddings get no LoRA weights, so less is trained."""
    from lora_lint.fixes.arguments import leave_out_of

    config, names = report.facts
    return leave_out_of(editor, config.site, "target_modules", names, "exclude_modules", config.get("exclude_modules"))


RULE = Rule(
    "LL411",
    "tied-weights-adapted",
    "LoRA on tied embeddings is merged, which changes both",
    (Wrapped, Added),
    check,
    fix,
    preview=True,
)
