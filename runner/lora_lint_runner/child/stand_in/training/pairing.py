"""How detectors pair what they found with what is there: transformers leaves it to scipy, which may not be here."""

from __future__ import annotations

import importlib.util
from typing import Any

from ...context import Run

HOMES = (
    *(f"transformers.loss.loss_{name}" for name in (
        "for_object_detection", "deformable_detr", "rt_detr", "grounding_dino", "lw_detr", "rf_detr",
    )),
    *(f"transformers.models.{name}.modeling_{name}" for name in ("mask2former", "maskformer", "oneformer", "eomt")),
)  # fmt: skip


def install(run: Run) -> None:
    """A simple search takes the place of scipy's where that is not installed. Seen in transformers 4.46 and 5.23."""
    if importlib.util.find_spec("scipy") is not None:
        return

    @run.patches.after(*HOMES)
    def searching(module: Any) -> None:
        real = getattr(module, "requires_backends", lambda *args: None)

        def required(asker: Any, backends: Any) -> None:
            if "scipy" not in backends:
                real(asker, backends)

        module.requires_backends, module.linear_sum_assignment = required, lambda costs, *a: paired(run, costs)


def paired(run: Run, costs: Any) -> tuple[Any, Any]:
    """Rows and columns of which each is taken once, the cheapest pair first. That is not always the cheapest whole."""
    import numpy

    run.neutral("package scipy is not installed: a simple search pairs objects")
    costs = numpy.asarray(costs)
    pairs: dict[int, int] = {}
    for place in costs.argsort(axis=None):
        row, column = divmod(int(place), costs.shape[1])
        if row not in pairs and column not in pairs.values():
            pairs[row] = column
    rows = sorted(pairs)
    return numpy.array(rows, dtype=int), numpy.array([pairs[row] for row in rows], dtype=int)
