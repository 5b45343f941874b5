"""Settings of PEFT methods that go by the size of a real model or of real data, fitted to what stands in for them."""

from __future__ import annotations

from typing import Any

from ...context import Run

TINY = 8  # a rank that all layers of tiny models have
SHARES = ("pissa", "olora", "corda", "eva", "mica", "loftq", "lora_ga")  # LoRA begins with a part of the weights


def install(run: Run) -> None:
    """Looks at the settings before PEFT checks them."""

    @run.patches.after("peft.tuners.adalora.config")
    def adalora(module: Any) -> None:
        run.patches.replace(module.AdaLoraConfig, "__post_init__", lambda real: _with_a_window(run, real))

    @run.patches.after("peft.tuners.lora.config")
    def lora(module: Any) -> None:
        run.patches.replace(module.LoraConfig, "__post_init__", lambda real: _of_tiny_weights(run, real))

    @run.patches.after("peft.tuners.shira.config")
    def shira(module: Any) -> None:
        run.patches.replace(module.ShiraConfig, "__post_init__", lambda real: _of_low_rank(run, real))


def _with_a_window(run: Run, real: Any) -> Any:
    """AdaLoRA's schedule leaves out its first and last steps: of few rows none would be left."""

    def post_init(self: Any) -> None:
        ends = (self.tinit or 0) + (self.tfinal or 0)
        if self.total_step is not None and 0 < self.total_step <= ends:
            run.neutral(f"AdaLoRA: a schedule of {ends + 10} steps, as for more rows")
            self.total_step = ends + 10
        real(self)

    return post_init


def _of_tiny_weights(run: Run, real: Any) -> Any:
    """What is taken out of a layer's weights has no higher rank than they have: PiSSA makes tensors of another shape
    than its config says, without a word."""

    def post_init(self: Any) -> None:
        begun = self.init_lora_weights
        if isinstance(begun, str) and begun.lower().startswith(SHARES) and isinstance(self.r, int) and self.r > TINY:
            run.neutral(f"{begun}: rank {TINY} in place of {self.r}, of tiny weights")
            self.r = TINY
            self.rank_pattern = {layer: min(rank, TINY) for layer, rank in (self.rank_pattern or {}).items()}
        real(self)

    return post_init


def _of_low_rank(run: Run, real: Any) -> Any:
    """SHiRA trains as many weights as a LoRA of its rank has, and a tiny layer has few."""

    def post_init(self: Any) -> None:
        if isinstance(self.r, int) and self.r > TINY:
            run.neutral(f"SHiRA: rank {TINY} in place of {self.r}, in tiny layers")
            self.r = TINY
        real(self)

    return post_init
