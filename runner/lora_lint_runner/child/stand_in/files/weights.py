"""Weights in a file that is not here (`torch.load("teacher.pth")`): the model keeps those that it has."""

from __future__ import annotations

import re
from typing import Any

from ...context import Run

SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".safetensors")
URL = re.compile(r"\w+:/")
COUNTED = ("epoch", "step", "iteration", "loss", "best")


class Weights(dict):  # type: ignore[type-arg]
    """A checkpoint of which nothing is known: parts of it are such ones, too, and what is counted is 0."""

    def __missing__(self, key: Any) -> Any:
        return 0 if isinstance(key, str) and any(word in key for word in COUNTED) else Weights()

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if default is None else default


def install(run: Run) -> None:
    """What is loaded in vain: from the web at once, from files once rows and weights may be made up (see
    `retries.lacking`)."""
    made: list[str] = []

    def loading(real: Any, lacks: type[Exception], told: list[str]) -> Any:
        def load(file: Any, *args: Any, **options: Any) -> Any:
            try:
                return real(file, *args, **options)
            except lacks:
                if not run.code.asks():
                    raise
            named = str(file) if URL.match(str(file)) else run.code.named(str(file))
            run.neutral(f"weights {named}: the model keeps its own")
            made.append(str(file))
            told.append(str(file))
            run.met.weights_after |= bool(run.events.steps)
            return Weights()

        return load

    def filling(real: Any) -> Any:
        def load_state_dict(self: Any, state: Any, *args: Any, **options: Any) -> Any:
            known = _known(state) if made else state
            if made and (not known or len(known) < len(state)):
                run.met.weights.clear()
                state, args = known, ()
                options["strict"] = False
            return real(self, state, *args, **options)

        return load_state_dict

    def keeping(real: Any) -> Any:
        def load_state_dict(self: Any, state_dict: Any, *args: Any, **options: Any) -> Any:
            if not isinstance(state_dict, Weights):
                return real(self, state_dict, *args, **options)
            run.met.weights.clear()
            return None

        return load_state_dict

    def keeping_adapters(real: Any) -> Any:
        """peft (0.21.2) looks up each module that is trained whole by its name."""

        def set_peft_model_state_dict(model: Any, state: Any, *args: Any, **options: Any) -> Any:
            known = not isinstance(state, Weights)
            return real(model, state, *args, **options) if known else model.load_state_dict(state, strict=False)

        return set_peft_model_state_dict

    if run.spec.makes_up_rows:

        @run.patches.after("torch")
        def torch(module: Any) -> None:
            run.patches.replace(module, "load", lambda real: loading(real, FileNotFoundError, run.met.weights))

        @run.patches.after("safetensors.torch")
        def safetensors(module: Any) -> None:
            run.patches.replace(module, "load_file", lambda real: loading(real, FileNotFoundError, run.met.weights))

    @run.patches.after("torch.hub")
    def hub(module: Any) -> None:  # `file:`, too, as DINOv3 has it; what urllib raises is an OSError
        run.patches.replace(module, "load_state_dict_from_url", lambda real: loading(real, OSError, []))

    @run.patches.after("torch.nn.modules.module")
    def modules(module: Any) -> None:
        run.patches.replace(module.Module, "load_state_dict", filling)

    @run.patches.after("peft.utils.save_and_load")
    def adapters(module: Any) -> None:
        run.patches.replace(module, "set_peft_model_state_dict", keeping_adapters)

    @run.patches.after("torch.optim.optimizer")
    def optimizers(module: Any) -> None:
        run.patches.replace(module.Optimizer, "load_state_dict", keeping)


def _known(state: Any) -> Any:
    """A state dict without what was taken out of such a checkpoint, under whatever name."""
    return {key: value for key, value in state.items() if not isinstance(value, Weights)} if state else state
