"""LL403: the adapter's own parameters are frozen after the wrap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A loop or requires_grad_(False) that reaches the adapter, and nothing that opens it again before the training."""
    what = "this freezes the adapter {name} too (the wrap has frozen the base model already)"
    return frozen_reports(lifecycle, "requires_grad", what, CONSEQUENCE)


def fix(report: Report, editor: Any) -> Any:
    """Safe: what freezes the adapter goes; the wrap has frozen the base model already."""
    from lora_lint.fixes.statements import remove_freezing

    return remove_freezing(editor, report.site, "do not freeze the adapter: the wrap has frozen the base model")


RULE = Rule(
    "LL403", "frozen-adapter", "the adapter's own parameters are frozen before training", (Trained,), check, fix
)
