"""LL413: `model.disable_adapter()` without `with` does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.script import ContextDropped
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A context manager that is made and never entered."""
    for site, events in by_site(certain(lifecycle.of(ContextDropped))).items():
        message = "disable_adapter() is a context manager: without `with` it is never entered, and the adapter stays on"
        yield Report(site, message, "error", "high", facts=events[0])


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the next statement runs without the adapter, as was meant; others may have been meant, too."""
    from lora_lint.fixes.statements import enter_for_next

    return enter_for_next(editor, report.facts, "switch the adapter off for the next statement")


RULE = Rule(
    "LL413",
    "disable-adapter-no-with",
    "disable_adapter() as a bare statement does nothing",
    (ContextDropped,),
    check,
    fix,
)
