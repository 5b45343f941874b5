"""A small librosa, soundfile and audioread: sounds are read and written, and have features (see `features`)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ....context import Run
from ... import sounds
from .features import FEATURES, stft


def load(path: Any, sr: float | None = 22_050, mono: bool = True, *args: Any, **options: Any) -> tuple[Any, Any]:
    """librosa.load: at the rate that is asked for."""
    values, rate = sounds.read(path)
    values = values.mean(axis=1) if mono else values.T
    return (values, rate) if sr is None else (sounds.resampled(values, rate, sr), sr)


def resample(y: Any, *args: Any, orig_sr: float | None = None, target_sr: float | None = None, **options: Any) -> Any:
    old, new = (*args, orig_sr, target_sr)[:2] if args else (orig_sr, target_sr)
    return sounds.resampled(y, old or sounds.RATE, new or sounds.RATE)


def duration(y: Any = None, sr: float = 22_050, path: Any = None, filename: Any = None, **options: Any) -> float:
    if y is not None:
        return float(y.shape[-1]) / sr
    values, rate = sounds.read(path if path is not None else filename)
    return len(values) / rate


def trim(y: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
    """Nothing of it is silence."""
    return y, [0, y.shape[-1]]


def to_mono(y: Any) -> Any:
    return y if y.ndim == 1 else y.mean(axis=0)


def same(y: Any = None, *args: Any, **options: Any) -> Any:
    """Effects leave a sound, and other scales a spectrum, as it is."""
    return options.get("S", options.get("data")) if y is None else y


def read(
    file: Any,
    frames: int = -1,
    start: int = 0,
    stop: int | None = None,
    dtype: str = "float64",
    *args: Any,
    **more: Any,
) -> tuple[Any, int]:
    """soundfile.read: a part of the sound; one axis where there is one channel, unless two are asked for."""
    values, rate = sounds.read(file)
    values = values[start : start + frames if frames >= 0 else stop]
    values = values[:, 0] if values.shape[1] == 1 and not (more.get("always_2d") or args[:1] == (True,)) else values
    return values.astype(dtype), rate


def write(file: Any, data: Any, samplerate: int, *args: Any, **options: Any) -> None:
    if isinstance(file, str):
        sounds.write(file, values=data, rate=samplerate)


class Info:
    """soundfile.info"""

    def __init__(self, file: Any, *args: Any, **options: Any) -> None:
        values, self.samplerate = sounds.read(file)
        self.frames, self.channels = values.shape
        self.duration = self.frames / self.samplerate


PARTS: dict[str, dict[str, Any]] = {
    "librosa": {
        "load": load,
        "resample": resample,
        "get_duration": duration,
        "to_mono": to_mono,
        "stft": stft,
        **dict.fromkeys(("power_to_db", "amplitude_to_db", "db_to_power", "db_to_amplitude"), same),
    },
    "librosa.feature": FEATURES,
    "librosa.core": {"load": load, "resample": resample},
    "librosa.util": {"normalize": same, "fix_length": same},
    "librosa.effects": {"trim": trim, "time_stretch": same, "pitch_shift": same, "preemphasis": same},
    "soundfile": {"read": read, "write": write, "info": Info},
}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `librosa`, `soundfile` and their parts."""
    module.__dict__.update(PARTS.get(module.__name__, {}))
    if module.__name__ == "librosa":
        import importlib

        for part in ("core", "util", "effects", "feature"):
            module.__dict__[part] = importlib.import_module(f"librosa.{part}")
