"""A small modelscope: its ids are those of the hub, and its Auto classes those of transformers."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ...context import Run
from ..anything import standing_for


class MsDataset:
    """Data sets under the ids of the hub."""

    @staticmethod
    def load(dataset_name: str, *args: Any, **options: Any) -> Any:
        kept = {key: options[key] for key in ("split",) if key in options}
        return importlib.import_module("datasets").load_dataset(dataset_name, **kept)


def fill(module: ModuleType, run: Run) -> None:
    """Fills `modelscope`."""

    def snapshot_download(model_id: str, *args: Any, **options: Any) -> str:
        return model_id

    def of_transformers(name: str) -> Any:
        return getattr(importlib.import_module("transformers"), name, None) or standing_for(f"modelscope.{name}")

    module.__dict__.update(snapshot_download=snapshot_download, MsDataset=MsDataset, _fallback=of_transformers)
