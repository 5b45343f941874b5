"""Trackers that are not installed, where a library asks for them for the script: silent callbacks and writers."""

from __future__ import annotations

import importlib.util
import sys
from functools import partial
from typing import Any

from ..context import Run
from .anything import StandInModule

CALLBACKS = {
    "TensorBoardCallback": "tensorboard", "WandbCallback": "wandb", "MLflowCallback": "mlflow",
    "CometCallback": "comet_ml", "NeptuneCallback": "neptune", "ClearMLCallback": "clearml",
    "CodeCarbonCallback": "codecarbon", "SwanLabCallback": "swanlab", "DVCLiveCallback": "dvclive",
    "TrackioCallback": "trackio", "AzureMLCallback": "azureml",
}  # fmt: skip
SAID = "trackers: silent"
WRITER = "torch.utils.tensorboard"


def install(run: Run) -> None:
    """Puts silent ones in the place of those that would refuse to work."""

    @run.patches.after("transformers.integrations.integration_utils")
    def integrations(module: Any) -> None:
        for name, package in CALLBACKS.items():
            if hasattr(module, name) and not _installed(package):
                run.patches.replace(module, name, partial(_silent, module, name))

    @run.patches.after("torch")
    def writers(module: Any) -> None:
        if not _installed("tensorboard") and not _installed("tensorboardX"):
            sys.modules.setdefault(WRITER, StandInModule(WRITER))


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None and not isinstance(sys.modules.get(package), StandInModule)
    except (ImportError, ValueError):
        return False


def _silent(module: Any, name: str, real: Any) -> Any:
    methods: dict[str, Any] = {"__init__": lambda self, *args, **options: None}
    return type(name, (module.TrainerCallback,), methods)
