"""Settings that configs of models had in older releases: the script's own code is answered as it was then."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from ....context import Run

HOME = "transformers.configuration_utils"
SAYS = re.compile(r"'(\w+Config)' object has no attribute '(\w+)'")


def lacking(error: BaseException) -> str | None:
    """The setting that a config of a model was asked for and has not: of transformers, or of the script's own kind."""
    found = SAYS.search(str(error)) if isinstance(error, AttributeError) else None
    library = getattr(sys.modules.get("transformers"), found.group(1), None) if found is not None else None
    kind = library or type(getattr(error, "obj", None))
    return found.group(2) if found is not None and hasattr(kind, "model_type") else None


def answer(run: Run, name: str, old: Callable[[Any], Any]) -> None:
    """From now on configs answer the script's own code with what is `old`, where they don't know better."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        owner = getattr(module, "PreTrainedConfig", None) or module.PretrainedConfig
        known = vars(owner).get(name)

        def asked(config: Any) -> Any:
            if name in config.__dict__:
                return config.__dict__[name]
            if _asked_by_script(run):
                return old(config)
            if isinstance(known, property):
                return known.__get__(config)
            raise AttributeError(name)  # transformers itself asks whether it is there

        def keep(config: Any, value: Any) -> None:
            if isinstance(known, property):
                known.__set__(config, value)
            else:
                config.__dict__[name] = value

        setattr(owner, name, property(asked, keep))


def _asked_by_script(run: Run) -> bool:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name == "__getattribute__":
        frame = frame.f_back
    return frame is not None and bool(run.code.owns(frame.f_code.co_filename))
