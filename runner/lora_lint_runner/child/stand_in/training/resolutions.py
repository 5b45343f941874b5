"""The size of the pictures that a model of diffusers is trained with: a CPU takes minutes for a batch of large ones."""

from __future__ import annotations

from typing import Any

from ...context import Run

NAMES = ("resolution", "res", "train_resolution", "image_resolution", "image_size", "img_size")
LARGE, MADE = 512, 256  # the edge of a picture: up to here it is left as it is, and what a larger one becomes


def smaller(run: Run, found: Any) -> None:
    """Makes it smaller in what a script has parsed, where nobody has asked for it: a default, or the README's."""
    for name in NAMES if "diffusers" in run.hints.roots else ():
        edge = getattr(found, name, None)
        if isinstance(edge, int) and edge > LARGE:
            setattr(found, name, MADE)
            run.neutral(f"argument --{name}: {MADE}, as a CPU takes minutes for a batch of {edge}")
