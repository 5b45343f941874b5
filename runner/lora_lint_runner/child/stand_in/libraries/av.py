"""A small av: every video has the same few frames and one stream, whatever lies at its path."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from ...context import Run
from ..anything import Anything
from . import decord


class Frame:
    """One picture of a video."""

    def __init__(self, place: int) -> None:
        self.index = self.pts = place
        self.time, self.width, self.height = place / decord.RATE, decord.WIDTH, decord.HEIGHT

    def to_ndarray(self, *args: Any, **options: Any) -> Any:
        return decord.VideoReader(None)[self.index].asnumpy()

    def to_image(self, *args: Any, **options: Any) -> Any:
        from PIL import Image

        return Image.fromarray(self.to_ndarray())


class Stream:
    frames, average_rate, base_rate = decord.FRAMES, decord.RATE, decord.RATE
    time_base, duration, width, height = 1 / decord.RATE, decord.FRAMES, decord.WIDTH, decord.HEIGHT
    type, index = "video", 0


class Streams(list):  # type: ignore[type-arg]
    """All of a file's streams, and those of a kind."""

    @property
    def video(self) -> list[Stream]:
        return list(self)

    audio: tuple[Any, ...] = ()


class Container:
    """A file of which only the pictures are known."""

    def __init__(self) -> None:
        self.streams = Streams([Stream()])
        self.duration = int(decord.FRAMES / decord.RATE * 1e6)

    def decode(self, *args: Any, **options: Any) -> Iterator[Frame]:
        return map(Frame, range(decord.FRAMES))

    def seek(self, *args: Any, **options: Any) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *args: object) -> None: ...


def fill(module: ModuleType, run: Run) -> None:
    """What scripts use of it: they read videos; what they write goes nowhere."""

    def open_(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        return Container() if mode.startswith("r") else Anything("av")

    module.__dict__["open"] = open_
