"""LL303: a method that PeftModel never had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.script import Accessed
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
# of these, the ones that are the same under another name, and how many arguments they may be given
RENAMED = {
    "save_adapter": ("save_pretrained", 1),
    "save_adapters": ("save_pretrained", 1),
    "save_lora": ("save_pretrained", 1),
    "save_peft": ("save_pretrained", 1),
    "save_peft_model": ("save_pretrained", 1),
    "save_lora_weights": ("save_pretrained", 1),
    "save_adapter_model": ("save_pretrained", 1),
    "enable_adapter": ("enable_adapter_layers", 0),
    "merge_lora": ("merge_and_unload", 0),
    "merge_lora_weights": ("merge_and_unload", 0),
    "unmerge": ("unmerge_adapter", 0),
    "remove_adapter": ("delete_adapter", 1),
    "activate_adapter": ("set_adapter", 1),
}
REAL = (
    "print_trainable_parameters",
    "get_nb_trainable_parameters",
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
    for site, events in by_site(lifecycle.of(Accessed)).items():
        bad = [e for e in events if not e.facts.ok and not e.crashed and not e.weak and _is_peft(e)]
        if bad and len(bad) == len([e for e in events if not e.crashed]):
            name = bad[0].facts.name
            instead = INSTEAD.get(name) or next(iter(_near(name)), None)
            hint = f"; {instead} is what exists" if instead else ""
            message = f"a PeftModel has no `{name}`: AttributeError{hint}"
            yield Report(site, message, "error", "high", facts=(bad[0], RENAMED.get(name)))


def _near(name: str) -> list[str]:
    from difflib import get_close_matches  # where something is found, which is seldom

    return get_close_matches(name, REAL, 1)


def _is_peft(event: Event[Accessed]) -> bool:
    assert event.oid is not None
    return isinstance(event.life.models[event.oid], PeftModel)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the name that exists, where the arguments fit it; the call raised before."""
    from lora_lint.fixes.calls import rename_method

    event, renamed = report.facts
    return rename_method(editor, event, *renamed) if renamed is not None else None


RULE = Rule("LL303", "unknown-peft-method", "a method that PeftModel never had", (Accessed,), check, fix)
