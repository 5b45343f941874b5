"""bitsandbytes, as a script sees it whose model is a stand-in in 32 bit: its layers are torch's, its optimizers AdamW.

Libraries see it as it is.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from ..libraries import bitsandbytes
from ..models.loading import IN_32_BIT


def install(run: Run) -> None:
    """From now on what a script looks for in its model is there, on a machine without a GPU, too."""

    @run.patches.after("bitsandbytes.nn", "bitsandbytes.optim")
    def seen(module: Any) -> None:
        small = ModuleType(module.__name__)
        bitsandbytes.fill(small, run)
        names = {name: value for name, value in vars(small).items() if not name.startswith("_")}
        module.__class__ = _view(run, names)


def _view(run: Run, names: dict[str, Any]) -> type[ModuleType]:
    class Seen(ModuleType):
        """The module, with other classes for the script."""

        def __getattribute__(self, name: str) -> Any:
            if name in names and run.code.asks():
                run.neutral(IN_32_BIT)
                return names[name]
            return super().__getattribute__(name)

    return Seen
