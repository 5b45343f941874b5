"""LL403: the adapter's own parameters are frozen after the wrap."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A loop or requires_grad_(False) that reaches the adapter, and nothing that opens it again before the training."""
    what = "this freezes the adapter {name} too (the wrap has frozen the base model already)"
    return frozen_reports(lifecycle, "requires_grad", what, CONSEQUENCE)


RULE = Rule("LL403", "frozen-adapter", "the adapter's own parameters are frozen before training", ("trained",), check)
