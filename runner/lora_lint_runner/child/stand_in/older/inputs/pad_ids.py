"""LLaMA's configs had 0 for pad_token_id where they said nothing of it; now they have None (since 4.31)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "pad id"
HOME = "transformers.models.llama.configuration_llama"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a tokenizer asked which token None is?"""
    if not isinstance(error, TypeError) or "NoneType" not in str(error):
        return None
    called = [f for f, _ in traceback.walk_tb(error.__traceback__) if f.f_code.co_name == "convert_ids_to_tokens"]
    asked = any(frame.f_locals.get("ids", 0) is None for frame in called)
    return {"kind": KIND, "home": "transformers", "name": "pad_token_id"} if asked else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"LlamaConfig of transformers {release} has no pad_token_id of its own; now config.pad_token_id = 0"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They have it again."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.LlamaConfig, "__init__", _padding)


def _padding(real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        if self.pad_token_id is None:
            self.pad_token_id = 0

    return init
