"""Packages that are installed and ask for what is not here: words of a command line, settings, files of the hub, a GPU.

Where one of them is not installed, its small version in `libraries` stands in for it.
"""

from __future__ import annotations

import importlib

from ...context import Run

PARTS = ("arguments", "argument_files", "settings", "metrics", "servers", "lightning", "quantizing", "torchcodec")


def install(run: Run) -> None:
    """Gives each of them what it asks for."""
    for name in PARTS:
        importlib.import_module(f"{__name__}.{name}").install(run)
