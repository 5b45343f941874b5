"""A processor of pictures and texts that a script gives the text first: until transformers 4.48 some took them so, the
others sorted them out."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run

KIND = "picture first"
HOME = "transformers.processing_utils"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was the text taken for the picture, and the other way round?"""
    if not isinstance(error, (TypeError, ValueError, AttributeError)):
        return None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        held = frame.f_locals
        if frame.f_code.co_name == "__call__" and type(held.get("self")).__name__.endswith("Processor"):
            if _swapped(held.get("images"), held.get("text")):
                return {"kind": KIND, "home": HOME, "name": type(held["self"]).__name__}
    return None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"{entry['name']} of transformers {release} takes the pictures first; now text= and images="


def serve(run: Run, entry: dict[str, str]) -> None:
    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.ProcessorMixin, "__call__", _sorted)


def _sorted(real: Any) -> Any:
    def call(self: Any, images: Any = None, text: Any = None, *args: Any, **options: Any) -> Any:
        if _swapped(images, text):
            images, text = text, images
        return real(self, images, text, *args, **options)

    return call


def _swapped(images: Any, text: Any) -> bool:
    return _is_text(images) and text is not None and not _is_text(text)


def _is_text(value: Any) -> bool:
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return isinstance(first, str)
