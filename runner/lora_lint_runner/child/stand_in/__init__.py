"""What takes the place of the things a laptop lacks: the model's weights, the data, the GPU, some packages."""

from __future__ import annotations

from ..context import Run


def install(run: Run) -> None:
    """Puts every stand-in in its place, in the order in which they have to wrap each other."""
    from . import (  # isort: skip
        arguments, data, devices, loading, looked_for, older_releases, packages, tables, trackers, trainers, videos,
    )  # fmt: skip

    for part in (
        loading,
        videos,
        devices,
        data,
        trainers,
        trackers,
        packages,
        arguments,
        tables,
        older_releases,
        looked_for,
    ):
        part.install(run)
