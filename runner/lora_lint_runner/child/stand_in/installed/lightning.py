"""Lightning's own trainer and Fabric on a laptop: on the CPU, in one process and single precision, for a few steps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ...context import Run
from ..hardware.moves import SAID

HERE: Mapping[str, Any] = {
    "accelerator": "cpu", "devices": 1, "num_nodes": 1, "strategy": "auto", "precision": "32-true", "plugins": None,
}  # fmt: skip
PLACES = ("accelerator", "strategy", "devices", "num_nodes", "precision", "plugins")  # of Fabric's arguments
BATCHES = 2  # of an evaluation
SHORT: Mapping[str, Any] = {
    "max_epochs": 1, "min_epochs": None, "min_steps": None, "max_time": None, "fast_dev_run": False,
    "val_check_interval": None, "check_val_every_n_epoch": 1, "profiler": None, "sync_batchnorm": False,
    **dict.fromkeys(("limit_val_batches", "limit_test_batches", "limit_predict_batches"), BATCHES),
}  # fmt: skip


def install(run: Run) -> None:
    """From now on they do what this machine can do."""

    @run.patches.after("lightning.pytorch.trainer.trainer", "pytorch_lightning.trainer.trainer")
    def trainer(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _short(run, real))

    @run.patches.after("lightning.fabric.fabric", "lightning_fabric.fabric")
    def fabric(module: Any) -> None:
        run.patches.replace(module.Fabric, "__init__", lambda real: _here(run, real))

    @run.patches.after("lightning.fabric.plugins.io.torch_io", "lightning_fabric.plugins.io.torch_io")
    def checkpoints(module: Any) -> None:
        run.patches.replace(module.TorchCheckpointIO, "save_checkpoint", lambda real: _kept(run, real))


def _short(run: Run, real: Any) -> Any:
    def init(self: Any, **options: Any) -> None:
        batches = run.spec.steps * max(1, int(options.get("accumulate_grad_batches") or 1))
        run.neutral(f"training: {run.spec.steps} optimizer steps")
        real(self, **{**options, **_local(run, options), **SHORT, "limit_train_batches": batches})

    return init


def _kept(run: Run, real: Any) -> Any:
    """A checkpoint of the trainer's, or of Fabric's (2.6)."""

    def save_checkpoint(self: Any, checkpoint: Any, path: Any, *args: Any, **options: Any) -> Any:
        inside = os.path.relpath(path) if os.path.isabs(path) else os.fspath(path)  # it asks with the whole path
        place = path if inside.startswith(os.pardir) else inside
        return run.saves.around(
            "checkpoint", "checkpoint", None, place, lambda: real(self, checkpoint, path, *args, **options)
        )

    return save_checkpoint


def _here(run: Run, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        given = {**dict(zip(PLACES, args)), **options}
        real(self, **{**given, **_local(run, given)})

    return init


def _local(run: Run, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given.get("accelerator") in ("gpu", "cuda") or given.get("devices") not in (None, 1, "auto"):
        run.neutral(SAID)
    return HERE
