"""A small decord: every video has the same few frames, whatever lies at its path."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run

FRAMES, HEIGHT, WIDTH, RATE = 24, 64, 64, 8.0
BRIDGES = {"native": "native"}


class Batch:
    """Frames in decord's own form."""

    def __init__(self, frames: Any) -> None:
        self.frames = frames

    @property
    def shape(self) -> Any:
        return self.frames.shape

    def asnumpy(self) -> Any:
        return self.frames

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, place: Any) -> Any:
        return Batch(self.frames[place])


class VideoReader:
    """A video of a path that need not be there."""

    def __init__(self, uri: Any, ctx: Any = None, width: int = -1, height: int = -1, **options: Any) -> None:
        self.height, self.width = (height if height > 0 else HEIGHT), (width if width > 0 else WIDTH)

    def __len__(self) -> int:
        return FRAMES

    def __getitem__(self, place: Any) -> Any:
        return self.get_batch(range(FRAMES)[place]) if isinstance(place, slice) else self._given([place], alone=True)

    def get_batch(self, indices: Any) -> Any:
        return self._given([int(place) for place in indices])

    def get_avg_fps(self) -> float:
        return RATE

    def get_frame_timestamp(self, place: int) -> Any:
        import numpy

        return numpy.array([place / RATE, (place + 1) / RATE])

    def seek(self, place: int) -> None: ...

    def _given(self, places: list[int], alone: bool = False) -> Any:
        import numpy
        import torch

        shades = numpy.array(places, dtype="uint8").reshape(-1, 1, 1, 1) * 9
        frames = numpy.broadcast_to(shades, (len(places), self.height, self.width, 3)).copy()
        frames = frames[0] if alone else frames
        return torch.from_numpy(frames) if BRIDGES["native"] == "torch" else Batch(frames)


def fill(module: ModuleType, run: Run) -> None:
    """What scripts use of it."""

    def set_bridge(name: str) -> None:
        BRIDGES["native"] = name

    BRIDGES["native"] = "native"
    bridge = ModuleType("decord.bridge")
    bridge.set_bridge = set_bridge  # type: ignore[attr-defined]
    found = {"VideoReader": VideoReader, "bridge": bridge, "cpu": lambda place=0: place, "gpu": lambda place=0: place}
    module.__dict__.update(found)
