"""A small Fabric: models, optimizers and loaders stay what they are, on the one CPU."""

from __future__ import annotations

import contextlib
from typing import Any

from ....context import Run
from .checkpoints import kept


class Fabric:
    """What `lightning.Fabric` does for a loop of the script's own."""

    run: Run
    is_global_zero, world_size, global_rank, local_rank, node_rank = True, 1, 0, 0, 0

    def __init__(self, *args: Any, **options: Any) -> None:
        self.loggers = options.get("loggers") or []
        self.logger = self.loggers

    @property
    def device(self) -> Any:
        import torch

        return torch.device("cpu")

    def launch(self, function: Any = None, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options) if callable(function) else None

    def setup(self, module: Any, *optimizers: Any, **options: Any) -> Any:
        module.__dict__["module"] = module  # the real one puts a shell around it
        return (module, *optimizers) if optimizers else module

    def setup_module(self, module: Any, **options: Any) -> Any:
        return self.setup(module)

    def setup_optimizers(self, *optimizers: Any) -> Any:
        return optimizers if len(optimizers) > 1 else optimizers[0]

    def setup_dataloaders(self, *loaders: Any, **options: Any) -> Any:
        return list(loaders) if len(loaders) > 1 else loaders[0]

    def backward(self, loss: Any, *args: Any, **options: Any) -> None:
        loss.backward()

    def clip_gradients(
        self, module: Any, optimizer: Any, clip_val: Any = None, max_norm: Any = None, **options: Any
    ) -> Any:
        import torch

        return torch.nn.utils.clip_grad_norm_(module.parameters(), float(max_norm or clip_val or 1.0))

    def save(self, path: Any, state: dict[str, Any], **options: Any) -> None:
        states = {k: v.state_dict() if hasattr(v, "state_dict") else v for k, v in state.items()}
        kept(self.run, None, states, path)

    def print(self, *args: Any, **options: Any) -> None:
        print(*args, **options)

    def seed_everything(self, seed: int | None = None, *args: Any, **options: Any) -> Any:
        import torch

        torch.manual_seed(seed or 0)
        return seed

    def _same(self, value: Any = None, *args: Any, **options: Any) -> Any:
        return value

    all_gather = all_reduce = broadcast = to_device = _same

    def _nothing(self, *args: Any, **options: Any) -> None: ...

    log = log_dict = barrier = call = load = load_raw = _nothing

    def _around(self, *args: Any, **options: Any) -> Any:
        return contextlib.nullcontext()

    autocast = no_backward_sync = rank_zero_first = init_module = init_tensor = sharded_model = _around
