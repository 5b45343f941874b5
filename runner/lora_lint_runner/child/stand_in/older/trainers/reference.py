"""A PEFT model as the reference of a preference trainer, which trl took until it read hidden states off it (1.16)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "reference"
FUSED = "_fused_forward"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did trl look for the hidden states of a PEFT model?"""
    called = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == FUSED]
    sought = isinstance(error, AttributeError) and "hidden" in str(error)
    asked = sought and called and hasattr(called[-1].f_locals.get("self"), "peft_config")
    return {"kind": KIND, "home": "trl", "name": "ref_model"} if asked else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"trl {release} takes no PeftModel as ref_model; give it None, or the base model"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers get the model inside of it, which has its layers."""
    around_trainers(run, changed(_unwrap))


def _unwrap(given: dict[str, Any]) -> None:
    inside = getattr(given.get("ref_model"), "get_base_model", None)
    if inside is not None:
        given["ref_model"] = inside()
