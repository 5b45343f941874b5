"""LL203: an adapter that was loaded for inference is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule

KEYWORD = "is_trainable"
# where it stands: in PeftModel.from_pretrained(model, id, name, ...), AutoPeftModel.from_pretrained(id, name, ...) and
# PeftModel.load_adapter(id, name, ...), seen in PEFT 0.21.2
PLACES = {("base", False): 3, ("base", True): 2, ("peft", False): 2}


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Adapters load frozen unless is_trainable=True."""
    return frozen_reports(
        lifecycle, "loaded", "adapter {name} is loaded frozen (is_trainable is not True)", CONSEQUENCE
    )


def fix(report: Report, editor: Any) -> Any:
    """The load gets `is_trainable=True`; what ran before trained nothing. In a function that is given whether to, the
    call of that function does; none where one line of a function loads several adapters, of which one is to be trained.

    Safe, but for a load that took the layers of another adapter: then both hold the same weights still.
    """
    from lora_lint.fixes.arguments import set_keyword
    from lora_lint.fixes.handed import set_in_call

    lifecycle, event, adapter = report.facts
    loads = [load for load in lifecycle.of(Loaded) if load.site == report.site]
    own = next((load for load in loads if load.facts.adapter == adapter), None)
    safe = event.life.adapters[adapter].site == report.site
    message = "load the adapter trainable: {}=True"
    place = None
    if own is not None:
        place = PLACES.get((own.facts.onto, own.facts.auto))
        handed = set_in_call(editor, own, KEYWORD, "True", message, safe=safe)
        if handed is not None or any(load.path != own.path for load in loads):
            return handed
    return set_keyword(editor, report.site, KEYWORD, "True", message.format(KEYWORD), safe=safe, place=place)


RULE = Rule("LL203", "adapter-not-trainable", "an adapter that was loaded frozen is trained", (Trained,), check, fix)
