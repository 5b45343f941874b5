"""Rows of prompts and completions that a script formats itself: SFTTrainer took them so until trl 0.17, and does no
longer unless it is told not to look at completions alone."""

from __future__ import annotations

from typing import Any

from ....context import Run

KIND = "formatted answers"
HOME = "trl.trainer.sft_config"
SAID = "A formatting function was provided while `completion_only_loss=True`"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did trl refuse to format rows that have completions?"""
    refused = isinstance(error, ValueError) and str(error).startswith(SAID)
    return {"kind": KIND, "home": "trl", "name": "completion_only_loss"} if refused else None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f"SFTTrainer of trl {release} takes no formatting_func where rows have a prompt and a completion; now with "
        "SFTConfig(completion_only_loss=False)"
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """Configs say so, where the script's own says nothing of it."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.SFTConfig, "__post_init__", _of_all)


def _of_all(real: Any) -> Any:
    def post_init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        if self.completion_only_loss is None:
            self.completion_only_loss = False

    return post_init
