"""The modules of the small lightning: what scripts train, and what they log."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from ....context import Run
from ...anything import Anything
from ...scoring import VALUE


class Remembering:
    """What remembers the arguments that it was made with as `hparams`: modules, and modules of data."""

    def save_hyperparameters(self, *args: Any, ignore: Any = (), **options: Any) -> None:
        from ..wandb import Config

        frame = sys._getframe(1)
        ignored = {ignore} if isinstance(ignore, str) else set(ignore)
        values = {k: v for k, v in frame.f_locals.items() if k not in ("self", "__class__") and k not in ignored}
        values.update(values.pop("kwargs", {}) if isinstance(values.get("kwargs"), dict) else {})
        self.__dict__["hparams"] = Config({**values, **next((dict(a) for a in args if isinstance(a, dict)), {})})


def module(run: Run) -> type:
    """`LightningModule`: a torch module with the trainer's services."""
    import torch

    class LightningModule(Remembering, torch.nn.Module):
        trainer: Any = None
        automatic_optimization = strict_loading = True
        global_rank = local_rank = 0
        logger: Any = Anything("logger")

        @property
        def device(self) -> Any:
            return torch.device("cpu")

        @property
        def current_epoch(self) -> int:
            return int(self.trainer.current_epoch) if self.trainer is not None else 0

        @property
        def global_step(self) -> int:
            return int(self.trainer.global_step) if self.trainer is not None else 0

        def log(self, name: str, value: Any, *args: Any, **options: Any) -> None:
            if self.trainer is not None:
                self.trainer.callback_metrics[name] = logged(value)

        def log_dict(self, values: Any, *args: Any, **options: Any) -> None:
            for name, value in values.items():
                self.log(name, value)

        def print(self, *args: Any, **options: Any) -> None:
            print(*args)

        def optimizers(self, *args: Any, **options: Any) -> Any:
            return self.trainer.optimizer

        def lr_schedulers(self) -> Any:
            return self.trainer.scheduler

        def manual_backward(self, loss: Any, *args: Any, **options: Any) -> None:
            loss.backward()

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=1e-3)

        @classmethod
        def load_from_checkpoint(cls, path: Any, *args: Any, **options: Any) -> Any:
            kept = {k: v for k, v in options.items() if k not in ("map_location", "strict", "hparams_file")}
            found = torch.load(path, map_location="cpu", weights_only=False)
            made = cls(*args, **{**found.get("hyper_parameters", {}), **kept})
            made.on_load_checkpoint(found)
            strict = options.get("strict")
            made.load_state_dict(found["state_dict"], strict=made.strict_loading if strict is None else strict)
            return made

        def on_save_checkpoint(self, checkpoint: Any) -> None:
            """Scripts may put something else there."""

        def on_load_checkpoint(self, checkpoint: Any) -> None:
            """Scripts may take something else from there."""

    return LightningModule


class Metrics(dict[str, Any]):
    """What was logged; what was not, as another process would have, is 0.5."""

    def __missing__(self, name: str) -> Any:
        return logged(None)


def logged(value: Any) -> Any:
    """A number that was logged, as the tensor that callbacks read."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach()
    with suppress(TypeError, ValueError):
        return torch.tensor(float(value))
    return torch.tensor(VALUE)  # of a metric, which is not computed here
