"""Sounds and pictures that processors took under other names (`audios` until transformers 4.5x; 5.23 refuses it, or has
the text asked for what nobody takes to be given)."""

from __future__ import annotations

import re
import traceback
from typing import Any

from ....context import Run

KIND = "media"
REFUSED = re.compile(r"keyword argument `(\w+)` which is deprecated\. Please use `(\w+)` instead")
UNSEEN = re.compile(r"tokens in the text but no (\w+) inputs were passed")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a processor given something under an older name?"""
    found = REFUSED.search(str(error)) if isinstance(error, ValueError) else None
    if found is not None:
        return {"kind": KIND, "home": "transformers", "name": found.group(1), "now": found.group(2)}
    unseen = UNSEEN.search(str(error)) if isinstance(error, ValueError) else None
    name = f"{unseen.group(1)}s" if unseen is not None else ""
    rest = [frame.f_locals.get("kwargs") for frame, _ in traceback.walk_tb(error.__traceback__)]
    if unseen is None or not any(isinstance(given, dict) and name in given for given in rest):
        return None
    return {"kind": KIND, "home": "transformers", "name": name, "now": unseen.group(1)}


def said(entry: dict[str, str], release: str | None) -> str:
    return f"processors of transformers {release} take no {entry['name']}; now {entry['now']}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """What comes under the older name is handed on under the newer one."""

    @run.patches.after("transformers.processing_utils")
    def patch(module: Any) -> None:
        run.patches.replace(module.ProcessorMixin, "__call__", lambda real: _renamed(entry, real))


def _renamed(entry: dict[str, str], real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        if entry["name"] in options:
            options[entry["now"]] = options.pop(entry["name"])
        return real(self, *args, **options)

    return call
