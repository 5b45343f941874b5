"""`tokenizer(text, pad_to_max_length=True)`: until transformers 4 it padded, since 5 it is passed over in silence."""

from __future__ import annotations

import linecache
import re
import traceback
from typing import Any

from ....context import Run

KIND = "lengths"
OLD = "pad_to_max_length"
HOME = "transformers.tokenization_utils_base"
SAYS = re.compile(
    r"Unable to create tensor|stack expects each tensor|expected sequence of length|Sizes of tensors must"
)


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Are texts of several lengths to be one tensor, in a script that asks for one length by the older name?"""
    if not isinstance(error, (ValueError, RuntimeError)) or not SAYS.search(str(error)):
        return None
    files = {frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)}
    asks = any(f"{OLD}=True" in line for file in files for line in linecache.getlines(file))
    return {"kind": KIND, "home": "transformers", "name": OLD} if asks else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f'tokenizers of transformers {release} have no {OLD}; now padding="max_length", truncation=True'


def serve(run: Run, entry: dict[str, str]) -> None:
    """Texts are padded and cut to the longest length that was asked for."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.PreTrainedTokenizerBase, "__call__", _padding)


def _padding(real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        if options.pop(OLD, False):
            options = {"padding": "max_length", "truncation": True, **options}
        return real(self, *args, **options)

    return call
