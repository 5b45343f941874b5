"""Losses that say nothing, whatever the weights: of rewards that are all alike, say. Each gradient of theirs is 0."""

from __future__ import annotations

from typing import Any


class Flat:
    """The steps of optimizers that had gradients, and nothing but zeros in them."""

    def __init__(self) -> None:
        self._steps = 0
        self._learned = False

    @property
    def all_steps(self) -> bool:
        """Were there such steps, and none of another kind?"""
        return self._steps > 0 and not self._learned

    def before_step(self, optimizer: Any) -> None:
        """Called before every step of an optimizer."""
        if self._learned:
            return
        held = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        self._steps += bool(held)
        self._learned = any(bool(gradient.any()) for gradient in held)
