"""A small speechbrain: who speaks, as a vector of the length that the model of this name gives."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run

X_VECTOR, ECAPA = 512, 192


class EncoderClassifier:
    """Says the same of every voice, but for its loudness."""

    def __init__(self, source: str) -> None:
        self.size = ECAPA if "ecapa" in source.lower() else X_VECTOR

    @classmethod
    def from_hparams(cls, source: str = "", *args: Any, **options: Any) -> EncoderClassifier:
        return cls(str(source))

    def encode_batch(self, wavs: Any, *args: Any, **options: Any) -> Any:
        import torch

        sounds = torch.as_tensor(wavs, dtype=torch.float32)
        sounds = sounds[None] if sounds.dim() == 1 else sounds
        steps = torch.linspace(0.1, 1.0, self.size)
        return steps.expand(len(sounds), 1, self.size) * (1 + sounds.abs().mean(-1)[:, None, None])

    def eval(self) -> EncoderClassifier:
        return self

    def to(self, *args: Any, **options: Any) -> EncoderClassifier:
        return self


def fill(module: ModuleType, run: Run) -> None:
    """Its modules are many and moved with its releases; all have the class."""
    names = ("EncoderClassifier", "SpeakerRecognition", "SpectralMaskEnhancement")
    module.__dict__.update(dict.fromkeys(names, EncoderClassifier))
