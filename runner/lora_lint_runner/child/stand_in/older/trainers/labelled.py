"""Labels that a collator makes itself: trl's SFTTrainer gives its rows some since it tokenizes them by itself (1.16),
and the collators of transformers pad none."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..at_hand import classes_at_hand

KIND = "labelled"
HOME = "trl.trainer.sft_trainer"
COLLATORS = "transformers.data.data_collator"
SAID = ("Unable to create tensor", "`labels` in this case")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Were the labels of an SFTTrainer's rows of different lengths, where a collator for language models had them?"""
    if not isinstance(error, ValueError) or not all(part in str(error) for part in SAID):
        return None
    met = {(HOME, "SFTTrainer"), (COLLATORS, "DataCollatorForLanguageModeling")} <= classes_at_hand(error)
    return {"kind": KIND, "home": "trl", "name": "labels"} if met else None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f"SFTTrainer of trl {release} gives its rows labels, which DataCollatorForLanguageModeling does not pad; now "
        "no data_collator: its own one pads"
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """The collator gets rows without labels, as it makes them of the tokens."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTTrainer, "__init__", _without_labels)


def _without_labels(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        collator: Any = getattr(self, "data_collator", None)
        if any(cls.__module__ == COLLATORS for cls in type(collator).__mro__) and hasattr(collator, "torch_call"):
            own = collator.torch_call
            collator.torch_call = lambda rows: own([{k: v for k, v in row.items() if k != "labels"} for row in rows])

    return init
