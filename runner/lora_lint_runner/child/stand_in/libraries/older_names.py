"""What unsloth does to trl: its trainers and configs take the names of older releases, and others go unheard."""

from __future__ import annotations

import inspect
from typing import Any

from ...context import Run

NEW_NAMES = {"tokenizer": "processing_class", "max_seq_length": "max_length", "evaluation_strategy": "eval_strategy"}
OF_CONFIG = ("dataset_text_field", "max_seq_length", "packing", "dataset_num_proc", "beta", "max_length")
HOMES = {
    **{f"trl.trainer.{kind}_trainer": f"{kind.upper()}Trainer" for kind in ("sft", "dpo", "grpo", "kto")},
    **{f"trl.experimental.{kind}.{kind}_trainer": f"{kind.upper()}Trainer" for kind in ("orpo", "cpo")},
    "trl.trainer.reward_trainer": "RewardTrainer",
}
CONFIGS = {home.replace("_trainer", "_config"): name.replace("Trainer", "Config") for home, name in HOMES.items()}


def install(run: Run) -> None:
    """Wraps the constructors, those of modules that are there already, too."""
    for table, wrap in ((HOMES, _trainer), (CONFIGS, _config)):
        for home, name in table.items():

            @run.patches.after(home)
            def patch(module: Any, name: str = name, wrap: Any = wrap) -> None:
                if hasattr(module, name):
                    run.patches.replace(getattr(module, name), "__init__", lambda real: wrap(run, real))

            run.patches.imported(home)


def _trainer(run: Run, real: Any) -> Any:
    known = inspect.signature(real).parameters

    def init(self: Any, *args: Any, **options: Any) -> None:
        kept = {}
        for name, value in options.items():
            name = name if name in known else NEW_NAMES.get(name, name)
            if name in known:
                kept[name] = value
            elif name in OF_CONFIG or name in NEW_NAMES.values():
                _tell(kept.get("args", options.get("args")), name, value)
            else:
                run.neutral(f"argument {name} of a trainer: left out, this release of trl has none of it")
        real(self, *args, **kept)

    return init


def _config(run: Run, real: Any) -> Any:
    known = inspect.signature(real).parameters

    def init(self: Any, *args: Any, **options: Any) -> None:
        kept = {}
        for name, value in options.items():
            new = name if name in known else NEW_NAMES.get(name, name)
            if new in known:
                kept[new] = value
            else:
                run.neutral(f"argument {name} of {type(self).__name__}: left out, this release of trl has none of it")
        real(self, *args, **kept)

    return init


def _tell(config: Any, name: str, value: Any) -> None:
    name = NEW_NAMES.get(name, name)
    if config is not None and hasattr(config, name):
        setattr(config, name, value)
