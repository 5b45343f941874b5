"""Rows to evaluate on that a script's own trainer sets after `super().__init__`: Trainer asks for them there (seen with
transformers 5.23)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "evaluated later"
LIBRARIES = ("transformers.", "trl.", "lora_lint_runner.")
SAID = "but you didn't pass an `eval_dataset`"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was it a trainer of the script's own that was made without them?"""
    if not isinstance(error, ValueError) or SAID not in str(error):
        return None
    makers = [f for f, _ in traceback.walk_tb(error.__traceback__) if f.f_code.co_name == "__init__"]
    own = any(not str(f.f_globals.get("__name__")).startswith(LIBRARIES) for f in makers)
    return {"kind": KIND, "home": "transformers.trainer", "name": "eval_dataset"} if own else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"Trainer of transformers {release} takes eval_dataset from its own __init__; pass it to super().__init__"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They may be set later."""

    @run.patches.after("transformers.trainer")
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "_validate_args", _later)


def _later(real: Any) -> Any:
    def validate(self: Any, *args: Any, **options: Any) -> None:
        try:
            real(self, *args, **options)
        except ValueError as error:
            if SAID not in str(error):
                raise

    return validate
