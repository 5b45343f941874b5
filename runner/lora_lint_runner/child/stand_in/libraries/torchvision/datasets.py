"""torchvision's data sets: folders are read as they lie there, what it would download is made up."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ...made_up.cells import kinds

SUFFIXES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
CLASSES = 10
COUNT = 64


def open_image(path: str) -> Any:
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB")


class VisionDataset:
    """Pairs of an image and its class. A data set of torch in all but the base class."""

    def __init__(
        self,
        root: Any = None,
        *args: Any,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        **options: Any,
    ) -> None:
        self.root, self.transform, self.target_transform = root, transform, target_transform
        self.classes = [f"class_{place}" for place in range(CLASSES)]
        self.class_to_idx = {name: place for place, name in enumerate(self.classes)}
        self.samples: list[tuple[Any, int]] = [(place, place % CLASSES) for place in range(COUNT)]
        self.loader: Callable[[Any], Any] = lambda place: kinds.KINDS["image"]("image", place)

    @property
    def targets(self) -> list[int]:
        return [target for _, target in self.samples]

    @property
    def imgs(self) -> list[tuple[Any, int]]:
        return self.samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        source, target = self.samples[index]
        image = self.loader(source)
        image = image if self.transform is None else self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)


class DatasetFolder(VisionDataset):
    """A folder of classes, each a folder of files."""

    def __init__(self, root: Any, loader: Any = open_image, extensions: Any = SUFFIXES, *args: Any, **options: Any):
        super().__init__(root, *args, **options)
        self.loader = options.get("loader") or loader
        self.classes, self.class_to_idx = self.find_classes(os.fspath(root))
        self.samples = [
            (os.path.join(folder, name), self.class_to_idx[kind])
            for kind in self.classes
            for folder, _, names in sorted(os.walk(os.path.join(root, kind)))
            for name in sorted(names)
            if name.lower().endswith(tuple(extensions or SUFFIXES))
        ]

    def find_classes(self, directory: str) -> tuple[list[str], dict[str, int]]:
        """As the real one. Raises FileNotFoundError where there are none."""
        found = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())
        if not found:
            raise FileNotFoundError(f"Couldn't find any class folder in {directory}.")
        return found, {name: place for place, name in enumerate(found)}


class ImageFolder(DatasetFolder):
    """The transform comes second."""

    def __init__(self, root: Any, transform: Any = None, target_transform: Any = None, loader: Any = None, **more: Any):
        super().__init__(root, loader or open_image, transform=transform, target_transform=target_transform)


OWN = {c.__name__: c for c in (VisionDataset, DatasetFolder, ImageFolder)}


def named(name: str) -> Any:
    """CIFAR10, Flowers102, ...: ten classes of made-up images."""
    return OWN.get(name) or type(name, (VisionDataset,), {})
