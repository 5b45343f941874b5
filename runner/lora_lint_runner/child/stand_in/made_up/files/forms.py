"""Made-up rows, pictures and sounds as files: each in the form that its name says."""

from __future__ import annotations

import base64
import csv
import importlib
import io
import json
import os
import pickle
import re
from collections.abc import Callable
from typing import Any

from ... import arff, sounds
from ..cells import kinds, life
from ..suffixes import ARFF, BY_ARROW, FASTA, PACKED, PICTURES, SHEETS, SOUNDS, STRUCTURED

MASK = re.compile(r"mask|annotation|segmentation|(^|[-_])(seg|gt|labels?)([-_.\d]|$)", re.I)
PHOTOS = re.compile(r"ima?ge?s?|photos?|pictures?|rgb|(^|[-_])(input|raw)", re.I)
DISTANCES = re.compile(r"(^|[-_])(depths?|disparit(y|ies)|disps?)([-_.\d]|$)", re.I)
_WRITTEN: set[str] = set()  # made up by this process


def written(path: str) -> None:
    """Remembers that a file is made up."""
    _WRITTEN.add(os.path.realpath(path))


def packed_text(path: str, text: str) -> None:
    """Writes a text, packed where the path says so."""
    written(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    packing = PACKED.get(os.path.splitext(path.lower())[1])
    opening = open if packing is None else importlib.import_module(packing).open
    with opening(path, "wt", encoding="utf-8") as file:
        file.write(text)


def is_text(suffix: str) -> bool:
    """Has a file with this suffix lines, which are not JSON?"""
    return suffix not in (*STRUCTURED, *SHEETS, *FASTA, *PICTURES, *SOUNDS)


def is_made_up(path: str | os.PathLike[str]) -> bool:
    """Is it a file that was made up here?"""
    return os.path.realpath(os.fspath(path)) in _WRITTEN


def stems() -> set[str]:
    """The names, without suffixes, of the files that were made up here."""
    return {os.path.splitext(os.path.basename(path))[0] for path in _WRITTEN}


def as_text(value: bytes) -> str:
    """The bytes of a file as JSON has them."""
    return base64.b64encode(value).decode()


def _filled(value: Any) -> Any:
    """The same without records that have no field: parquet has none such."""
    if isinstance(value, dict):
        return {k: _filled(v) for k, v in value.items()} or {"text": None}
    return [_filled(v) for v in value] if isinstance(value, list) else value


PILLOWS = {"jpg": "JPEG", "jpe": "JPEG", "tif": "TIFF"}  # what opens the others goes by what is in them


def write(
    path: str,
    found: list[Any],
    suffix: str,
    as_one: bool = True,
    separator: str = ",",
    title: Callable[[str, int], str] = lambda name, place: name,
) -> None:
    """Writes rows as a suffix says: json (one value, or one a line), csv, tsv, arff, parquet, a picture, a
    sound, sequences, each below its `title`, else text, packed where the path says so; a path that ends with a slash is
    a folder."""
    if path.endswith(os.sep):
        os.makedirs(path, exist_ok=True)
        return
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    written(path)
    if path.lower().endswith(".zip"):
        inner = path[: -len(".zip")]
        write(inner, found, suffix, as_one, separator, title)
        with importlib.import_module("zipfile").ZipFile(path, "w") as packed:
            packed.write(inner, os.path.basename(inner))
        os.remove(inner)
        return
    if "." + suffix in PICTURES:
        form = PILLOWS.get(suffix[:3], "PNG")
        _picture(path, form).save(path, form)
        return
    if "." + suffix in SOUNDS:
        sounds.write(path)
        return
    if "." + suffix in BY_ARROW:
        held = io.BytesIO()  # pyarrow opens files by itself, where they do not lie in the box
        frame = importlib.import_module("pandas").DataFrame([_filled(row) for row in found])
        getattr(frame, f"to_{suffix}")(held)
        with open(path, "wb") as whole_file:
            whole_file.write(held.getvalue())
        return
    if suffix == "pkl":
        with open(path, "wb") as pickled:
            pickle.dump(found, pickled)
        return
    packing = PACKED.get(os.path.splitext(path.lower())[1])
    opening = open if packing is None else importlib.import_module(packing).open
    with opening(path, "wt", encoding="utf-8", newline="") as file:
        if "." + suffix in FASTA:
            file.writelines(
                f">{title(_name(row, place), place)}\n{life.protein(place)}\n" for place, row in enumerate(found)
            )
        elif suffix == "py":
            file.writelines(f"{kinds.KINDS['function']('', place)}\n\n" for place in range(len(found)))
        elif "." + suffix == ARFF:
            file.write(arff.text(found))
        elif suffix == "json" and as_one:
            json.dump(found, file, default=as_text)
        elif suffix in ("csv", "tsv") or "." + suffix in SHEETS:
            mark = {"csv": separator, "tsv": "\t"}.get(suffix, ",")
            writer = csv.DictWriter(file, list(found[0]), delimiter=mark)
            writer.writeheader()
            writer.writerows(found)
        elif suffix in ("json", "jsonl", "ndjson"):
            file.writelines(json.dumps(row, default=as_text) + "\n" for row in found)
        else:
            file.writelines(" ".join(str(v) for v in row.values()) + "\n" for row in found)


def _picture(path: str, form: str) -> Any:
    """A photograph, or, by the name of the file or its folder, which of two classes each of its points is of, or how
    far each is: in millimetres, with the 16 bits that the depth maps of data sets have (NYU, ScanNet)."""
    made = importlib.import_module("PIL.Image")
    above, *parts = ["", *os.path.normpath(path).split(os.sep)][-3:]
    of_class = MASK.search(above) and not any(PHOTOS.search(part) for part in parts)  # masks/pothole/1.png
    if of_class or any(MASK.search(part) for part in parts):
        return _halves(made, "L", 0, 1)
    if any(DISTANCES.search(part) for part in parts):
        return _halves(made, "L", 40, 120) if form == "JPEG" else _halves(made, "I;16", 1000, 3000)
    return made.new("RGB", (64, 64), (90, 140, 60))


def _halves(made: Any, mode: str, above: int, below: int) -> Any:
    """A picture of one channel, whose halves differ."""
    found = made.new(mode, (64, 64), above)
    found.paste(below, (0, 32, 64, 64))
    return found


def _name(row: dict[str, Any], place: int) -> str:
    """What a sequence is called, as in the tables beside it."""
    named = (str(row[column]) for column in row if kinds.by_name(column) == "id")
    return next(named, f"protein-{place}")
