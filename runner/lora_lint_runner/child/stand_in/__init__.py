"""What takes the place of the things a laptop lacks: the model's weights, the data, the GPU, some packages."""

from __future__ import annotations

import importlib

from ..context import Run

PARTS = (  # in the order in which they have to wrap each other
    "models.whole_words", "models.loading", "models.configured", "models.tasks", "models.videos", "models.prompts",
    "models.training_templates",
    "devices",
    "made_up.datasets", "made_up.literals", "trainers", "streams", "padded", "patience", "methods", "trackers",
    "packages", "arguments", "installed", "settings", "elsewhere", "made_up.tables", "made_up.joined",
    "made_up.databases",
    "older.taking", "looked_for", "downloads", "hub_files", "screens", "token_ids", "older.local_rank", "schedules",
    "pairing", "ctc", "weights", "working_folder", "kernels", "feeding",
)  # fmt: skip


def install(run: Run) -> None:
    """Puts every stand-in in its place."""
    for name in PARTS:
        importlib.import_module(f"{__name__}.{name}").install(run)
