"""Trackers that are not installed, where a library asks for them for the script: silent callbacks and writers."""

from __future__ import annotations

import importlib.util
import sys
from functools import partial
from typing import Any

from ..context import Run
from .anything import Anything, StandInModule

CALLBACKS = {
    "TensorBoardCallback": "tensorboard", "WandbCallback": "wandb", "MLflowCallback": "mlflow",
    "CometCallback": "comet_ml", "NeptuneCallback": "neptune", "ClearMLCallback": "clearml",
    "CodeCarbonCallback": "codecarbon", "SwanLabCallback": "swanlab", "DVCLiveCallback": "dvclive",
    "TrackioCallback": "trackio", "AzureMLCallback": "azureml",
}  # fmt: skip
ASKED = {"is_wandb_available": "wandb", "is_tensorboard_available": "tensorboard", "is_comet_available": "comet_ml"}
ASKS = (
    "transformers.integrations.integration_utils", "transformers.utils.import_utils", "diffusers.utils.import_utils",
    "accelerate.utils.imports",
)  # fmt: skip
SAID = "trackers: silent"
LEFT_OUT = "_trackers_left_out"  # of an Accelerator: their names
WRITERS = ("torch.utils.tensorboard", "torch.utils.tensorboard.writer", "torch.utils.tensorboard.summary")


def install(run: Run) -> None:
    """Puts silent ones in the place of those that would refuse to work."""

    @run.patches.after("transformers.integrations.integration_utils")
    def integrations(module: Any) -> None:
        for name, package in CALLBACKS.items():
            if hasattr(module, name) and not _installed(package):
                run.patches.replace(module, name, partial(_silent, module, name))

    for home in ASKS:

        @run.patches.after(home)
        def asked(module: Any) -> None:
            for name, package in ASKED.items():
                if not _installed(package):
                    run.patches.replace(module, name, partial(_there, run))

    @run.patches.after("torch")
    def writers(module: Any) -> None:
        if not _installed("tensorboard") and not _installed("tensorboardX"):
            for name in WRITERS:
                sys.modules.setdefault(name, StandInModule(name))


def handed_out(real: Any) -> Any:
    """`Accelerator.get_tracker` (accelerate 1.15), where a script's trackers are left out: one as silent, and
    what it wraps; of a package with a small version in its place (`wandb`) the run of that."""

    def get_tracker(self: Any, name: str, unwrap: bool = False) -> Any:
        if name not in vars(self).get(LEFT_OUT, ()):
            return real(self, name, unwrap)
        package = sys.modules.get(name)
        small = vars(package).get("run") if isinstance(package, StandInModule) else None
        wrapped = small if small is not None else Anything(f"{name}.run")
        tracker = Anything(f"accelerate.{name}")
        for attribute in ("tracker", "run", "writer"):
            setattr(tracker, attribute, wrapped)
        return wrapped if unwrap else tracker

    return get_tracker


class Reported(list[Any]):
    """`report_to` of training arguments: empty to the libraries, to the script what it asked for."""

    run: Run | None = None  # of a copy that a library makes
    said: list[Any]

    @classmethod
    def to_the_script(cls, run: Run, said: Any) -> Reported:
        found = cls()
        found.run, found.said = run, list(said) if isinstance(said, (list, tuple)) else [said]
        return found

    def _seen(self) -> list[Any]:
        return self.said if self.run is not None and self.run.code.asks() else []

    def __len__(self) -> int:
        return len(self._seen())

    def __iter__(self) -> Any:
        return iter(self._seen())

    def __getitem__(self, place: Any) -> Any:
        return self._seen()[place]

    def __contains__(self, name: object) -> bool:
        return name in self._seen()

    def __eq__(self, other: object) -> bool:
        return self._seen() == other

    __hash__ = None

    def __reduce__(self) -> Any:
        return list, ()


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None and not isinstance(sys.modules.get(package), StandInModule)
    except (ImportError, ValueError):
        return False


def _there(run: Run, real: Any) -> Any:
    """To the script, which may end without it, a tracker is there; a library that asks for itself does without."""

    def there() -> bool:
        return run.code.asks() or real()

    return there


def _silent(module: Any, name: str, real: Any) -> Any:
    methods: dict[str, Any] = {"__init__": lambda self, *args, **options: None}
    return type(name, (module.TrainerCallback,), methods)
