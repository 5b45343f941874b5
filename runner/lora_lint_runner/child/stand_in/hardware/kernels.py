"""Kernels of a GPU, without which transformers keeps no packed sequences apart in layers with a state: here, they run
on into each other."""

from __future__ import annotations

import functools
from typing import Any

from ...context import Run

APART = ("cu_seqlens", "seq_idx")  # where one sequence ends and the next begins


def install(run: Run) -> None:
    """What stands in for a kernel in transformers (since 5.23) is not told of the ends of sequences."""

    @run.patches.after("transformers.integrations.hub_kernels")
    def patch(module: Any) -> None:
        name = "use_kernel_func_from_hub_with_fallback"
        run.patches.replace(module, name, lambda real: functools.partial(_decorator, run, real))


def _decorator(run: Run, real: Any, *args: Any, **options: Any) -> Any:
    decorate = real(*args, **options)

    def make(function: Any) -> Any:
        made = decorate(function)

        @functools.wraps(made)
        def call(*given: Any, **named: Any) -> Any:
            try:
                return made(*given, **named)
            except ValueError as error:
                if "packed sequences apart" not in str(error):
                    raise
                run.neutral(f"packing: {function.__name__} of transformers keeps no sequences apart here")
                return made(*given, **{name: value for name, value in named.items() if name not in APART})

        return call

    return make
