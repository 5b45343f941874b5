"""LL404: prepare_model_for_kbit_training after the wrap freezes the adapter."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The preparation freezes every parameter that it finds."""
    what = (
        "prepare_model_for_kbit_training freezes every parameter it finds, adapter {name} included: "
        "prepare first, wrap second"
    )
    return frozen_reports(lifecycle, "kbit", what, CONSEQUENCE)


RULE = Rule(
    "LL404", "kbit-prepare-after-wrap", "k-bit preparation after the wrap freezes the adapter", ("trained",), check
)
