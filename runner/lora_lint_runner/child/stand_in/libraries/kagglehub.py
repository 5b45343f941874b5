"""A small kagglehub: models under an id of their names, data sets in a folder of made-up rows."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from ...context import Run
from ..made_up.files import contents, forms


def fill(module: ModuleType, run: Run) -> None:
    """Fills `kagglehub`."""

    def model_download(handle: str, *args: Any, **options: Any) -> str:
        parts = [p for p in handle.split("/") if p.lower() not in ("transformers", "pytorch", "flax", "keras")]
        parts = parts[:-1] if parts[-1].isdigit() else parts
        return "/".join((parts[0], parts[-1]))

    def dataset_download(handle: str, *args: Any, **options: Any) -> str:
        folder = run.box("made-up", handle.replace("/", "-"))
        rows = contents.rows_of(run)
        for suffix in ("csv", "jsonl"):
            forms.write(os.path.join(folder, f"train.{suffix}"), rows, suffix)
        return folder

    module.__dict__.update(
        model_download=model_download,
        dataset_download=dataset_download,
        login=lambda *a, **k: None,
        whoami=lambda *a, **k: {"username": "stand-in"},
    )
