"""Weights in a file that is not here (`torch.load("teacher.pth")`): the model keeps those that it has."""

from __future__ import annotations

from typing import Any

from ...context import Run

COUNTED = ("epoch", "step", "iteration", "loss", "best")


class Weights(dict):  # type: ignore[type-arg]
    """A checkpoint of which nothing is known: parts of it are such ones, too, and what is counted is 0."""

    def __missing__(self, key: Any) -> Any:
        return 0 if isinstance(key, str) and any(word in key for word in COUNTED) else Weights()

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if default is None else default


def install(run: Run) -> None:
    """What is loaded in vain once rows and weights may be made up (see `retries.lacking`)."""
    if not run.spec.makes_up_rows:
        return
    made: list[str] = []

    def loading(real: Any) -> Any:
        def load(file: Any, *args: Any, **options: Any) -> Any:
            try:
                return real(file, *args, **options)
            except FileNotFoundError:
                if not run.code.asks():
                    raise
            run.neutral(f"weights {run.code.named(str(file))}: the model keeps its own")
            made.append(str(file))
            run.met.weights.append(str(file))
            return Weights()

        return load

    def filling(real: Any) -> Any:
        def load_state_dict(self: Any, state: Any, *args: Any, **options: Any) -> Any:
            if made and not state:
                run.met.weights.clear()
                options["strict"] = False
                args = ()
            return real(self, state, *args, **options)

        return load_state_dict

    @run.patches.after("torch")
    def torch(module: Any) -> None:
        run.patches.replace(module, "load", loading)

    @run.patches.after("torch.nn.modules.module")
    def modules(module: Any) -> None:
        run.patches.replace(module.Module, "load_state_dict", filling)
