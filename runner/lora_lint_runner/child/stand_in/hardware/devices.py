"""A GPU that is not there: what the script asks of CUDA is answered as a GPU would.

Only the user's own lines are told that there is a GPU (so the branch of the real run is taken, and `assert
torch.cuda.is_available()` holds); libraries see the machine as it is. What is put on it stays on the CPU: see `moves`.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from ...context import Run
from . import moves, parallel


def install(run: Run) -> None:
    """Everything that has to do with devices, precision, compilation and several processes."""

    @run.patches.after("torch.mps")
    def apple(module: Any) -> None:
        for name in ("empty_cache", "synchronize", "manual_seed", "seed", "set_per_process_memory_fraction"):
            run.patches.replace(module, name, _nothing)

    @run.patches.after("torch")
    def torch_(module: Any) -> None:
        _cuda(run, module)
        _accelerators(run, module)

    @run.patches.after(*CHECKING)
    def libraries(module: Any) -> None:
        for name in CHECKED:
            run.patches.replace(module, name, lambda real: lambda *a, **k: True if run.code.asks() else real(*a, **k))

    moves.install(run)
    parallel.install(run)


CHECKING = (
    "accelerate.utils.imports", "transformers.utils.import_utils", "transformers.utils",
    "diffusers.utils.import_utils", "diffusers.utils",
)  # fmt: skip
CHECKED = (  # what goes with a GPU: the script does with it what it would do there
    "is_torch_bf16_gpu_available", "is_torch_tf32_available", "is_bf16_available", "is_xformers_available",
    "is_flash_attn_2_available",
)  # fmt: skip


def _random_state(*args: Any, **options: Any) -> Any:
    return importlib.import_module("torch").get_rng_state()


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
    "get_gencode_flags": lambda *a, **k: "",
    "get_rng_state": _random_state,
    "get_rng_state_all": lambda *a, **k: [_random_state()],
}
NOTHING = (
    "set_device", "synchronize", "empty_cache", "ipc_collect", "reset_peak_memory_stats", "reset_max_memory_allocated",
    "manual_seed", "manual_seed_all", "init", "set_per_process_memory_fraction", "reset_accumulated_memory_stats",
    "set_rng_state", "set_rng_state_all", "reset_accumulated_host_memory_stats",
)  # fmt: skip
OF_MEMORY = ("_record_memory_history", "_dump_snapshot", "_snapshot")  # a history of what was allocated


class Properties:
    """What `torch.cuda.get_device_properties` tells of the stand-in."""

    name = "stand-in GPU"
    total_memory = 80 * 2**30
    major, minor = 8, 0
    multi_processor_count = 108


def _cuda(run: Run, torch: Any) -> None:
    for home in (torch.cuda, torch.cuda.memory):
        for name, answer in ANSWERS.items():
            run.patches.replace(home, name, partial(_asked, run, answer))
        for name in (*NOTHING, *OF_MEMORY):
            run.patches.replace(home, name, _nothing)
    for name in ("range_push", "range_pop", "mark"):
        run.patches.replace(torch.cuda.nvtx, name, _nothing)
    torch.cuda.Stream = torch.cuda.Event = Idle
    for name in ("stream", "device"):
        run.patches.replace(torch.cuda, name, lambda real: lambda *a, **k: contextlib.nullcontext())
    run.patches.replace(torch.cuda, "current_stream", lambda real: lambda *a, **k: Idle())


def _accelerators(run: Run, torch: Any) -> None:
    """`torch.accelerator`: whatever accelerator there is. Here, a CUDA one."""
    home = getattr(torch, "accelerator", None)
    if home is None:
        return
    answers: dict[str, Callable[..., Any]] = {
        "current_accelerator": lambda *a, **k: torch.device("cuda"),
        "current_device_index": lambda *a, **k: 0,
        "current_device_idx": lambda *a, **k: 0,
        **{n: ANSWERS[n] for n in ("is_available", "device_count", "memory_allocated", "max_memory_allocated")},
        **{n: ANSWERS[n] for n in ("memory_reserved", "max_memory_reserved", "memory_stats")},
    }
    for name, answer in answers.items():
        run.patches.replace(home, name, partial(_asked, run, answer))
    for name in ("synchronize", "set_device_index", "set_device_idx", "empty_cache", "set_stream"):
        run.patches.replace(home, name, _nothing)


def _asked(run: Run, answer: Callable[..., Any], real: Any) -> Any:
    """The answer for the script, the truth for everybody else."""

    def ask(*args: Any, **options: Any) -> Any:
        if not run.code.asks():
            return real(*args, **options)
        run.neutral(moves.SAID)
        return answer(*args, **options)

    return ask


def _nothing(real: Any) -> Any:
    return lambda *args, **options: None


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
