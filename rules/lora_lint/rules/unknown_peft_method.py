"""LL303: a method that PeftModel never had."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lora_lint.lifecycle.records import PeftModel
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.reading import by_site

INSTEAD = {
    "save_adapter": "save_pretrained",
    "save_adapters": "save_pretrained",
    "save_lora": "save_pretrained",
    "save_peft": "save_pretrained",
    "save_peft_model": "save_pretrained",
    "save_lora_weights": "save_pretrained",
    "enable_adapter": "enable_adapter_layers",
    "get_peft_state_dict": "get_peft_model_state_dict(model) of peft",
    "get_peft_model_state_dict": "get_peft_model_state_dict(model) of peft",
    "set_peft_state_dict": "set_peft_model_state_dict(model, weights) of peft",
    "merge_and_save": "merge_and_unload and save_pretrained",
    "merge": "merge_adapter or merge_and_unload",
    "unmerge": "unmerge_adapter",
    "remove_adapter": "delete_adapter",
    "activate_adapter": "set_adapter",
}
REAL = (
    "save_pretrained",
    "load_adapter",
    "add_adapter",
    "set_adapter",
    "delete_adapter",
    "merge_adapter",
    "merge_and_unload",
)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A name that sounds as if a PeftModel had it."""
    for site, events in by_site(lifecycle.of("accessed")).items():
        bad = [e for e in events if not e.facts["ok"] and not e.crashed and not e.weak and _is_peft(e)]
        if bad and len(bad) == len([e for e in events if not e.crashed]):
            name = bad[0].facts["name"]
            instead = INSTEAD.get(name) or next(iter(difflib.get_close_matches(name, REAL, 1)), None)
            hint = f"; {instead} is what exists" if instead else ""
            yield Report(site, f"a PeftModel has no `{name}`: AttributeError{hint}", "error", "high", facts=bad[0])


def _is_peft(event: Event) -> bool:
    assert event.oid is not None
    return isinstance(event.life.models[event.oid], PeftModel)


RULE = Rule("LL303", "unknown-peft-method", "a method that PeftModel never had", ("accessed",), check)
