"""Tokenizers without a token to pad: trl's SFTTrainer gave them the last one of a text, and does no longer where it is
given a collator (1.16)."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..at_hand import classes_at_hand

KIND = "padless"
HOME = "trl.trainer.sft_trainer"
SAID = "Asking to pad but the tokenizer does not have a padding token"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a batch of an SFTTrainer to be padded in vain?"""
    if not isinstance(error, ValueError) or not str(error).startswith(SAID):
        return None
    trains = (HOME, "SFTTrainer") in classes_at_hand(error)
    return {"kind": KIND, "home": "trl", "name": "pad_token"} if trains else None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f"SFTTrainer of trl {release} sets no pad_token where it is given a data_collator; now "
        "tokenizer.pad_token = tokenizer.eos_token before it"
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainer sets it."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTTrainer, "__init__", _setting)


def _setting(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        given = (getattr(options.get("data_collator"), "tokenizer", None), getattr(self, "processing_class", None))
        for tokenizer in given:
            if tokenizer is not None and getattr(tokenizer, "pad_token", "") is None:
                tokenizer.pad_token = tokenizer.eos_token

    return init
