"""LL203: an adapter that was loaded for inference is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Adapters load frozen unless is_trainable=True."""
    return frozen_reports(
        lifecycle, "loaded", "adapter {name} is loaded frozen (is_trainable is not True)", CONSEQUENCE
    )


def fix(report: Report, editor: Any) -> Any:
    """The load gets `is_trainable=True`; what ran before trained nothing.

    Safe, but for a load that took the layers of another adapter: then both hold the same weights still.
    """
    from lora_lint.fixes.arguments import set_keyword

    event, adapter = report.facts
    own = event.life.adapters[adapter].site == report.site
    return set_keyword(
        editor, report.site, "is_trainable", "True", "load the adapter trainable: is_trainable=True", safe=own
    )


RULE = Rule("LL203", "adapter-not-trainable", "an adapter that was loaded frozen is trained", (Trained,), check, fix)
