"""One process instead of several: process groups, wrappers of parallel models, accelerate, workers of data loaders."""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import Any

from ...context import Run
from .. import trackers
from ..anything import Anything

BATCHES = 2  # whose gradients make a step, at most


def install(run: Run) -> None:
    """From now on everything happens in this process."""

    @run.patches.after("torch.multiprocessing")
    def spawned(module: Any) -> None:
        run.patches.replace(module, "spawn", lambda real: _first_rank(run))

    @run.patches.after("torch.utils.data.dataloader")
    def loaders(module: Any) -> None:
        run.patches.replace(module.DataLoader, "__init__", lambda real: _without_workers(run, real))

    @run.patches.after("torch.distributed.distributed_c10d")
    def distributed(module: Any) -> None:
        run.patches.replace(module, "init_process_group", lambda real: _process_group(run, real))

    @run.patches.after("torch.nn.parallel.distributed")
    def ddp(module: Any) -> None:
        run.patches.replace(module.DistributedDataParallel, "__init__", _without_device_ids)

    @run.patches.after("torch.nn.parallel.data_parallel")
    def data_parallel(module: Any) -> None:
        run.patches.replace(module.DataParallel, "__init__", _without_device_ids)

    @run.patches.after("torch.distributed.fsdp.fully_sharded_data_parallel")
    def fsdp(module: Any) -> None:
        run.patches.replace(module.FullyShardedDataParallel, "__init__", lambda real: _on_the_cpu(run, real))

    @run.patches.after("accelerate.big_modeling")
    def empty(module: Any) -> None:
        # weights of a tiny model need not be waited for
        run.patches.replace(module, "init_empty_weights", lambda real: lambda *a, **k: contextlib.nullcontext())

    @run.patches.after("accelerate.accelerator")
    def accelerate(module: Any) -> None:
        run.patches.replace(module.Accelerator, "__init__", lambda real: _accelerator(run, real))
        run.patches.replace(module.Accelerator, "get_tracker", trackers.handed_out)

    @run.patches.after("accelerate.state")
    def plugins(module: Any) -> None:
        plugin = module.AcceleratorState.deepspeed_plugin
        if isinstance(plugin, property):
            module.AcceleratorState.deepspeed_plugin = property(_plugin(run, plugin.fget))


def _first_rank(run: Run) -> Any:
    """A fresh process would know nothing of stand-ins and guards."""

    def spawn(fn: Any, args: Any = (), nprocs: int = 1, join: bool = True, *more: Any, **options: Any) -> Any:
        run.neutral(f"{nprocs} spawned process{'es' if nprocs != 1 else ''}: the first one's work, done in this one")
        fn(0, *args)

    return spawn


def _without_workers(run: Run, real: Any) -> Any:
    """A few batches need no worker processes, and of few made-up rows none is left over."""

    def init(self: Any, dataset: Any, batch_size: Any = 1, shuffle: Any = None, *args: Any, **options: Any) -> None:
        options.update(num_workers=0, pin_memory=False, persistent_workers=False, prefetch_factor=None, timeout=0)
        options.pop("multiprocessing_context", None)
        options.pop("pin_memory_device", None)
        names = ("sampler", "batch_sampler", "num_workers", "collate_fn", "pin_memory", "drop_last")
        options = {**dict(zip(names, args)), **options, "num_workers": 0, "pin_memory": False}
        if options.get("drop_last") and _few(run, dataset, batch_size):
            run.neutral(f"drop_last: of {len(dataset)} made-up rows none is dropped")
            options["drop_last"] = False
        real(self, dataset, batch_size, shuffle, **options)

    return init


def _few(run: Run, dataset: Any, batch_size: Any) -> bool:
    """Would not even one batch come of made-up rows?"""
    return run.made_up and isinstance(batch_size, int) and hasattr(dataset, "__len__") and len(dataset) < batch_size


def _process_group(run: Run, real: Any) -> Any:
    def init_process_group(backend: Any = None, *args: Any, **options: Any) -> Any:
        for key in ("device_id", "pg_options"):
            options.pop(key, None)
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            return real("gloo", *args, **options)
        dist: Any = importlib.import_module("torch.distributed")
        run.neutral(f"process group {backend or ''}: one process over gloo")
        kept = {k: v for k, v in options.items() if k == "timeout"}
        return real("gloo", store=dist.HashStore(), rank=0, world_size=1, **kept)

    return init_process_group


def _without_device_ids(real: Any) -> Any:
    def init(
        self: Any, module: Any, device_ids: Any = None, output_device: Any = None, *args: Any, **options: Any
    ) -> None:
        frozen = list(module.parameters()) if not any(p.requires_grad for p in module.parameters()) else []
        for parameter in frozen[:1]:  # it refuses a module of which nothing is trained, as a reference model is
            parameter.requires_grad_(True)
        real(self, module, None, None, *args, **options)
        for parameter in frozen[:1]:
            parameter.requires_grad_(False)

    return init


def _plugin(run: Run, real: Any) -> Any:
    """deepspeed's settings, for a script that asks for them: there is no deepspeed in this run."""

    def plugin(self: Any) -> Any:
        found = real(self)
        return Anything("deepspeed") if found is None and run.code.asks() else found

    return plugin


def _on_the_cpu(run: Run, real: Any) -> Any:
    """FSDP works on the CPU, too, where that is the device that is named; with one wrapper, as with several the state
    dict lacks parts there (torch 2.13)."""

    def init(self: Any, module: Any, *args: Any, **options: Any) -> None:
        torch = importlib.import_module("torch")
        run.neutral("FSDP: one shard, on the CPU")
        for name in ("auto_wrap_policy", "device_mesh", "mixed_precision", "cpu_offload", "sharding_strategy"):
            options.pop(name, None)
        real(self, module, *args, **{**options, "device_id": torch.device("cpu")})

    return init


def _accelerator(run: Run, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        if options.get("mixed_precision") not in (None, "no"):
            options["mixed_precision"] = "no"
            run.neutral("mixed precision: 32 bit on the CPU")
        batches = options.get("gradient_accumulation_steps")
        if isinstance(batches, int) and batches > BATCHES:
            options["gradient_accumulation_steps"] = BATCHES
            run.neutral(f"gradients of {BATCHES} batches make a step, not of {batches}")
        for key in ("dynamo_backend", "dynamo_plugin"):
            options.pop(key, None)
        for key in ("deepspeed_plugin", "fsdp_plugin", "megatron_lm_plugin"):
            if options.pop(key, None) is not None:
                run.neutral(f"accelerate {key}: left out")
        asked = options.pop("log_with", None)
        if asked is not None:
            run.neutral(trackers.SAID)
            several = asked if isinstance(asked, (list, tuple)) else [asked]
            vars(self)[trackers.LEFT_OUT] = {str(getattr(t, "name", t)).lower() for t in several}
        options["cpu"] = True
        real(self, *args, **options)

    return init
