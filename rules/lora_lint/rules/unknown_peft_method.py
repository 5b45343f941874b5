"""LL303: a method that PeftModel never had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.script import Accessed
from lora_lint.lifecycle.records import PeftModel
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._types import caught
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, maker


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A name that sounds as if a PeftModel had it, and merging one that has a prompt and no layers."""
    for site, events in by_site(lifecycle.of(Accessed)).items():
        bad = [e for e in events if not e.facts.ok and not e.crashed and not e.weak and _is_peft(e)]
        bad = [e for e in bad if not ((e.facts.config or e.facts.undone) and caught(lifecycle, e))]
        others = [e for e in events if not e.crashed and (e.facts.ok or not e.weak)]  # no next attempts at the same
        some = bad and len(bad) < len(others)
        bad = [e for e in bad if _always_fails(lifecycle, e)] if some else bad
        if bad:
            missing = bad[0].facts
            hint = f"; {missing.instead} is what exists" if missing.instead else ""
            of = f" with a {missing.config}" if missing.config else ""
            message = f"a PeftModel{of} has no `{missing.name}`: AttributeError{hint}"
            if missing.undone:
                message = f"a PeftMixedModel does not do `{missing.name}`: NotImplementedError; {BY_HAND}"
            yield Report(site, message, "error", "high", facts=bad[0])


BY_HAND = "get_peft_model_state_dict(model, adapter_name=...) gives the tensors of one adapter, peft_config its config"


def _always_fails(lifecycle: Lifecycle, event: Event[Accessed]) -> bool:
    """Does no path on which the model has a prompt come to its end? Else something on the way keeps it off this."""
    assert event.oid is not None
    makers = [maker(lifecycle, adapter) for adapter in event.life.held(event.oid)] if event.facts.config else []
    return bool(makers) and all(made is not None and not lifecycle.after(made) for made in makers)


def _is_peft(event: Event[Accessed]) -> bool:
    assert event.oid is not None
    return isinstance(event.life.models[event.oid], PeftModel)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the name that exists, where the arguments fit it; the call raised before."""
    from lora_lint.fixes.calls import rename_method

    event: Event[Accessed] = report.facts
    return rename_method(editor, event, *event.facts.renamed) if event.facts.renamed is not None else None


RULE = Rule("LL303", "unknown-peft-method", "a method that PeftModel never had", (Accessed,), check, fix)
