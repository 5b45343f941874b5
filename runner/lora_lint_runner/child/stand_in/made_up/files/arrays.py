"""Arrays that are made up: what is in each, by its name, and by what stopped an earlier attempt."""

from __future__ import annotations

import importlib
import re
from typing import Any

from ....context import Run
from .. import rows
from ..cells import kinds

TOKENS = {"input_ids": "ints", "attention_mask": "ones", "labels": "ints", "token_type_ids": "ones"}
WIDE = re.compile(r"embedding|feature|vector|hidden", re.I)
PICTURES = re.compile(r"(^|_)(images?|imgs?|pixels?|pixel_values|frames?|photos?|pictures?|scans?|slices?)(_|$)", re.I)
CLASSES = re.compile(r"(^|_)(y|labels?|targets?|class(es)?|ans)(_|$)", re.I)
INPUTS = re.compile(r"(^|_)(x|data|inputs?|samples?)(_|$)", re.I)
SEEING = re.compile(r"Image|ViT|Swin|Deit|ResNet|Dinov2|ConvNext|CLIP|Vision", re.I)
MASKING = re.compile(r"Segment|Sam\d?(HQ)?Model|Mask", re.I)
WORDS = re.compile(r"text|sentence|prompt|title|name|caption|question|answer|token|word|file|path", re.I)
SIDE = 64
ACROSS = 16  # a row of numbers
FORMS = ("pictures", "grey", "channels first")  # of an array of pictures: what is tried, one after the other
PICTURED, LABELLED, NUMBERS = "pictures", "labels", "numbers"


def named(run: Run, names: list[str], found: list[dict[str, Any]]) -> dict[str, Any]:
    """An array of each name: of all rows; where one is a picture, of what belongs to that."""
    numpy = importlib.import_module("numpy")
    one = any(kinds.by_name(name) == "image" for name in names)
    masked = bool(MASKING.search(" ".join(run.hints.classes)))
    arrays = {}
    for name in names:
        kind = kinds.by_name(name)
        kind = "mask" if masked and kind.startswith("label") else kind
        cell = kinds.KINDS[kind](name, 0) if one and kind in ("image", "mask") else None
        series = [] if cell is not None else alone(run, name, found, names)
        arrays[name] = numpy.asarray(cell) if cell is not None else numpy.asarray(series[0] if one else series)
    return arrays


def alone(run: Run, name: str, found: list[dict[str, Any]], beside: list[str] | None = None) -> Any:
    """The array of a name, as many values as there are rows."""
    numpy = importlib.import_module("numpy")
    shape = run.hints.columns.get(name)
    told = rows.learned_kind(run, name) or (shape.kind if shape is not None and shape.kind != "any" else "")
    sees = SEEING.search(" ".join(run.hints.classes)) and not any(map(PICTURES.search, beside or ()))
    if not told and (PICTURES.search(name) or (sees and INPUTS.search(name))):
        run.met.arrays.add(PICTURED)
        return _pictures(run, len(found))
    if CLASSES.search(name) and "input_ids" not in run.hints.strings:
        run.met.arrays.add(LABELLED)
        cells = numpy.asarray([place % (run.hints.labels or 2) for place in range(len(found))])
        return cells[:, None] if run.spec.learned.get("array columns") else cells
    return numpy.asarray(series(run, name, found, numbers=True))


def series(run: Run, name: str, found: list[dict[str, Any]], numbers: bool = False) -> list[Any]:
    """As many values of a name as there are rows; of a name that tells nothing texts, or `numbers`."""
    if name in TOKENS:
        return [kinds.KINDS[TOKENS[name]](name, place) for place in range(len(found))]
    kind, shape = rows.learned_kind(run, name), run.hints.columns.get(name)
    shape = None if shape is not None and shape.kind == "list" else shape
    told = kind is not None or (shape is not None and shape.kind != "any")
    plain = numbers and not told and kinds.by_name(name) == "text" and not WORDS.search(name)
    if plain or WIDE.search(name):
        run.met.arrays.add(NUMBERS)
        wide = int(run.spec.learned.get("array width", ACROSS))
        return [[round((place + n) % 7 / 7, 3) for n in range(wide)] for place in range(len(found))]
    if kinds.by_name(name) == "audio" and numbers:
        kind = "wave"
    return [rows.told(run, name, place, rows.value(name, place, kind, shape)) for place in range(len(found))]


def _pictures(run: Run, count: int) -> Any:
    """Pictures beside each other, in the form and of the size that the script was seen to need."""
    numpy = importlib.import_module("numpy")
    side, form = int(run.spec.learned.get("array side", SIDE)), FORMS[int(run.spec.learned.get("array form", 0))]
    shades = (numpy.arange(count, dtype="uint8") * 3).reshape(-1, 1, 1)
    grey = numpy.broadcast_to(shades, (count, side, side)).copy()
    if form == "grey":
        return grey
    return numpy.stack([grey, grey, grey], axis=1 if form == "channels first" else 3)
