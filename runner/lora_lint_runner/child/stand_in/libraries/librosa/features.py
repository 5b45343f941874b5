"""What a small librosa makes of a sound, frame by frame: arrays of the shapes that the real one has."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

HOP = 512
ROWS = {  # of the features that are not as many as an argument says
    "rms": 1, "zero_crossing_rate": 1, "spectral_centroid": 1, "spectral_bandwidth": 1, "spectral_rolloff": 1,
    "spectral_flatness": 1, "spectral_contrast": 7, "chroma_stft": 12, "chroma_cqt": 12, "chroma_cens": 12,
    "tonnetz": 6, "poly_features": 2,
}  # fmt: skip
COUNTED = {"mfcc": ("n_mfcc", 20), "melspectrogram": ("n_mels", 128), "tempogram": ("win_length", 384)}


def frames(y: Any, count: int, hop: int = HOP) -> Any:
    """The loudness of each frame, a little less from row to row."""
    numpy = importlib.import_module("numpy")
    sound = numpy.abs(numpy.asarray(y, dtype="float32"))
    starts = range(0, sound.shape[-1] + 1, hop)
    loud = numpy.stack([sound[..., s : s + hop].sum(-1) / hop for s in starts], -1)
    scale = numpy.arange(1, count + 1, dtype="float32")[:, None]
    return loud[..., None, :] / scale


def _feature(count: int, counted: str | None = None) -> Callable[..., Any]:
    def feature(y: Any = None, sr: float = 22_050, S: Any = None, hop_length: int = HOP, **options: Any) -> Any:
        rows = int(options.get(counted or "", count))
        return frames(y if y is not None else S[0], rows, hop_length if y is not None else 1)

    return feature


def delta(data: Any, *args: Any, **options: Any) -> Any:
    """How an array changes: not at all."""
    return data * 0


def stft(y: Any, n_fft: int = 2048, hop_length: int | None = None, **options: Any) -> Any:
    return frames(y, n_fft // 2 + 1, hop_length or n_fft // 4).astype("complex64")


FEATURES: dict[str, Any] = {
    **{name: _feature(count) for name, count in ROWS.items()},
    **{name: _feature(count, told) for name, (told, count) in COUNTED.items()},
    "delta": delta,
}
