"""LL115: an adapter that is trained on a merged model, of which only checkpoints are left."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Exported, MergedCopySaved, Saved
from lora_lint.lifecycle.records import Keeping, Token
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import best_after, by_site, certain, maker, merge_of, trained_here
from lora_lint.rules.wording import adapter_name, place_text, trained_steps


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Saves of a trained adapter whose base holds another one, which the adapter's config does not know of."""
    reported: set[Token] = set()
    for events in by_site(certain(lifecycle.of(Saved))).values():
        below = [_below(lifecycle, event) for event in events]
        if all(below) and reported.isdisjoint(below[0]):
            reported.update(below[0])
            yield _report(lifecycle, events[0], below[0])


def _below(lifecycle: Lifecycle, event: Event[Saved]) -> list[Token]:
    """What this script has trained and merged into the model below the adapter that is saved, and never saved itself.

    Whoever saves both adapters can put them together again; where the first one is lost, another rule says so.
    """
    facts, oid = event.facts, event.oid
    if oid is None or facts.full or facts.implicit or facts.lost or not trained_here(event, facts.tokens):
        return []
    merged = trained_here(event, event.life.base(oid).merged)
    if not merged or any(best_after(lifecycle, event, token) is not Keeping.CHECKPOINT for token in merged):
        return []
    return [] if _saved(lifecycle, merged) else merged


def _saved(lifecycle: Lifecycle, merged: list[Token]) -> bool:
    """Is a model with these adapters in it saved, on whatever path and under whatever other adapters?"""
    if any(lifecycle.of(Exported)):
        return True
    copies = [copy.facts.tokens for copy in lifecycle.of(MergedCopySaved)]
    wholes = [e.life.base(e.oid).merged for e in lifecycle.of(Saved) if e.facts.full and e.oid is not None]
    return any(set(merged) <= set(tokens) for tokens in (*copies, *wholes))


def _report(lifecycle: Lifecycle, event: Event[Saved], merged: list[Token]) -> Report:
    assert event.oid is not None
    names = " and ".join(sorted({adapter_name(event, token) for token in merged}))
    source = event.life.base(event.oid).source
    base = f'"{source}"' if isinstance(source, str) else "the model that was loaded"
    message = (
        f"the adapter in {place_text(lifecycle, event)} belongs on a model with adapter {names} merged into it, "
        f"which is saved nowhere: adapter_config.json names {base}, on which it gives other outputs"
    )
    merge, wrap = merge_of(lifecycle, event), maker(lifecycle, event.facts.adapters[0])
    story = trained_steps(event, merged)
    story += [Step(merge.site, "and merged here")] if merge is not None else []
    story += [Step(wrap.site, "the adapter that is saved is put on the merged model")] if wrap is not None else []
    return Report(event.site, message, "warning", "medium", tuple(story))


RULE = Rule(
    "LL115",
    "merged-base-not-saved",
    "an adapter is trained on a merged model, and only the adapter is saved",
    (Saved, MergedCopySaved, Exported),
    check,
    preview=True,
    all_paths=True,
)
