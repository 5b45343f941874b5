"""Processors of models that also take videos, where torchvision is not installed: everything but the videos.

A script that trains on images and text then runs; one that hands over a video is told which package that needs.
"""

from __future__ import annotations

from typing import Any

from ....context import Run

NAME = "NoVideos"
# without torchvision it is not there; beside an adapter there is no config that tells which it would be
MISSES = ("torchvision", "unrecognized video processor")


def install(run: Run) -> None:
    """Looks after the video processors of transformers 5, which load with every processor that could take a video."""

    @run.patches.after("transformers.models.auto.video_processing_auto")
    def auto(module: Any) -> None:
        run.patches.replace(module.AutoVideoProcessor, "from_pretrained", lambda real: _loading(run, real))

    @run.patches.after("transformers.processing_utils")
    def checks(module: Any) -> None:
        if hasattr(module.ProcessorMixin, "check_argument_for_proper_class"):
            run.patches.replace(module.ProcessorMixin, "check_argument_for_proper_class", _checking)


def _loading(run: Run, real: Any) -> Any:
    def from_pretrained(cls: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(cls, *args, **options)
        except (ImportError, ValueError) as error:
            said = str(error).lower()
            if not any(word in said for word in MISSES):
                raise
            run.neutral("package torchvision is not installed: a processor without its video part")
            return _without()

    return from_pretrained


def _checking(real: Any) -> Any:
    def check(self: Any, name: Any, argument: Any) -> Any:
        return type(argument) if type(argument).__name__ == NAME else real(self, name, argument)

    return check


def _without() -> Any:
    """The video part of a processor; asking it for videos raises ImportError. What the processor around it wants to
    know of it as it begins (how MiniCPM-V 4.6 slices frames) is not known."""
    from transformers.video_processing_utils import VideoProcessorMixin

    def init(self: Any, *args: Any, **options: Any) -> None:
        self.merge_size = self.temporal_patch_size = 2

    def call(self: Any, *args: Any, **options: Any) -> Any:
        raise ImportError("videos require the torchvision library but it was not found", name="torchvision")

    def unknown(self: Any, name: str) -> None:
        if name.startswith("_"):
            raise AttributeError(name)

    methods: dict[str, Any] = {"__init__": init, "__call__": call, "to_dict": lambda self: {}, "__getattr__": unknown}
    return type(NAME, (VideoProcessorMixin,), methods)()
