"""What takes the place of the things a laptop lacks: the model's weights, the data, the GPU, some packages."""

from __future__ import annotations

from ..context import Run


def install(run: Run) -> None:
    """Puts every stand-in in its place, in the order in which they have to wrap each other."""
    from . import arguments, data, devices, loading, packages, tables, trackers, trainers, videos

    for part in (loading, videos, devices, data, trainers, trackers, packages, arguments, tables):
        part.install(run)
