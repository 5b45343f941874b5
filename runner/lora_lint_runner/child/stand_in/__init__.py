"""What takes the place of the things a laptop lacks: the model's weights, the data, the GPU, some packages."""

from __future__ import annotations

import importlib

from ..context import Run

PARTS = (  # in the order in which they have to wrap each other
    "models.inputs.whole_words", "models.loading", "models.configured", "models.tasks", "models.inputs.videos",
    "models.inputs.pieces", "models.inputs.plain_pictures", "models.adapter_settings",
    "models.prompts", "models.inputs.training_templates", "hardware.devices", "made_up.datasets", "made_up.literals",
    "made_up.of_packages",
    "training.trainers", "training.set_later", "training.streams", "training.padded", "training.patience",
    "training.thawing", "training.methods", "trackers", "packages", "command_line.arguments", "installed",
    "made_up.files.settings", "files.elsewhere", "made_up.files.tables", "made_up.files.joined",
    "made_up.files.databases", "older.taking",
    "files.looked_for", "files.downloads", "files.hub_files", "screens", "training.token_ids",
    "older.trainers.local_rank", "older.trainers.set_names", "training.schedules", "training.pairing", "training.ctc",
    "files.weights",
    "files.working_folder", "hardware.kernels", "training.batch_sizes", "training.feeding", "questions",
)  # fmt: skip


def install(run: Run) -> None:
    """Puts every stand-in in its place."""
    for name in PARTS:
        importlib.import_module(f"{__name__}.{name}").install(run)
