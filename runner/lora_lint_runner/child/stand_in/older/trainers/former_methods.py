"""Methods that Trainer had (transformers 4.46) and has no more (5.23): a trainer of the script's own, written as a copy
of an older one, calls them on itself (`self._rotate_checkpoints(output_dir=folder)`)."""

from __future__ import annotations

import importlib
from typing import Any

from ....context import Run

KIND = "former method"
HOME = "transformers.trainer"


def _rotate_checkpoints(self: Any, use_mtime: bool = False, output_dir: Any = None) -> None:
    kept, best = self.args.save_total_limit, self.state.best_model_checkpoint
    _helpers().rotate_checkpoints(output_dir or self.args.output_dir, kept, best, use_mtime)


def _sorted_checkpoints(
    self: Any, output_dir: Any = None, checkpoint_prefix: str = "checkpoint", use_mtime: bool = False
) -> Any:
    return _helpers().sort_checkpoints(output_dir or self.args.output_dir, checkpoint_prefix, use_mtime)


def _nested_gather(self: Any, tensors: Any, name: Any = None) -> Any:
    return None if tensors is None else self.accelerator.gather(tensors)


def _helpers() -> Any:
    return importlib.import_module("transformers.trainer_utils")


FORMER = {
    _rotate_checkpoints: "rotate_checkpoints of transformers.trainer_utils",
    _sorted_checkpoints: "sort_checkpoints of transformers.trainer_utils",
    _nested_gather: "accelerator.gather",
}
BY_NAME = {method.__name__: method for method in FORMER}


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was it a trainer that lacks one of them?"""
    name, asked = getattr(error, "name", None), getattr(error, "obj", None)
    if not isinstance(error, AttributeError) or name not in BY_NAME:
        return None
    kin = any(cls.__name__ == "Trainer" and cls.__module__ == HOME for cls in type(asked).__mro__)
    return {"kind": KIND, "home": HOME, "name": name} if kin else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"Trainer of transformers {release} has no {entry['name']}; now {FORMER[BY_NAME[entry['name']]]}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """It has it again."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        setattr(module.Trainer, entry["name"], BY_NAME[entry["name"]])
