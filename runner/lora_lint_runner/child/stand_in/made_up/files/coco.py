"""Annotations of pictures in the form of COCO: a record of pictures, of what is seen on them, and of its kinds.

The form is that of the data set (cocodataset.org, "data format"); detectors and segmenters read others in it, too.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from ....context import Run
from .. import rows
from . import forms

PARTS = ("images", "annotations")
SEEN = ("bbox", "segmentation", "keypoints", "caption")
KINDS = re.compile(r"label|class|categor|names", re.I)  # what a file is called that lists them
NAMES = ("boat", "buoy", "bird")
SIZE = 64  # points on a side, as our pictures have


def is_one(run: Run, path: str) -> bool:
    """Does the script read a file as such, or have it read by the package for them, which asks for its parts itself?"""
    return path.endswith(".json") and ("pycocotools" in run.hints.roots or _by_itself(run))


def _by_itself(run: Run) -> bool:
    """Does the script go through such a file?"""
    strings = run.hints.strings
    return all(part in strings for part in PARTS) and any(s in strings for s in SEEN)


def lists_kinds(run: Run, path: str) -> bool:
    """Is it a text that names the kinds of what is seen, one a line, beside such a file: `obj.names`?"""
    text = forms.is_text(os.path.splitext(path)[1])
    return text and _by_itself(run) and KINDS.search(os.path.basename(path)) is not None


def write(run: Run, path: str, count: int) -> None:
    """Two things on each picture, of several kinds."""
    images = [
        {"id": place, "file_name": rows.told(run, "file_name", place, f"0-{place}.png"), "width": SIZE, "height": SIZE}
        for place in range(count)
    ]
    seen = [_annotation(2 * place + second, place, second) for place in range(count) for second in range(2)]
    kinds = [{"id": place + 1, "name": name, "supercategory": "thing"} for place, name in enumerate(NAMES)]
    whole = {"info": {}, "licenses": [], "images": images, "annotations": seen, "categories": kinds}
    forms.packed_text(path, json.dumps(whole))


def write_kinds(path: str) -> None:
    """Those of `write`."""
    forms.packed_text(path, "".join(f"{name}\n" for name in NAMES))


def _annotation(number: int, image: int, second: int) -> dict[str, Any]:
    x, y, side = 8.0 + 24.0 * second, 12.0, 16.0
    corners = [x, y, x + side, y, x + side, y + side, x, y + side]
    return {
        "id": number,
        "image_id": image,
        "category_id": number % len(NAMES) + 1,
        "bbox": [x, y, side, side],
        "area": side * side,
        "iscrowd": 0,
        "segmentation": [corners],
        "keypoints": [value for place in range(0, 8, 2) for value in (*corners[place : place + 2], 2)],
        "num_keypoints": 4,
        "caption": f"a {NAMES[number % len(NAMES)]} on the water",
    }
