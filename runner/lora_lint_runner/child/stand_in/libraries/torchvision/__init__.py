"""torchvision without torchvision: transforms make tensors of the size that is asked for, data sets hold images."""

from __future__ import annotations

import enum
import importlib
from types import ModuleType, SimpleNamespace
from typing import Any

from ....context import Run
from . import datasets


class InterpolationMode(enum.Enum):
    """Ways to scale; here all are one."""

    NEAREST, BILINEAR, BICUBIC, LANCZOS, BOX, HAMMING = "nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"
    NEAREST_EXACT = "nearest-exact"


class Transform:
    """Leaves an image as it is: flips, rotations and colours change nothing that a run looks at."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.args, self.options = args, options

    def __call__(self, image: Any) -> Any:
        return image

    forward = __call__


class Compose(Transform):
    def __init__(self, transforms: Any) -> None:
        super().__init__()
        self.transforms = list(transforms)

    def __call__(self, image: Any) -> Any:
        for transform in self.transforms:
            image = transform(image)
        return image


class Resize(Transform):
    """Also every crop: the result has the size."""

    def __call__(self, image: Any) -> Any:
        size = self.options.get("size", self.args[0] if self.args else 224)
        return resize(image, size)


class Lambda(Transform):
    def __call__(self, image: Any) -> Any:
        return self.args[0](image)


class ToTensor(Transform):
    def __call__(self, image: Any) -> Any:
        return to_tensor(image)


class Normalize(Transform):
    def __call__(self, image: Any) -> Any:
        mean = self.options.get("mean", self.args[0] if self.args else 0.5)
        std = self.options.get("std", self.args[1] if len(self.args) > 1 else 0.5)
        return normalize(image, mean, std)


class ToPILImage(Transform):
    def __call__(self, image: Any) -> Any:
        return to_pil_image(image)


def resize(image: Any, size: Any, *args: Any, **options: Any) -> Any:
    """An image or a tensor, scaled."""
    import torch

    height, width = (size[0], size[-1]) if isinstance(size, (list, tuple)) else (size, size)
    if isinstance(image, torch.Tensor):
        whole = image if image.dim() == 4 else image[None]
        scaled = torch.nn.functional.interpolate(whole.float(), (int(height), int(width)))
        return scaled if image.dim() == 4 else scaled[0]
    return image.resize((int(width), int(height)))


def crop(image: Any, top: int, left: int, height: int, width: int) -> Any:
    """A part of an image, scaled where the image is smaller."""
    return resize(image, (height, width))


def to_tensor(image: Any) -> Any:
    """An image as numbers from 0 to 1, channels first."""
    import numpy
    import torch

    if isinstance(image, torch.Tensor):
        return image
    values = numpy.array(image, dtype="float32") / 255
    values = values[:, :, None] if values.ndim == 2 else values
    return torch.from_numpy(values.transpose(2, 0, 1).copy())


def normalize(image: Any, mean: Any, std: Any, *args: Any, **options: Any) -> Any:
    import torch

    def column(values: Any) -> Any:
        values = [values] if isinstance(values, (int, float)) else list(values)
        return torch.tensor(values, dtype=torch.float32).view(-1, 1, 1)

    return (image - column(mean)) / column(std)


def to_pil_image(image: Any, *args: Any) -> Any:
    from PIL import Image

    if not hasattr(image, "permute"):
        return image
    return Image.fromarray((image.detach().permute(1, 2, 0).clamp(0, 1) * 255).byte().numpy())


class RandomCrop(Resize):
    @staticmethod
    def get_params(image: Any, size: Any) -> tuple[int, int, int, int]:
        return 0, 0, int(size[0]), int(size[-1])


SIZED = ("Resize", "CenterCrop", "RandomResizedCrop", "FiveCrop")
CLASSES: dict[str, Any] = {
    **dict.fromkeys(SIZED, Resize),
    **{c.__name__: c for c in (Compose, Lambda, ToTensor, Normalize, ToPILImage, RandomCrop)},
    **dict.fromkeys(("PILToTensor", "ToImage"), ToTensor),
    "InterpolationMode": InterpolationMode,
}
FUNCTIONS: dict[str, Any] = {
    "resize": resize, "crop": crop, "to_tensor": to_tensor, "pil_to_tensor": to_tensor, "normalize": normalize,
    "to_pil_image": to_pil_image, "InterpolationMode": InterpolationMode, "hflip": lambda image: image,
    "center_crop": resize,
}  # fmt: skip


def make_grid(images: Any, *args: Any, **options: Any) -> Any:
    """Images side by side."""
    import torch

    images = list(images) if not isinstance(images, torch.Tensor) or images.dim() == 4 else [images]
    return torch.cat([image.expand(3, -1, -1) for image in images], dim=-1)


def save_image(images: Any, path: Any, *args: Any, **options: Any) -> None:
    to_pil_image(make_grid(images)).save(path)


def read_image(path: Any, *args: Any, **options: Any) -> Any:
    from PIL import Image

    return (to_tensor(Image.open(path).convert("RGB")) * 255).byte()


FILES: dict[str, dict[str, Any]] = {
    "torchvision.utils": {"make_grid": make_grid, "save_image": save_image},
    "torchvision.io": {
        "read_image": read_image,
        "decode_image": read_image,
        "ImageReadMode": SimpleNamespace(RGB="RGB", GRAY="L", UNCHANGED=""),
    },
}


def fill(module: ModuleType, run: Run) -> None:
    """Fills the transforms with their parts and the data sets; other parts of torchvision are missing."""
    if module.__name__ == "torchvision":
        for part in ("transforms", "datasets", "utils", "io"):
            module.__dict__[part] = importlib.import_module(f"torchvision.{part}")
        module.__dict__["_fallback"] = absent
        return
    if module.__name__ in FILES:
        module.__dict__.update(FILES[module.__name__])
        module.__dict__["_fallback"] = absent
        return
    if module.__name__.startswith("torchvision.datasets"):
        module.__dict__["_fallback"] = datasets.named
        return
    if module.__name__ == "torchvision.transforms":
        for name in ("functional", "v2"):
            module.__dict__[name] = importlib.import_module(f"torchvision.transforms.{name}")
    known = FUNCTIONS if module.__name__.endswith("functional") else CLASSES
    module.__dict__.update(known, _fallback=lambda name: type(name, (Transform,), {}) if name[:1].isupper() else same)


def same(image: Any, *args: Any, **options: Any) -> Any:
    return image


def absent(name: str) -> Any:
    if name == "models":
        return importlib.import_module("torchvision.models")
    raise ModuleNotFoundError(f"No module named 'torchvision.{name}'", name="torchvision")
