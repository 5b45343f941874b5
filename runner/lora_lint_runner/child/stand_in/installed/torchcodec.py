"""Sounds of datasets (since 4) are decoded by torchcodec. Where it is not installed, they are read as WAV, and a sound
that rows made up name is a tone."""

from __future__ import annotations

import io
import os
from typing import Any

from ...context import Run
from .. import sounds
from ..made_up.cells.decoded import Sound

SAID = "package torchcodec is not installed: sounds of data sets are read without it"


def install(run: Run) -> None:
    """Only where datasets would stop for want of it."""

    @run.patches.after("datasets.features.audio")
    def audio(module: Any) -> None:
        if getattr(module.config, "TORCHCODEC_AVAILABLE", True):
            return
        run.patches.replace(module.Audio, "decode_example", lambda real: _decoding(run, real))
        run.patches.replace(module.Audio, "encode_example", lambda real: _encoding(real))


def _decoding(run: Run, real: Any) -> Any:
    def decode_example(self: Any, value: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(value, dict) or not getattr(self, "decode", True):
            return real(self, value, *args, **options)
        run.neutral(SAID)
        held, path = value.get("bytes"), value.get("path")
        absent = held is None and run.made_up and not os.path.exists(run.paths.reading(path or ""))
        values, rate = sounds.read(io.BytesIO(b"") if absent else io.BytesIO(held) if held is not None else path)
        wanted = getattr(self, "sampling_rate", None) or rate
        return Sound(path=path, array=sounds.resampled(values.mean(axis=1), rate, wanted), sampling_rate=wanted)

    return decode_example


def _encoding(real: Any) -> Any:
    def encode_example(self: Any, value: Any) -> Any:
        if isinstance(value, dict) and "array" in value:
            whole = sounds.packed(values=value["array"], rate=value.get("sampling_rate") or sounds.RATE)
            return {"bytes": whole, "path": None}
        return real(self, value)

    return encode_example
