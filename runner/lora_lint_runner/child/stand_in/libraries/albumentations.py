"""A small albumentations: images and masks get the size that is asked for and become tensors, nothing else."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from . import cv2, torchvision

SIZED = ("Resize", "RandomCrop", "CenterCrop", "RandomResizedCrop", "RandomSizedCrop", "CropNonEmptyMaskIfExists")
EDGES = ("SmallestMaxSize", "LongestMaxSize")


class Transform:
    """Takes what is to be changed by name, and gives it back by the same names."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.args, self.options = args, options

    def __call__(self, **given: Any) -> dict[str, Any]:
        return {name: self.changed(name, value) for name, value in given.items()}

    def changed(self, name: str, value: Any) -> Any:
        return value


class Compose(Transform):
    """Also OneOf, Sequential and the like: all of what they hold."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.transforms = list(args[0] if args else options.get("transforms", ()))

    def __call__(self, **given: Any) -> dict[str, Any]:
        for transform in self.transforms:
            given = transform(**given)
        return given


class ReplayCompose(Compose):
    """It tells what it has done, and does it again to something else."""

    def __call__(self, **given: Any) -> dict[str, Any]:
        return {**super().__call__(**given), "replay": self}

    @staticmethod
    def replay(done: Any, **given: Any) -> dict[str, Any]:
        return Compose.__call__(done, **given)


class Sized(Transform):
    def changed(self, name: str, value: Any) -> Any:
        size = self.options.get("size") or (self.options.get("height"), self.options.get("width"))
        numbers = [a for a in self.args if isinstance(a, int)]
        if size[0] is None:
            size = self.args[0] if self.args and isinstance(self.args[0], (list, tuple)) else numbers or (224,)
        return cv2.resize(value, (size[-1], size[0])) if hasattr(value, "shape") else value


class Edge(Transform):
    def changed(self, name: str, value: Any) -> Any:
        size = self.options.get("max_size") or self.args[0]
        return cv2.resize(value, (size, size)) if hasattr(value, "shape") else value


class Normalize(Transform):
    def changed(self, name: str, value: Any) -> Any:
        return value.astype("float32") / 255 if name.startswith("image") else value


class ToTensorV2(Transform):
    def changed(self, name: str, value: Any) -> Any:
        import torch

        if name.startswith("image"):
            return torchvision.to_tensor(value) if value.dtype != "float32" else torchvision.to_tensor(value * 255)
        return torch.from_numpy(value.copy()) if hasattr(value, "shape") else value


CLASSES: dict[str, Any] = {
    **dict.fromkeys(SIZED, Sized), **dict.fromkeys(EDGES, Edge), "Normalize": Normalize, "ToTensorV2": ToTensorV2,
    **dict.fromkeys(("Compose", "OneOf", "SomeOf", "Sequential"), Compose), "ReplayCompose": ReplayCompose,
}  # fmt: skip


def fill(module: ModuleType, run: Run) -> None:
    """Fills `albumentations` and its parts."""
    module.__dict__.update(CLASSES, _fallback=lambda name: type(name, (Transform,), {}))
