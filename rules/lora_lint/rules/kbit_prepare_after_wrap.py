"""LL404: prepare_model_for_kbit_training after the wrap freezes the adapter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import PreparedKbit, Trained
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import maker


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The preparation freezes every parameter that it finds."""
    what = (
        "prepare_model_for_kbit_training freezes every parameter it finds, adapter {name} included: "
        "prepare first, wrap second"
    )
    return frozen_reports(lifecycle, "kbit", what, CONSEQUENCE)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the preparation is made on the base model, above the wrap; what followed before trained nothing."""
    from lora_lint.fixes.moving import call_earlier

    lifecycle, _, adapter = report.facts
    wrap = maker(lifecycle, adapter)
    late = [event for event in lifecycle.of(PreparedKbit) if event.site == report.site]
    return call_earlier(editor, late[-1], wrap, "prepare before the wrap") if wrap is not None and late else None


RULE = Rule(
    "LL404", "kbit-prepare-after-wrap", "k-bit preparation after the wrap freezes the adapter", (Trained,), check, fix
)
