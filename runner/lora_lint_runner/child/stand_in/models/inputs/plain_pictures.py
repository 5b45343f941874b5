"""Image processors that transformers has for torchvision alone, where that is not installed: those of SAM 2 among them
(seen with transformers 5.23). A plain one takes their place: pictures as large as the model sees them, and how large
they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....context import Run

MISSES = "Missing optional dependencies: torchvision"
SIDE, MIDDLE = 224, [0.5, 0.5, 0.5]


def install(run: Run) -> None:
    @run.patches.after("transformers.models.auto.image_processing_auto")
    def auto(module: Any) -> None:
        run.patches.replace(module.AutoImageProcessor, "from_pretrained", lambda real: _loading(run, real))


def _loading(run: Run, real: Any) -> Any:
    def from_pretrained(cls: Any, name: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(cls, name, *args, **options)
        except ValueError as error:
            if MISSES not in str(error):
                raise
            run.neutral("package torchvision is not installed: a plain image processor in the place of the model's own")
            return plain(_side(name))

    return from_pretrained


def _side(name: Any) -> int:
    """Of the pictures that a model sees."""
    from transformers import AutoConfig

    sides = (getattr(part, "image_size", None) for part in _parts(AutoConfig.from_pretrained(name)))
    found = next(filter(None, sides), SIDE)
    return int(found if isinstance(found, int) else found[0])


def _parts(config: Any) -> Iterator[Any]:
    while config is not None:
        yield config
        config = getattr(config, "vision_config", None) or getattr(config, "backbone_config", None)


def plain(side: int) -> Any:
    """Made when transformers is there."""
    from transformers.image_processing_backends import PilBackend
    from transformers.image_utils import PILImageResampling, make_flat_list_of_images

    class PlainImageProcessor(PilBackend):
        image_mean = image_std = MIDDLE
        resample = PILImageResampling.BILINEAR
        do_resize = do_rescale = do_normalize = do_convert_rgb = True

        def __call__(self, images: Any, *args: Any, segmentation_maps: Any = None, **options: Any) -> Any:
            found = super().__call__(images, *args, **options)
            pictures: Any = make_flat_list_of_images(images)
            found["original_sizes"] = [_height_and_width(picture) for picture in pictures]
            return found.convert_to_tensors(options.get("return_tensors"))

        def post_process_masks(self, masks: Any, original_sizes: Any, *args: Any, **options: Any) -> list[Any]:
            """Each as large as its picture was, and 1 where something is."""
            import torch

            sizes = [tuple(map(int, size)) for size in original_sizes]
            resized = torch.nn.functional.interpolate
            return [resized(mask.float(), size, mode="bilinear") > 0 for mask, size in zip(masks, sizes, strict=False)]

    return PlainImageProcessor(size={"height": side, "width": side})


def _height_and_width(picture: Any) -> tuple[int, int]:
    from transformers.image_utils import get_image_size

    if hasattr(picture, "convert"):
        return picture.size[1], picture.size[0]
    height, width = get_image_size(picture)
    return height, width
