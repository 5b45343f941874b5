"""An AdaLoraConfig without `total_step`, which peft took until 0.13: its ranks were then those that it began with."""

from __future__ import annotations

from typing import Any

from ....context import Run

KIND = "scheduled"


def entry_of(error: BaseException) -> dict[str, str] | None:
    asks = isinstance(error, ValueError) and "AdaLoRA does not work when `total_step`" in str(error)
    return {"kind": KIND, "home": "peft", "name": "total_step"} if asks else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"peft {release} takes no AdaLoraConfig without total_step; give it the number of training steps"


def serve(run: Run, entry: dict[str, str]) -> None:
    """As many as its other settings have room for."""

    @run.patches.after("peft.tuners.adalora.config")
    def patch(module: Any) -> None:
        run.patches.replace(module.AdaLoraConfig, "__post_init__", _given)


def _given(real: Any) -> Any:
    def check(self: Any) -> None:
        if self.total_step is None:
            self.total_step = self.tinit + self.tfinal + 1
        real(self)

    return check
