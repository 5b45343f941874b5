"""A tokenizer for rows with pictures: trl's SFTTrainer took it where the collator had the processor (until 0.23)."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "sighted"
SAYS = "appears to be vision-related"
HANDED = ("processing_class", "tokenizer")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Does trl miss a processor for rows with pictures?"""
    misses = isinstance(error, ValueError) and SAYS in str(error)
    return {"kind": KIND, "home": "trl", "name": "processing_class"} if misses else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"trl {release} takes no tokenizer for rows with pictures; give it processing_class=processor"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers get the processor that the tokenizer belongs to."""
    around_trainers(run, changed(_hand_over))


def _hand_over(given: dict[str, Any]) -> None:
    given.update({name: _processor_of(given[name]) for name in HANDED if name in given})


def _processor_of(tokenizer: Any) -> Any:
    """The processor that holds a tokenizer, else the one of the same name."""
    kind = getattr(sys.modules.get("transformers.processing_utils"), "ProcessorMixin", None)
    if kind is None or tokenizer is None or isinstance(tokenizer, kind):
        return tokenizer
    for held in gc.get_objects():
        if isinstance(held, kind) and getattr(held, "tokenizer", None) is tokenizer:
            return held
    return importlib.import_module("transformers").AutoProcessor.from_pretrained(tokenizer.name_or_path)
