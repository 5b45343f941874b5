"""Sounds in made-up rows are what datasets makes of them when it decodes: arrays with a rate (its releases before 4),
which also hand out their samples as torchcodec's decoders do (those since)."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

from ....context import Run

PARTS = {"array", "sampling_rate"}
METHODS = ("decode_row", "decode_column", "decode_batch")


class Sound(dict):  # type: ignore[type-arg]
    """`audio["array"]`, `audio.get_all_samples().data`."""

    def get_all_samples(self) -> Any:
        values = importlib.import_module("torch").as_tensor(self["array"]).float().reshape(1, -1)
        rate = self["sampling_rate"]
        return SimpleNamespace(
            data=values, sample_rate=rate, pts_seconds=0.0, duration_seconds=values.shape[-1] / max(rate, 1)
        )


def install(run: Run, data: Any) -> None:
    """For rows that were made up, on their way out of a data set."""

    def decoding(real: Any) -> Any:
        def decode(self: Any, found: Any, *args: Any, **options: Any) -> Any:
            found = real(self, found, *args, **options)
            return _decoded(found) if data.made_up and _heard(self.features) else found

        return decode

    @run.patches.after("datasets.formatting.formatting")
    def formatting(module: Any) -> None:
        for name in METHODS:
            run.patches.replace(module.PythonFeaturesDecoder, name, decoding)


def _heard(features: Any) -> bool:
    """Is one of the columns a sound?"""
    return any(isinstance(kind, dict) and set(kind) >= PARTS for kind in (features or {}).values())


def _decoded(found: Any) -> Any:
    """A row, a column or a batch of columns with its sounds as arrays."""
    if isinstance(found, list):
        return [_decoded(part) if isinstance(part, dict) else part for part in found]
    if not isinstance(found, dict):
        return found
    if set(found) >= PARTS and isinstance(found["array"], list) and isinstance(found["sampling_rate"], int):
        return Sound({**found, "array": importlib.import_module("numpy").asarray(found["array"])})
    return {name: _decoded(part) if isinstance(part, (dict, list)) else part for name, part in found.items()}
