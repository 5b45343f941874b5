"""A GPU that is not there. What the script asks of CUDA is answered as a GPU would; what is put there stays on the CPU.

Only the user's own lines are told that there is a GPU (so the branch of the real run is taken, and `assert
torch.cuda.is_available()` holds); libraries see the machine as it is.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

from ..context import Run

DEVICE = re.compile(r"^(cuda|mps|xpu|npu|hpu|tpu|xla|musa)(:\d+)?$")
HALF = ("float16", "bfloat16", "half")


def foreign(device: Any) -> bool:
    """Is this a device that this run does not use?"""
    if isinstance(device, bool) or device is None:
        return False
    if isinstance(device, int):
        return True
    kind = device if isinstance(device, str) else getattr(device, "type", None)
    return isinstance(kind, str) and bool(DEVICE.match(kind))


def _mapped(
    args: tuple[Any, ...], options: dict[str, Any], *, numbers: bool = False
) -> tuple[tuple[Any, ...], dict[str, Any], bool]:
    """Arguments with devices put on the CPU. A bare number is a device only where a device is expected."""
    seen = False
    for key in ("device", "map_location", "device_type"):
        if key in options and foreign(options[key]):
            options, seen = {**options, key: "cpu"}, True
    new = list(args)
    for place, arg in enumerate(args):
        is_device = isinstance(arg, str) or type(arg).__name__ == "device" or (numbers and isinstance(arg, int))
        if is_device and foreign(arg):
            new[place], seen = "cpu", True
    return tuple(new), options, seen


def install(run: Run) -> None:
    """Everything that has to do with devices, precision and compilation."""

    @run.patches.after("torch.utils.data.dataloader")
    def loaders(module: Any) -> None:
        run.patches.replace(module.DataLoader, "__init__", _without_workers)

    @run.patches.after("torch")
    def torch_(module: Any) -> None:
        _cuda(run, module)
        _moves(run, module)
        _functions(run, module)

    @run.patches.after("torch.distributed.distributed_c10d")
    def distributed(module: Any) -> None:
        _process_group(run, module)

    @run.patches.after("torch.nn.parallel.distributed")
    def ddp(module: Any) -> None:
        run.patches.replace(module.DistributedDataParallel, "__init__", _without_device_ids)

    @run.patches.after("torch.nn.parallel.data_parallel")
    def data_parallel(module: Any) -> None:
        run.patches.replace(module.DataParallel, "__init__", _without_device_ids)

    @run.patches.after("accelerate.utils.imports", "transformers.utils.import_utils")
    def libraries(module: Any) -> None:
        for name in ("is_torch_bf16_gpu_available", "is_torch_tf32_available", "is_bf16_available"):
            run.patches.replace(module, name, lambda real: lambda *a, **k: True if run.code.asks() else real(*a, **k))

    @run.patches.after("accelerate.accelerator")
    def accelerate(module: Any) -> None:
        run.patches.replace(module.Accelerator, "__init__", lambda real: _accelerator(run, real))


def _without_workers(real: Any) -> Any:
    """A few batches need no worker processes."""

    def init(self: Any, dataset: Any, batch_size: Any = 1, shuffle: Any = None, *args: Any, **options: Any) -> None:
        options.update(num_workers=0, pin_memory=False, persistent_workers=False, prefetch_factor=None, timeout=0)
        options.pop("multiprocessing_context", None)
        options.pop("pin_memory_device", None)
        names = ("sampler", "batch_sampler", "num_workers", "collate_fn", "pin_memory", "drop_last")
        options = {**dict(zip(names, args)), **options, "num_workers": 0, "pin_memory": False}
        real(self, dataset, batch_size, shuffle, **options)

    return init


# -- questions ---------------------------------------------------------------------------------------------------------

ANSWERS: dict[str, Callable[..., Any]] = {
    "is_available": lambda *a, **k: True,
    "device_count": lambda *a, **k: 1,
    "current_device": lambda *a, **k: 0,
    "get_device_name": lambda *a, **k: "stand-in GPU",
    "get_device_capability": lambda *a, **k: (8, 0),
    "get_device_properties": lambda *a, **k: Properties(),
    "is_bf16_supported": lambda *a, **k: True,
    "mem_get_info": lambda *a, **k: (70 * 2**30, 80 * 2**30),
    "memory_allocated": lambda *a, **k: 0,
    "max_memory_allocated": lambda *a, **k: 0,
    "memory_reserved": lambda *a, **k: 0,
    "max_memory_reserved": lambda *a, **k: 0,
    "memory_summary": lambda *a, **k: "",
    "memory_stats": lambda *a, **k: {},
    "utilization": lambda *a, **k: 0,
    "is_initialized": lambda *a, **k: True,
    "get_arch_list": lambda *a, **k: ["sm_80"],
}
NOTHING = (
    "set_device", "synchronize", "empty_cache", "ipc_collect", "reset_peak_memory_stats", "reset_max_memory_allocated",
    "manual_seed", "manual_seed_all", "init", "set_per_process_memory_fraction", "reset_accumulated_memory_stats",
)  # fmt: skip


class Properties:
    """What `torch.cuda.get_device_properties` tells of the stand-in."""

    name = "stand-in GPU"
    total_memory = 80 * 2**30
    major, minor = 8, 0
    multi_processor_count = 108


def _cuda(run: Run, torch: Any) -> None:
    for name, answer in ANSWERS.items():

        def make(real: Any, answer: Any = answer) -> Any:
            def ask(*args: Any, **options: Any) -> Any:
                if run.code.asks():
                    run.neutral("CUDA: on the CPU; the script is told that there is one GPU")
                    return answer(*args, **options)
                return real(*args, **options)

            return ask

        run.patches.replace(torch.cuda, name, make)
    for name in NOTHING:
        run.patches.replace(torch.cuda, name, lambda real: lambda *a, **k: None)
    torch.cuda.Stream = torch.cuda.Event = Idle
    run.patches.replace(torch.cuda, "stream", lambda real: lambda *a, **k: contextlib.nullcontext())
    run.patches.replace(torch.cuda, "device", lambda real: lambda *a, **k: contextlib.nullcontext())
    run.patches.replace(torch.cuda, "current_stream", lambda real: lambda *a, **k: Idle())


class Idle:
    """A stream or an event of a GPU: does nothing, takes no time."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def elapsed_time(self, *args: Any) -> float:
        return 1.0

    def __enter__(self) -> Idle:
        return self

    def __exit__(self, *args: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: None


# -- moves -------------------------------------------------------------------------------------------------------------


def _moves(run: Run, torch: Any) -> None:
    def on_cpu() -> None:
        run.neutral("CUDA: on the CPU; the script is told that there is one GPU")

    def to(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            args, options, seen = _mapped(args, options, numbers=True)
            if seen:
                on_cpu()
            args = tuple(a for a in args if not _half(a))
            if _half(options.get("dtype")):
                options.pop("dtype")
            if not args and not any(k in options for k in ("device", "dtype", "other", "tensor", "memory_format")):
                return self
            return real(self, *args, **options)

        return method

    def stays(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            on_cpu()
            return self

        return method

    def same(real: Any) -> Any:
        return lambda self, *args, **options: self

    patches = run.patches
    for owner in (torch.nn.Module, torch.Tensor):
        patches.replace(owner, "to", to)
        for name in ("cuda", "xpu", "mps", "npu"):
            if hasattr(owner, name):
                patches.replace(owner, name, stays)
    for name in ("half", "bfloat16"):
        patches.replace(torch.nn.Module, name, same)
    patches.replace(torch.Tensor, "pin_memory", same)
    for name in ("half", "bfloat16"):
        patches.replace(
            torch.Tensor, name, lambda real: lambda self, *a, **k: self if run.code.asks() else real(self, *a, **k)
        )
    patches.replace(torch.nn.Module, "compile", lambda real: lambda self, *a, **k: None)

    # compiled: nothing on the way to the files changes but the wrapper, and that has to be the real one
    def compile_(real: Any) -> Any:
        def wrapper(model: Any = None, *args: Any, **options: Any) -> Any:
            if model is None:
                return lambda function: function
            if not isinstance(model, torch.nn.Module):
                return model
            run.neutral("torch.compile: wrapped, but not compiled")
            options = {"backend": "eager"}
            return real(model, **options)

        return wrapper

    patches.replace(torch, "compile", compile_)


def _half(dtype: Any) -> bool:
    return type(dtype).__name__ == "dtype" and str(dtype).split(".")[-1] in HALF


def _functions(run: Run, torch: Any) -> None:
    """Factory functions and tensor methods that take a device: rewritten on the way into torch."""
    from torch.overrides import TorchFunctionMode

    class OnCpu(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            options = kwargs or {}
            device = options.get("device")
            if device is not None and foreign(device):
                options = {**options, "device": "cpu"}
            return function(*args, **options)

    mode: Any = OnCpu()
    mode.__enter__()
    run.parts["device mode"] = mode
    patches = run.patches

    def mapped(real: Any) -> Any:
        def function(*args: Any, **options: Any) -> Any:
            args, options, _ = _mapped(args, options)
            return real(*args, **options)

        return function

    patches.replace(torch, "load", mapped)
    patches.replace(torch.serialization, "load", mapped)
    patches.replace(torch, "set_default_device", lambda real: lambda *a, **k: None)
    patches.replace(torch, "set_default_dtype", lambda real: lambda d: None if _half(d) else real(d))

    real_generator = torch.Generator

    class Kind(type):
        def __instancecheck__(cls, found: Any) -> bool:
            return isinstance(found, real_generator)

    class Generator(metaclass=Kind):
        """`torch.Generator(device="cuda")` draws on the CPU."""

        def __new__(cls, device: Any = "cpu") -> Any:
            return real_generator("cpu" if foreign(device) else device)

    torch.Generator = Generator


# -- several processes, accelerate -------------------------------------------------------------------------------------


def _process_group(run: Run, module: Any) -> None:
    import os

    def init(real: Any) -> Any:
        def init_process_group(backend: Any = None, *args: Any, **options: Any) -> Any:
            for key in ("device_id", "pg_options"):
                options.pop(key, None)
            if int(os.environ.get("WORLD_SIZE", "1")) > 1:
                return real("gloo", *args, **options)
            from torch._C._distributed_c10d import HashStore

            run.neutral(f"process group {backend or ''}: one process over gloo")
            kept = {k: v for k, v in options.items() if k == "timeout"}
            return real("gloo", store=HashStore(), rank=0, world_size=1, **kept)

        return init_process_group

    run.patches.replace(module, "init_process_group", init)


def _without_device_ids(real: Any) -> Any:
    def init(
        self: Any, module: Any, device_ids: Any = None, output_device: Any = None, *args: Any, **options: Any
    ) -> None:
        real(self, module, None, None, *args, **options)

    return init


def _accelerator(run: Run, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        if options.get("mixed_precision") not in (None, "no"):
            options["mixed_precision"] = "no"
            run.neutral("mixed precision: 32 bit on the CPU")
        for key in ("dynamo_backend", "dynamo_plugin"):
            options.pop(key, None)
        for key in ("deepspeed_plugin", "fsdp_plugin", "megatron_lm_plugin"):
            if options.pop(key, None) is not None:
                run.neutral(f"accelerate {key}: left out")
        if options.pop("log_with", None) is not None:
            run.neutral("trackers: silent")
        options["cpu"] = True
        real(self, *args, **options)

    return init
