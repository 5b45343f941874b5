"""torch_xla without a TPU: one core, which is the CPU. Its modules share what they have (torch_xla 2.9: much of it has
moved from `core.xla_model` to `torch_xla` and `runtime`)."""

from __future__ import annotations

import contextlib
from types import ModuleType
from typing import Any

from ...context import Run

FIRST = ("get_ordinal", "get_local_ordinal", "global_ordinal", "local_ordinal", "process_index")
ONE = ("xrt_world_size", "world_size", "global_device_count", "local_device_count", "process_count")
MARKS = (
    "mark_step", "sync", "rendezvous", "wait_device_ops", "reduce_gradients", "set_rng_state", "manual_seed",
    "use_spmd", "initialize_cache", "broadcast_master_param",
)  # fmt: skip


def fill(module: ModuleType, run: Run) -> None:
    """Fills a module of `torch_xla`."""
    import torch

    def device(*args: Any, **options: Any) -> Any:
        run.neutral("TPU: one core, the CPU")
        return torch.device("cpu")

    def save(data: Any, path: Any, *args: Any, **options: Any) -> None:
        torch.save(data, path)

    module.__dict__.update(
        xla_device=device, device=device, save=save, optimizer_step=_optimizer_step, step=contextlib.nullcontext,
        is_master_ordinal=lambda *a, **k: True, master_print=print, spawn=_spawn, launch=_spawn,
        mesh_reduce=lambda tag, data, reduce: reduce([data]), all_gather=lambda value, *a, **k: value,
        all_reduce=lambda how, value, *a, **k: value, add_step_closure=lambda call, args=(), **k: call(*args),
        MpDeviceLoader=lambda loader, *a, **k: loader, ParallelLoader=_ParallelLoader,
    )  # fmt: skip
    module.__dict__.update({name: lambda *a, **k: 0 for name in FIRST})
    module.__dict__.update({name: lambda *a, **k: 1 for name in ONE})
    module.__dict__.update({name: lambda *a, **k: None for name in MARKS})


def _optimizer_step(optimizer: Any, *args: Any, **options: Any) -> Any:
    return optimizer.step(**(options.get("optimizer_args") or {}))


def _spawn(function: Any, args: Any = (), *others: Any, **options: Any) -> None:
    """The work of the first core, in this process."""
    function(0, *args)


class _ParallelLoader:
    """What hands batches to several cores, with one."""

    def __init__(self, loader: Any, *args: Any, **options: Any) -> None:
        self.loader = loader

    def per_device_loader(self, *args: Any) -> Any:
        return self.loader
