"""Schedules of learning rates in a run of a few steps: nothing is learned in the warm-up of a real training."""

from __future__ import annotations

from typing import Any

from ...context import Run

SMALL = 0.1  # of the rate that the optimizer was made with


def install(run: Run) -> None:
    """A step that a schedule would make with next to nothing is made with the whole rate."""
    raised: dict[int, float] = {}  # by group: what schedulers go on from

    def before(optimizer: Any, args: Any, options: Any) -> None:
        for group in optimizer.param_groups:
            whole = group.get("initial_lr")  # noted by the schedulers of torch
            if whole is not None and group["lr"] < SMALL * whole:
                run.neutral("learning rate: the whole one in place of a warm-up, which is longer than the run")
                raised[id(group)], group["lr"] = group["lr"], whole

    def after(optimizer: Any, args: Any, options: Any) -> None:
        for group in optimizer.param_groups:
            group["lr"] = raised.pop(id(group), group["lr"])

    @run.patches.after("torch.optim.optimizer")
    def optimizers(module: Any) -> None:
        if hasattr(module, "register_optimizer_step_pre_hook"):
            module.register_optimizer_step_pre_hook(before)
            module.register_optimizer_step_post_hook(after)

    @run.patches.after("torch.optim.lr_scheduler")
    def schedules(module: Any) -> None:
        run.patches.replace(module.LambdaLR, "get_lr", lambda real: _over_none(run, real))


def _over_none(run: Run, real: Any) -> Any:
    """A schedule over as many steps as there are rows, where those that were made up have come to none."""

    def rates(self: Any) -> Any:
        try:
            return real(self)
        except ZeroDivisionError:
            if not run.made_up:
                raise
            run.neutral("learning rate: the whole one in place of a schedule over no steps, as the rows were made up")
            return self.base_lrs

    return rates
