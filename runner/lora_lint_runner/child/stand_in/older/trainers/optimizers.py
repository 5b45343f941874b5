"""Optimizers that TrainingArguments knew by other names (`adamw_hf` until transformers 4.5x; 5.23 has none of it)."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "optimizer"
NOW = {"adamw_hf": "adamw_torch"}


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was an optimizer of an older release asked for?"""
    found = re.search(r"(\w+) is not a valid OptimizerNames", str(error)) if isinstance(error, ValueError) else None
    known = found is not None and found.group(1) in NOW
    return {"kind": KIND, "home": "transformers", "name": found.group(1)} if found and known else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"transformers {release} has no optim={entry['name']}; now {NOW[entry['name']]}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """Arguments with the older name get the newer one."""

    @run.patches.after("transformers.training_args")
    def patch(module: Any) -> None:
        run.patches.replace(module.TrainingArguments, "__post_init__", _renamed)


def _renamed(real: Any) -> Any:
    def post_init(self: Any) -> None:
        self.optim = NOW.get(self.optim, self.optim) if isinstance(self.optim, str) else self.optim
        real(self)

    return post_init
