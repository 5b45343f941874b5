"""Training arguments that a script merges with its own into one namespace (`Namespace(**vars(own), **vars(args))`), of
which it asks for fields that transformers has dropped since (seen in 4.46, gone in 5.23)."""

from __future__ import annotations

import argparse
import os
import types
from collections.abc import Callable, Mapping
from typing import Any

from ....context import Run

KIND = "merged arguments"
HOME = "transformers.training_args"
OF_TRAINING = "per_device_train_batch_size"  # a field that tells them
DROPPED: Mapping[str, Callable[[Any], Any]] = {
    "logging_dir": lambda arguments: os.path.join(str(arguments.output_dir), "runs"),
    "evaluation_strategy": lambda arguments: arguments.eval_strategy,
    "warmup_ratio": lambda arguments: 0.0,
    "overwrite_output_dir": lambda arguments: False,
    "group_by_length": lambda arguments: False,
    "save_safetensors": lambda arguments: True,
    "no_cuda": lambda arguments: arguments.use_cpu,
    "fp16_full_eval": lambda arguments: False,
    "past_index": lambda arguments: -1,
    "per_gpu_train_batch_size": lambda arguments: None,
    "per_gpu_eval_batch_size": lambda arguments: None,
}


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a namespace that has the fields of training arguments asked for one that they had?"""
    if not isinstance(error, AttributeError) or error.name is None or error.name not in DROPPED:
        return None
    merged = isinstance(error.obj, (argparse.Namespace, types.SimpleNamespace)) and hasattr(error.obj, OF_TRAINING)
    return {"kind": KIND, "home": "transformers", "owner": "TrainingArguments", "name": error.name} if merged else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"TrainingArguments of transformers {release} have no {entry['name']}, and so has no copy of their fields"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They have it, with the value that it had where nobody gave one."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.TrainingArguments, "__post_init__", lambda real: _with(entry["name"], real))


def _with(name: str, real: Any) -> Any:
    def post_init(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        vars(self).setdefault(name, DROPPED[name](self))

    return post_init
