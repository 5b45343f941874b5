"""Images padded to one size by `image_processor.pad(images)`: until transformers 4.5x a batch, since 5 one image."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run
from .. import methods

KIND = "padding"
HOME = "transformers.image_processing_base"
SAID = re.compile(r"\w*ImageProcessor\w*\.pad\(\) (?:got an unexpected|missing \d+ required)")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Was a batch of images to be padded?"""
    asked = isinstance(error, TypeError) and SAID.match(str(error))
    return {"kind": KIND, "home": "transformers", "name": "pad"} if asked else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"an image processor's pad() of transformers {release} takes one image, not a batch"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The script pads batches, the library one image after the other."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        methods.wrap(run, module.ImageProcessingMixin, "pad".__eq__, lambda real: _batches(run, real))


def _batches(run: Run, real: Any) -> Any:
    def pad(self: Any, images: Any, *args: Any, **options: Any) -> Any:
        return _padded(images) if run.code.asks() else real(self, images, *args, **options)

    return pad


def _padded(images: Any) -> Any:
    """Images of one size, zeros to the right and below, and masks that say which pixels are theirs."""
    import torch
    from transformers import BatchFeature

    found = [torch.as_tensor(image) for image in images]
    height, width = (max(image.shape[side] for image in found) for side in (-2, -1))
    values = torch.zeros(len(found), found[0].shape[0], height, width)
    mask = torch.zeros(len(found), height, width, dtype=torch.int64)
    for place, image in enumerate(found):
        values[place, :, : image.shape[-2], : image.shape[-1]] = image
        mask[place, : image.shape[-2], : image.shape[-1]] = 1
    return BatchFeature({"pixel_values": values, "pixel_mask": mask})
