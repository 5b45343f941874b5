"""Sounds: made up, written as WAV, and read by Python's own `wave`, whatever their suffix says."""

from __future__ import annotations

import contextlib
import io
import math
import os
import struct
import wave
from typing import Any

RATE = 16_000
SECONDS = 1.5  # scripts leave sounds out that are shorter than a half, or than one


def write(path: str, pitch: float = 220.0, values: Any = None, rate: int = RATE, seconds: float | None = None) -> None:
    """A file with a tone of so many seconds, or with the values that are given."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(packed(pitch, values, rate, seconds))


def packed(pitch: float = 220.0, values: Any = None, rate: int = RATE, seconds: float | None = None) -> bytes:
    """What a file has of a tone, or of values (channels do not matter: one is written), as 16 bits."""
    found = [math.sin(2 * math.pi * pitch * i / rate) / 2 for i in range(int(rate * (seconds or SECONDS)))]
    if values is not None:
        found = [float(v) for v in (values[:, 0] if getattr(values, "ndim", 1) == 2 else values)]
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(found)}h", *(int(max(-1.0, min(1.0, v)) * 32767) for v in found)))
    return whole.getvalue()


def read(source: Any) -> tuple[Any, int]:
    """The values of a sound, channels last, and its rate; a tone for what `wave` cannot read.

    Raises FileNotFoundError, where `open` does: it is not asked before whether the file is there, as one may be made up
    when it is opened."""
    import numpy

    path = os.fspath(source) if isinstance(source, (str, os.PathLike)) else source
    with contextlib.suppress(wave.Error, EOFError), wave.open(path, "rb") as file:
        if file.getsampwidth() == 2:
            values = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype("float32") / 32768
            return values.reshape(-1, file.getnchannels()), file.getframerate()
    tone = numpy.sin(numpy.arange(int(RATE * SECONDS), dtype="float32") / 11) / 2
    return tone.reshape(-1, 1).astype("float32"), RATE


def resampled(values: Any, old: float, new: float) -> Any:
    """Values at another rate, along the last axis; numbers of numpy and torch alike."""
    count = values.shape[-1]
    length = max(1, round(count * new / old))
    places = [min(count - 1, int(i * old / new)) for i in range(length)]
    return values[..., places]
