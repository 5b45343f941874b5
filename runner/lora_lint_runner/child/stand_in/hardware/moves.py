"""What the script puts on a GPU stays on the CPU; half precision stays single; compiled models are only wrapped."""

from __future__ import annotations

import re
from typing import Any

from ...context import Run

DEVICE = re.compile(r"^(cuda|mps|xpu|npu|hpu|tpu|xla|musa)(:\d+)?$")
SAID = "CUDA: on the CPU; the script is told that there is one GPU"
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
    """Looks at every device and number format on its way into torch."""

    @run.patches.after("torch")
    def torch_(module: Any) -> None:
        _moves(run, module)
        _compiling(run, module)
        _functions(run, module)


def _moves(run: Run, torch: Any) -> None:
    def on_cpu() -> None:
        run.neutral(SAID)

    def to(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            args, options, seen = _mapped(args, options, numbers=True)
            if seen:
                on_cpu()
            if any(map(_half, (*args, options.get("dtype")))):
                args, options = _single(torch, self, args, options)
            if not args and not any(k in options for k in ("device", "dtype", "other", "tensor", "memory_format")):
                return self
            return real(self, *args, **options)

        return method

    def type_(real: Any) -> Any:
        def method(self: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:
            return real(self, dtype, *args, **options) if not _half(dtype) else self.to(dtype)

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
    patches.replace(torch.Tensor, "type", type_)
    for name in ("half", "bfloat16"):
        dtype = torch.float16 if name == "half" else torch.bfloat16

        def halved(real: Any, dtype: Any = dtype) -> Any:
            return lambda self, *a, **k: self.to(dtype) if run.code.asks() else real(self, *a, **k)

        patches.replace(torch.Tensor, name, halved)


def _compiling(run: Run, torch: Any) -> None:
    """Nothing on the way to the files changes by compiling but the wrapper, and that has to be the real one."""
    run.patches.replace(torch.nn.Module, "compile", lambda real: lambda self, *a, **k: None)

    def compile_(real: Any) -> Any:
        def wrapper(model: Any = None, *args: Any, **options: Any) -> Any:
            if model is None:
                return lambda function: function
            if not isinstance(model, torch.nn.Module):
                return model
            run.neutral("torch.compile: wrapped, but not compiled")
            torch.compiler.set_stance("force_eager")  # tracing alone would take a minute
            return real(model, backend="eager")

        return wrapper

    run.patches.replace(torch, "compile", compile_)


def _half(dtype: Any) -> bool:
    return type(dtype).__name__ == "dtype" and str(dtype).split(".")[-1] in HALF


def _single(
    torch: Any, moved: Any, args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments without half precision: what has a fraction already stays as it is, whole numbers get one."""
    whole = isinstance(moved, torch.Tensor) and not (moved.is_floating_point() or moved.is_complex())
    single = (torch.float32,) if whole else ()
    rest = {key: value for key, value in options.items() if not _half(value)}
    given = [part for arg in args for part in (single if _half(arg) else (arg,))]
    return tuple(given), {**rest, "dtype": torch.float32} if whole and len(rest) < len(options) else rest


def _functions(run: Run, torch: Any) -> None:
    """Factory functions and tensor methods that take a device: rewritten on the way into torch."""
    from torch.overrides import TorchFunctionMode

    class OnCpu(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            options = kwargs or {}
            device = options.get("device")
            if device is not None and foreign(device):
                options = {**options, "device": "cpu"}
            if _half(options.get("dtype")) and run.code.hands(options["dtype"]):
                options = {**options, "dtype": torch.float32}
            return function(*args, **options)

    mode: Any = OnCpu()
    mode.__enter__()
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
