"""Training arguments that a script sets under the names of older releases once they are made: since the fields have
gone, nothing reads what is set (`args.evaluation_strategy = "epoch"`; a field in transformers 4.57, none in 5.23).

What evaluates no more may save no more, and the script comes to its end without a word.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ....context import Run
from ..arguments import NEW_NAMES

KIND = "set in vain"


def install(run: Run) -> None:
    """Remembers where a script sets one. Where an attempt has found that it matters, the new name is set with it."""
    older = {entry["name"] for entry in run.spec.learned.get("lacking", ()) if entry["kind"] == KIND}

    @run.patches.after("transformers.training_args")
    def patch(module: Any) -> None:
        run.patches.replace(module.TrainingArguments, "__setattr__", lambda real: _setting(run, older, real))


def _setting(run: Run, older: set[str], real: Any) -> Any:
    def setattr_(self: Any, name: str, value: Any) -> None:
        real(self, name, value)
        fields = {field.name for field in dataclasses.fields(self)} if name in NEW_NAMES else set()
        if NEW_NAMES.get(name) in fields and name not in fields and run.code.asks():
            run.met.set_in_vain.setdefault(name, run.code.here())
            if name in older:
                setattr(self, NEW_NAMES[name], value)

    return setattr_
