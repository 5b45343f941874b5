"""Processors of LLaVA and its kin that nobody has told of patches: a script puts one together of its parts, and until
transformers 4.4x the model itself made room for a picture (4.46 warns, 5.23 stops)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "patchless"
HOME = "transformers.processing_utils"
WITH_A_CLASS = "clip_vision_model"  # has one token more than patches


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did a processor count patches of no size?"""
    if not isinstance(error, TypeError) or "'NoneType'" not in str(error):
        return None
    asked = [frame.f_locals.get("self") for frame, _ in traceback.walk_tb(error.__traceback__)][-1]
    name = type(asked).__name__
    counts = name.endswith("Processor") and getattr(asked, "patch_size", 0) is None
    return {"kind": KIND, "home": HOME, "name": name} if counts else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"{entry['name']} of transformers {release} wants patch_size and vision_feature_select_strategy"


def serve(run: Run, entry: dict[str, str]) -> None:
    """It has those of the model."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.ProcessorMixin, "__call__", lambda real: _told(run, real))


def _told(run: Run, real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        configs = [getattr(model, "config", None) for model in run.events.models.alive()]
        seeing = next((c for c in configs if hasattr(getattr(c, "vision_config", None), "patch_size")), None)
        if getattr(self, "patch_size", 0) is None and seeing is not None:
            self.patch_size = seeing.vision_config.patch_size
            self.vision_feature_select_strategy = getattr(seeing, "vision_feature_select_strategy", "default")
            self.num_additional_image_tokens = int(seeing.vision_config.model_type == WITH_A_CLASS)
        return real(self, *args, **options)

    return call
