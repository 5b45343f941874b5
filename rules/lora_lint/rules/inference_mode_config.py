"""LL406: a config in inference mode makes a frozen adapter, and set_adapter in inference mode freezes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Config
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """inference_mode=True, or a config read back from a saved adapter, where it is always true."""
    switched = "inference_mode is true in this call, which freezes adapter {name}"
    for report in frozen_reports(lifecycle, "switched", switched, CONSEQUENCE):
        yield report._replace(facts=(False, report.site))
    for report in frozen_reports(lifecycle, "config", "", CONSEQUENCE):
        _, event, adapter = report.facts
        config = event.life.adapters[adapter].config
        loaded = isinstance(config, Config) and config.get("loaded") is True
        what = (
            "a config read from a saved adapter has inference_mode true, whatever keyword is given here"
            if loaded
            else "inference_mode is true in this config"
        )
        yield report._replace(
            message=f"{what}: the adapter made from it is frozen{report.message}", facts=(loaded, report.site)
        )


def fix(report: Report, editor: Any) -> Any:
    """Safe: `config.inference_mode = False` on a loaded config, or the argument is turned round."""
    from lora_lint.fixes.arguments import set_attribute_after, set_keyword

    loaded, site = report.facts
    if loaded:
        return set_attribute_after(
            editor, site, "inference_mode", "False", "set inference_mode = False on the loaded config"
        )
    return set_keyword(editor, site, "inference_mode", "False", "inference_mode=False", safe=True)


RULE = Rule(
    "LL406",
    "inference-mode-config",
    "an adapter is made from a config in inference mode and trained",
    (Trained,),
    check,
    fix,
)
