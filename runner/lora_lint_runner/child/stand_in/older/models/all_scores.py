"""`return_all_scores`: until transformers 4 a pipeline that classifies texts answered so with a list of all labels with
their scores, in the order of the labels; transformers 5 takes the word for one of the tokenizer's, and answers with the
best alone (read in 4.57 and 5.23)."""

from __future__ import annotations

import linecache
import traceback
from typing import Any

from ....context import Run

KIND = "all scores"
HOME = "transformers.pipelines.text_classification"
ASKED = "return_all_scores"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was the best taken for a list of all, in a script that asks for these?"""
    if not isinstance(error, (LookupError, TypeError)):
        return None
    files = {frame.filename for frame in traceback.extract_tb(error.__traceback__)[-2:]}
    asks = any(ASKED in line for file in files for line in linecache.getlines(file))
    return {"kind": KIND, "home": "transformers", "name": ASKED} if asks else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"pipelines of transformers {release} have no {ASKED}; now top_k=None, with the best label first"


def serve(run: Run, entry: dict[str, str]) -> None:
    """All labels come as they did."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        owner = getattr(module, "TextClassificationPipeline", None)
        if owner is not None:
            run.patches.replace(owner, "_sanitize_parameters", _taking)


def _taking(real: Any) -> Any:
    def sanitize(self: Any, *args: Any, **options: Any) -> Any:
        wanted = options.pop(ASKED, None)
        before, within, after = real(self, *args, **options)
        return before, within, {**after, "top_k": None, "_legacy": True} if wanted else after

    return sanitize
