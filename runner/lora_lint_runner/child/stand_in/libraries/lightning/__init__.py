"""lightning without lightning: a module, and a trainer that asks it for its optimizer and calls its steps."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ....context import Run
from ...anything import Anything
from .checkpoints import kept
from .fabric import Fabric
from .modules import Metrics, Remembering, module

BATCHES = 3  # of an evaluation
STAGES = {"validation": "val", "test": "test", "predict": "predict"}  # as the data loaders for them are named


class Trainer:
    """Trains until enough steps were made, evaluates on a few batches, calls the hooks of module and callbacks."""

    run: Run

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.callbacks = list(options.get("callbacks") or [])
        self.accumulate = min(int(options.get("accumulate_grad_batches") or 1), 2)
        self.optimizer: Any = None
        self.scheduler: Any = None
        self.model: Any = None
        self.datamodule: Any = None
        self.current_epoch = self.global_step = 0
        self.callback_metrics = self.logged_metrics = self.progress_bar_metrics = Metrics()
        self.is_global_zero, self.world_size, self.global_rank = True, 1, 0
        self.logger: Any = Anything("logger")
        self.max_epochs = options.get("max_epochs")
        self.estimated_stepping_batches = self.num_training_batches = self.run.spec.steps
        self.num_devices = self.num_nodes = 1
        self.default_root_dir = self.log_dir = str(options.get("default_root_dir") or "lightning_logs")
        self.sanity_checking, self.should_stop = False, False
        self.checkpoint_callback = next((c for c in self.callbacks if "Checkpoint" in type(c).__name__), Anything())

    @property
    def lightning_module(self) -> Any:
        return self.model

    def hook(self, name: str, *args: Any) -> None:
        for callback in self.callbacks:
            method = getattr(type(callback), name, None)
            if method is not None and not isinstance(callback, Anything):
                method(callback, self, self.model, *args)
        method = getattr(self.model, name, None)
        if callable(method):
            method(*args)

    def fit(self, model: Any, train_dataloaders: Any = None, val_dataloaders: Any = None, **options: Any) -> None:
        datamodule = options.get("datamodule")
        if hasattr(train_dataloaders, "train_dataloader") and datamodule is None:
            train_dataloaders, datamodule = None, train_dataloaders
        self.model, self.datamodule, model.trainer = model, datamodule, self
        self._prepared("fit")
        source = datamodule if datamodule is not None else model
        batches = train_dataloaders if train_dataloaders is not None else source.train_dataloader()
        self.optimizer, self.scheduler = _optimizer(model.configure_optimizers())
        model.train()
        self.hook("on_fit_start")
        self.hook("on_train_start")
        self.hook("on_train_epoch_start")
        self._trained(batches)
        if val_dataloaders is not None or hasattr(source, "val_dataloader"):
            self._evaluated("validation", val_dataloaders if val_dataloaders is not None else source.val_dataloader())
        self.hook("on_train_epoch_end")
        self.hook("on_train_end")
        self.hook("on_fit_end")

    def _prepared(self, stage: str) -> None:
        if self.datamodule is not None:
            for name, args in (("prepare_data", ()), ("setup", (stage,))):
                getattr(self.datamodule, name, lambda *a: None)(*args)

    def _trained(self, batches: Any) -> None:
        steps = self.run.spec.steps
        for place, batch in enumerate(_first(batches)):
            self.hook("on_train_batch_start", batch, place)
            found = self.model.training_step(batch, place)
            loss = found["loss"] if isinstance(found, dict) else found
            if self.model.automatic_optimization:
                loss.backward()
                if (place + 1) % self.accumulate == 0:
                    self.optimizer.step()
                    self.optimizer.zero_grad()
                    if self.scheduler is not None:
                        self.scheduler.step()
                    self.global_step += 1
            self.hook("on_train_batch_end", found, batch, place)
            if self.global_step >= steps or place >= 64 * steps:
                return

    def _evaluated(self, stage: str, batches: Any) -> None:
        import torch

        step = getattr(self.model, f"{stage}_step", None)
        if step is None or batches is None:
            return
        self.model.eval()
        self.hook(f"on_{stage}_start")
        self.hook(f"on_{stage}_epoch_start")
        with torch.no_grad():
            for place, batch in enumerate(_first(batches)):
                found = step(batch, place)
                self.hook(f"on_{stage}_batch_end", found, batch, place)
                if place + 1 >= BATCHES:
                    break
        self.hook(f"on_{stage}_epoch_end")
        self.hook(f"on_{stage}_end")
        self.model.train()

    def validate(self, model: Any = None, dataloaders: Any = None, *args: Any, **options: Any) -> Any:
        return self._asked("validation", model, dataloaders, options.get("datamodule"))

    def test(self, model: Any = None, dataloaders: Any = None, *args: Any, **options: Any) -> Any:
        return self._asked("test", model, dataloaders, options.get("datamodule"))

    def predict(self, model: Any = None, dataloaders: Any = None, *args: Any, **options: Any) -> Any:
        return self._asked("predict", model, dataloaders, options.get("datamodule"))

    def _asked(self, stage: str, model: Any, batches: Any, datamodule: Any) -> list[Any]:
        """Evaluates on its own; the module of data may come in the place of the batches."""
        self.model = model if model is not None else self.model
        self.model.trainer = self
        if hasattr(batches, f"{STAGES[stage]}_dataloader"):
            batches, datamodule = None, batches
        self.datamodule = datamodule if datamodule is not None else self.datamodule
        self._prepared("validate" if stage == "validation" else stage)
        if batches is None:
            source = self.datamodule if self.datamodule is not None else self.model
            batches = getattr(source, f"{STAGES[stage]}_dataloader")()
        self._evaluated(stage, batches)
        return [{}]

    def save_checkpoint(self, path: Any, *args: Any, **options: Any) -> None:
        hyper = dict(getattr(self.model, "hparams", {}))
        checkpoint = {"state_dict": self.model.state_dict(), "hyper_parameters": hyper}
        self.model.on_save_checkpoint(checkpoint)
        kept(self.run, self.model, checkpoint, path)


class ModelCheckpoint:
    """Saves once, at the end of the training."""

    def __init__(self, dirpath: Any = None, filename: Any = None, **options: Any) -> None:
        self.dirpath, self.filename = str(dirpath or "lightning_logs/checkpoints"), str(filename or "last")
        self.best_model_path = self.last_model_path = ""
        self.monitor = options.get("monitor")
        self.best_model_score: Any = None

    def on_train_end(self, trainer: Any, module: Any) -> None:
        name = self.filename.split("{")[0].rstrip("-_") or "last"
        self.best_model_path = self.last_model_path = f"{self.dirpath}/{name}.ckpt"
        self.best_model_score = trainer.callback_metrics[self.monitor] if self.monitor else None
        trainer.save_checkpoint(self.best_model_path)


def _first(batches: Any) -> Any:
    return batches[0] if isinstance(batches, list) else batches


def _optimizer(found: Any) -> tuple[Any, Any]:
    """The optimizer and the scheduler in what `configure_optimizers` gives."""
    if isinstance(found, dict):
        scheduler = found.get("lr_scheduler")
        return found["optimizer"], scheduler.get("scheduler") if isinstance(scheduler, dict) else scheduler
    if isinstance(found, (list, tuple)) and len(found) == 2 and isinstance(found[0], (list, tuple)):
        scheduler = found[1][0] if found[1] else None
        return found[0][0], scheduler.get("scheduler") if isinstance(scheduler, dict) else scheduler
    return (found[0] if isinstance(found, (list, tuple)) else found), None


MADE: dict[str, Any] = {}


def fill(home: ModuleType, run: Run) -> None:
    """Fills `lightning`, `pytorch_lightning` and their parts."""
    if not MADE:
        trainer = type("Trainer", (Trainer,), {"run": run})
        MADE.update(
            Callback=type("Callback", (), {}),
            Fabric=type("Fabric", (Fabric,), {"run": run}),
            LightningDataModule=type("LightningDataModule", (Remembering,), {}),
            LightningModule=module(run),
            Trainer=trainer,
            ModelCheckpoint=ModelCheckpoint,
            seed_everything=lambda *a, **k: None,
        )
    home.__dict__.update(MADE)
    name = home.__name__
    if name == "lightning":
        home.__dict__["pytorch"] = importlib.import_module("lightning.pytorch")
    if name in ("lightning.pytorch", "pytorch_lightning"):
        for part in ("callbacks", "loggers", "strategies", "utilities"):
            home.__dict__[part] = importlib.import_module(f"{name}.{part}")
