"""A small torchaudio: sounds are read, written and brought to another rate; masks and noises leave them as they are."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ...context import Run
from .. import sounds


def load(uri: Any, *args: Any, **options: Any) -> tuple[Any, int]:
    """Channels first."""
    import torch

    values, rate = sounds.read(uri)
    return torch.from_numpy(values.T.copy()), rate


def save(uri: Any, src: Any, sample_rate: int, *args: Any, **options: Any) -> None:
    sounds.write(str(uri), values=src.detach().cpu().reshape(-1).tolist(), rate=sample_rate)


class Info:
    """torchaudio.info"""

    def __init__(self, uri: Any, *args: Any, **options: Any) -> None:
        values, self.sample_rate = sounds.read(uri)
        self.num_frames, self.num_channels = values.shape


def resample(waveform: Any, orig_freq: float, new_freq: float, *args: Any, **options: Any) -> Any:
    return sounds.resampled(waveform, orig_freq, new_freq)


def same(waveform: Any, *args: Any, **options: Any) -> Any:
    return waveform


def _modules() -> dict[str, Any]:
    """Transforms are modules of torch."""
    import torch

    class Resample(torch.nn.Module):
        def __init__(self, orig_freq: float = 16_000, new_freq: float = 16_000, *args: Any, **options: Any) -> None:
            super().__init__()
            self.orig_freq, self.new_freq = orig_freq, new_freq

        def forward(self, waveform: Any) -> Any:
            return sounds.resampled(waveform, self.orig_freq, self.new_freq)

    class Spectrum(torch.nn.Module):
        """Mel spectrograms and kin: of the right shape, from the sizes of frames."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__()
            self.bands = int(options.get("n_mels") or options.get("n_mfcc") or (options.get("n_fft", 400) // 2 + 1))
            self.hop = int(options.get("hop_length") or (options.get("win_length") or options.get("n_fft", 400)) // 2)

        def forward(self, waveform: Any) -> Any:
            frames = waveform.shape[-1] // self.hop + 1
            loud = torch.nn.functional.adaptive_avg_pool1d(waveform.abs().reshape(1, -1, waveform.shape[-1]), frames)
            return loud.reshape(*waveform.shape[:-1], 1, frames).repeat_interleave(self.bands, dim=-2)

    class Same(torch.nn.Module):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__()

        def forward(self, waveform: Any, *args: Any, **options: Any) -> Any:
            return waveform

    made = dict.fromkeys(("MelSpectrogram", "Spectrogram", "MFCC", "LFCC"), Spectrum)
    return {"Resample": Resample, **made, "_fallback": lambda name: type(name, (Same,), {})}


def fill(module: ModuleType, run: Run) -> None:
    """Fills `torchaudio` and its parts."""
    if module.__name__ == "torchaudio":
        module.__dict__.update(load=load, save=save, info=Info)
        for part in ("functional", "transforms"):
            module.__dict__[part] = importlib.import_module(f"torchaudio.{part}")
    elif module.__name__ == "torchaudio.functional":
        module.__dict__.update(resample=resample, _fallback=lambda name: same)
    elif module.__name__ == "torchaudio.transforms":
        module.__dict__.update(_modules())
