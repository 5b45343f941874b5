"""Batches for the loss of trl's SFTTrainer: it wants a mask in them now, and leaves a setting there."""

from __future__ import annotations

from typing import Any

from ....context import Run

KIND = "loss inputs"
HOME = "trl.trainer.sft_trainer"
SAYS = {
    "attention_mask": "Expected 'attention_mask' or 'position_ids' in inputs",
    "use_cache": "got multiple values for keyword argument 'use_cache'",
}


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Is it missed there, or given twice?"""
    name = next((n for n, said in SAYS.items() if said in str(error)), None)
    return {"kind": KIND, "home": "trl", "name": name} if name and isinstance(error, (ValueError, TypeError)) else None


def said(entry: dict[str, str], release: str | None) -> str:
    does = "wants" if entry["name"] == "attention_mask" else "leaves"
    return f"the loss of trl {release} {does} {entry['name']} in each batch"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The loss is that of a copy, in which all tokens count where nothing is said of them."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTTrainer, "compute_loss", _of_a_copy)


def _of_a_copy(real: Any) -> Any:
    def compute_loss(self: Any, model: Any, inputs: Any, *args: Any, **options: Any) -> Any:
        batch = dict(inputs)
        if "input_ids" in batch and not {"attention_mask", "position_ids"} & set(batch):
            batch["attention_mask"] = batch["input_ids"].new_ones(batch["input_ids"].shape)
        return real(self, model, batch, *args, **options)

    return compute_loss
