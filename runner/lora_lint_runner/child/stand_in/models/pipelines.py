"""Pipelines of pictures: a tiny one is done in a few steps, and asks for nothing that is not here."""

from __future__ import annotations

import sys
from inspect import signature
from typing import Any

from ...context import Run

STEPS = 2  # in which a picture is painted


def interpolating(real: Any) -> Any:
    """A helper for training scripts that asks for torchvision (diffusers 0.42), whose stand-in only the script sees."""

    def resolve(name: str) -> Any:
        try:
            return real(name)
        except ImportError:
            return sys.modules["torchvision.transforms"].InterpolationMode(name.replace("_", "-"))

    return resolve


def soon_done(run: Run, pipeline: Any) -> None:
    """A tiny pipeline paints nothing in fifty steps that it does not in two."""
    if "paints_soon" not in vars(pipeline):
        pipeline.paints_soon = True
        run.patches.replace(pipeline, "__call__", _in_few_steps)


def _in_few_steps(real: Any) -> Any:
    asked = [
        name for name in ("num_inference_steps", "prior_num_inference_steps") if name in signature(real).parameters
    ]

    def call(self: Any, *args: Any, **options: Any) -> Any:
        told = {name for name, value in options.items() if value is not None}
        if len(args) > 1 or told & {"timesteps", "sigmas"}:
            return real(self, *args, **options)  # it may say itself which
        return real(self, *args, **{**options, **dict.fromkeys(asked, STEPS)})

    return call
