"""An AdaLoraConfig without `total_step`, which peft took until 0.13: its ranks were then those that it began with. One
with none at all has counted rows that are not here: peft (0.21) says the same of it."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "scheduled"
COUNTED = "total_step 0"


def entry_of(error: BaseException) -> dict[str, str] | None:
    asks = isinstance(error, ValueError) and "AdaLoRA does not work when `total_step`" in str(error)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)] if asks else []
    given = getattr(frames[-1].f_locals.get("self"), "total_step", None) if frames else None
    return {"kind": KIND, "home": "peft", "name": COUNTED if given == 0 else "total_step"} if asks else None


def said(entry: dict[str, str], release: str | None) -> str:
    if entry["name"] == COUNTED:
        return "total_step of AdaLoraConfig is 0: counted as if there were rows"
    return f"peft {release} takes no AdaLoraConfig without total_step; give it the number of training steps"


def serve(run: Run, entry: dict[str, str]) -> None:
    """As many as its other settings have room for."""

    @run.patches.after("peft.tuners.adalora.config")
    def patch(module: Any) -> None:
        run.patches.replace(module.AdaLoraConfig, "__post_init__", _given)


def _given(real: Any) -> Any:
    def check(self: Any) -> None:
        if not self.total_step:
            self.total_step = self.tinit + self.tfinal + 1
        real(self)

    return check
