"""Texts as pandas 3 hands them on (`large_string`), which datasets 5.2 does not make sounds of; those of pandas 2 it
does."""

from __future__ import annotations

import importlib
from typing import Any

from ....context import Run

KIND = "long texts"
REFUSED = "Unsupported cast from large_string to struct"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Were paths in a table of pandas to become sounds?"""
    refused = type(error).__name__ == "ArrowNotImplementedError" and REFUSED in str(error)
    return {"kind": KIND, "home": "datasets", "name": "Audio"} if refused else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"datasets {release} makes no {entry['name']} of the texts of pandas 3; cast the column to string first"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They are cast to what pandas 2 has made of them."""

    @run.patches.after("datasets.features.audio")
    def patch(module: Any) -> None:
        run.patches.replace(module.Audio, "cast_storage", _of_plain_texts)


def _of_plain_texts(real: Any) -> Any:
    def cast_storage(self: Any, storage: Any, *args: Any) -> Any:
        pyarrow = importlib.import_module("pyarrow")
        is_long = pyarrow.types.is_large_string(storage.type)
        return real(self, storage.cast(pyarrow.string()) if is_long else storage, *args)

    return cast_storage
