"""A small OpenCV: images are read, scaled and turned to other colours with Pillow; what only draws leaves them."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from ...context import Run

GRAYS = ("COLOR_BGR2GRAY", "COLOR_RGB2GRAY")
COLOURS = (*GRAYS, "COLOR_BGR2RGB", "COLOR_RGB2BGR", "COLOR_GRAY2RGB", "COLOR_GRAY2BGR")
FRAMES = 8


def imread(path: Any, flags: Any = 1, *args: Any) -> Any:
    """As the real one: nothing where there is no image."""
    import numpy
    from PIL import Image

    if not os.path.isfile(path):
        return None
    with Image.open(path) as image:
        if flags in (0, "IMREAD_GRAYSCALE"):
            return numpy.asarray(image.convert("L")).copy()
        return numpy.asarray(image.convert("RGB"))[:, :, ::-1].copy()


def _remembering(run: Run) -> Any:
    """imread says nothing of an image that is not there: the script stops later, for want of it."""

    def imread_(path: Any, *args: Any, **options: Any) -> Any:
        found = imread(path, *args, **options)
        if found is None:
            run.met.looked_for.append(os.fspath(path))
        return found

    return imread_


def imwrite(path: Any, image: Any, *args: Any) -> bool:
    from PIL import Image

    Image.fromarray(image[:, :, ::-1] if image.ndim == 3 else image).save(path)
    return True


def resize(src: Any, dsize: Any = None, *args: Any, fx: float = 0, fy: float = 0, **options: Any) -> Any:
    """The nearest pixel, whatever way is asked for."""
    import numpy

    height, width = src.shape[:2]
    new_width, new_height = dsize if dsize is not None else (round(width * fx), round(height * fy))
    rows = numpy.arange(int(new_height)) * height // int(new_height)
    columns = numpy.arange(int(new_width)) * width // int(new_width)
    return src[rows][:, columns]


def cvtColor(src: Any, code: Any, *args: Any, **options: Any) -> Any:
    import numpy

    if code in GRAYS:
        return src.mean(axis=2).astype(src.dtype)
    if src.ndim == 2:
        return numpy.stack([src] * 3, axis=2)
    return src[:, :, ::-1].copy()


def same(src: Any = None, *args: Any, **options: Any) -> Any:
    return src


class VideoCapture:
    """A few frames of one colour."""

    def __init__(self, *args: Any) -> None:
        self.left = FRAMES

    def isOpened(self) -> bool:
        return self.left > 0

    def read(self) -> tuple[bool, Any]:
        import numpy

        self.left -= 1
        return (True, numpy.full((64, 64, 3), 16 * self.left, dtype="uint8")) if self.left >= 0 else (False, None)

    def get(self, what: Any) -> float:
        return float(FRAMES)

    def set(self, *args: Any) -> bool:
        return True

    def release(self) -> None: ...


def _named(name: str) -> Any:
    """Constants are their own names; whatever else takes an image gives it back."""
    return name if name.isupper() or name.startswith(("COLOR_", "CAP_", "INTER_")) else same


def fill(module: ModuleType, run: Run) -> None:
    """Fills `cv2`."""
    found = (imwrite, resize, cvtColor, VideoCapture)
    module.__dict__.update({f.__name__: f for f in found}, imread=_remembering(run), _fallback=_named)
