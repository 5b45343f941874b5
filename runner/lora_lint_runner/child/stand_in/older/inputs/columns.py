"""Columns of a data set, which were lists until datasets 3 (`random.shuffle(rows["text"])`, `tokenizer(rows["text"])`)
and are a `Column` since 4, which is none (seen with datasets 5.2 and transformers 5.23)."""

from __future__ import annotations

import re
import traceback
from typing import Any

from ....context import Run

KIND = "columns"
HOME = "datasets.arrow_dataset"
NO_LIST = re.compile(r"""['"]Column['"]|\btype Column\b""")
NO_TEXT = "text input must be of type `str`"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a column taken for a list?"""
    named = isinstance(error, (TypeError, AttributeError)) and NO_LIST.search(str(error))
    given = [frame.f_locals.get("text") for frame, _ in traceback.walk_tb(error.__traceback__)]
    read = NO_TEXT in str(error) and any(map(_is_column, given))
    return {"kind": KIND, "home": HOME, "name": "Column"} if named or read else None


def _is_column(value: object) -> bool:
    return type(value).__name__ == "Column" and type(value).__module__ == HOME


def said(entry: dict[str, str], release: str | None) -> str:
    return f'a column of datasets {release} is no list, rows["text"][:] is one'


def serve(run: Run, entry: dict[str, str]) -> None:
    """It is one."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.Dataset, "__getitem__", _whole)


def _whole(real: Any) -> Any:
    def get(self: Any, key: Any) -> Any:
        found = real(self, key)
        return found[:] if _is_column(found) else found

    return get
