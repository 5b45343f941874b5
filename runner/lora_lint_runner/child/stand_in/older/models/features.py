"""Features of images, texts and sounds: until transformers 4.57 `model.get_image_features()` answered with the tensor,
since 5 with an output that has it as `pooler_output`."""

from __future__ import annotations

import re
import sys
import traceback
from typing import Any

from ....context import Run
from .. import methods

KIND = "features"
HOME = "transformers.modeling_utils"
OUTPUT = re.compile(r"BaseModelOutputWithPooling|ModelOutput|'tuple'")
ASKS = re.compile(r"get_(?:image|text|audio|video)_features")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was such an output taken for the tensor?"""
    if not isinstance(error, (AttributeError, TypeError)) or not OUTPUT.search(str(error)):
        return None
    if error.__traceback__ is None:
        return None
    inside = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    # where it is caught in a function that was only handed it, who asked is further out
    outside = (frame for frame, _ in traceback.walk_stack(inside[0].f_back))
    for frame in (*reversed(inside), *outside):
        asked = next((name for name in frame.f_code.co_names if ASKS.fullmatch(name)), None)
        if asked is not None and not str(frame.f_globals.get("__name__")).startswith("transformers."):
            return {"kind": KIND, "home": HOME, "name": asked}
    return None


def said(entry: dict[str, str], release: str | None) -> str:
    release = getattr(sys.modules.get("transformers"), "__version__", release)
    return f"{entry['name']}() of transformers {release} answers with an output; the tensor is its pooler_output"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The script gets the tensor, the library what it has now."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        methods.wrap(run, module.PreTrainedModel, ASKS.fullmatch, lambda real: _tensor(run, real))


def _tensor(run: Run, real: Any) -> Any:
    def features(*args: Any, **options: Any) -> Any:
        found = real(*args, **options)
        return getattr(found, "pooler_output", found) if run.code.asks() else found

    return features
