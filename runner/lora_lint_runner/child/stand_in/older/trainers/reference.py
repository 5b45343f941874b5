"""The reference of a preference trainer: a PEFT model, which trl took until it read hidden states off it, or the name
of one, which it loaded (0.8 did, 1.16 does neither)."""

from __future__ import annotations

import traceback
from types import FrameType
from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "reference"
NAMED = "ref_model by name"
FUSED = "_fused_forward"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did trl look for the hidden states of a PEFT model, or take a name for a model?"""
    if isinstance(error, AttributeError) and _given(error):
        return {"kind": KIND, "home": "trl", "name": NAMED}
    called = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == FUSED]
    sought = isinstance(error, AttributeError) and "hidden" in str(error)
    asked = sought and called and hasattr(called[-1].f_locals.get("self"), "peft_config")
    return {"kind": KIND, "home": "trl", "name": "ref_model"} if asked else None


def _given(error: AttributeError) -> bool:
    """Was a trainer of trl's given a text as its reference, of which it asked what a model has?"""
    asked = [frame.f_locals.get("ref_model") for frame, _ in traceback.walk_tb(error.__traceback__) if _makes(frame)]
    return bool(asked) and isinstance(asked[-1], str) and error.obj == asked[-1]


def _makes(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__"))
    return frame.f_code.co_name == "__init__" and module.startswith("trl.") and module.endswith("_trainer")


def said(entry: dict[str, str], release: str | None) -> str:
    if entry["name"] == NAMED:
        return f"trl {release} takes no name as ref_model; give it None, or load the model"
    return f"trl {release} takes no PeftModel as ref_model; give it None, or the base model"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers get the model inside of it, which has its layers; or the one of that name."""
    around_trainers(run, changed(_loaded if entry["name"] == NAMED else _unwrap))


def _loaded(given: dict[str, Any]) -> None:
    if isinstance(given.get("ref_model"), str):
        from transformers import AutoModelForCausalLM

        given["ref_model"] = AutoModelForCausalLM.from_pretrained(given["ref_model"])


def _unwrap(given: dict[str, Any]) -> None:
    inside = getattr(given.get("ref_model"), "get_base_model", None)
    if inside is not None:
        given["ref_model"] = inside()
