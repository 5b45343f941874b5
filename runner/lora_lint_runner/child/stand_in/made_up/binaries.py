"""Files of data that no person reads: pickles, tensors, arrays and archives, with what the script asks them for."""

from __future__ import annotations

import importlib
import os
import pickle
import re
from fnmatch import fnmatch
from typing import Any

from ...context import Run
from ...reading import asked_settings, sources
from . import kinds, rows
from .suffixes import ARRAYS

PICKLES, TENSORS, ARCHIVES = (".pkl", ".pickle"), (".pt",), (".zip",)
KINDS = (*PICKLES, *TENSORS, *ARRAYS, *ARCHIVES)
TOKEN = 200  # below which there are tokens in any vocabulary
NUMBERS = 1 << 20  # in a file of nothing else
LOADING = ("pickle", "torch", "np", "numpy", "joblib", "dill")
COUNT = 64
MASKING = re.compile(r"Segment|Sam\d?(HQ)?Model|Mask", re.I)
TOKENS = {"input_ids": "ints", "attention_mask": "ones", "labels": "ints", "token_type_ids": "ones"}
WIDE = ("embedding", "feature", "vector", "hidden")


def kind_of(path: str) -> str:
    return os.path.splitext(path.lower())[1]


def of_numbers(run: Run, path: str) -> str | None:
    """The type of the numbers of which a file is to consist, None where it is another one."""
    name = os.path.basename(path)
    return next((kind for pattern, kind in run.hints.raw_arrays.items() if fnmatch(name, pattern)), None)


def is_made(run: Run, path: str) -> bool:
    """Is it one of these files?"""
    return kind_of(path) in KINDS or of_numbers(run, path) is not None


def write(run: Run, path: str, found: list[dict[str, Any]], write_text: Any) -> None:
    """Writes such a file; `found` are the rows that the script asks for, `write_text` writes those of a text."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    kind = kind_of(path)
    numbers = of_numbers(run, path)
    if numbers is not None:
        numpy = importlib.import_module("numpy")
        cells = numpy.arange(NUMBERS) % TOKEN + 1
        (cells / TOKEN if numbers.startswith("float") else cells).astype(numbers).tofile(path)
        return
    wanted = asked_settings.asked(list(sources.trees(run.spec.script, run.spec.work)), LOADING)
    found = _with_tokens(run, found)
    if kind in ARCHIVES:
        _archive(run, path, write_text)
    elif kind in ARRAYS:
        numpy = importlib.import_module("numpy")
        names = list(wanted) or list(found[0])
        if kind == ".npz":
            numpy.savez(path, **_arrays(run, names, found))
        else:
            numpy.save(path, numpy.asarray(_series(run, os.path.splitext(os.path.basename(path))[0], found)))
    else:
        held = _document(run, wanted, found) if wanted else found
        if kind in TENSORS:
            torch = importlib.import_module("torch")
            torch.save(_tensors(torch, held), path)
        else:
            with open(path, "wb") as file:
                pickle.dump(held, file)


def _arrays(run: Run, names: list[str], found: list[dict[str, Any]]) -> dict[str, Any]:
    """An array of each name: of all rows; where one is a picture, of what belongs to that."""
    numpy = importlib.import_module("numpy")
    one = any(kinds.by_name(name) == "image" for name in names)
    masked = bool(MASKING.search(" ".join(run.hints.classes)))
    arrays = {}
    for name in names:
        kind = kinds.by_name(name)
        kind = "mask" if masked and kind.startswith("label") else kind
        cell = kinds.KINDS[kind](name, 0) if one and kind in ("image", "mask") else None
        series = _series(run, name, found)
        arrays[name] = numpy.asarray(cell if cell is not None else series[0] if one else series)
    return arrays


def _with_tokens(run: Run, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of tokens where the script names them: what another script made ready is often kept so."""
    names = [name for name in TOKENS if name in run.hints.strings]
    if "input_ids" not in names:
        return found
    return [{**row, **{n: kinds.KINDS[TOKENS[n]](n, place) for n in names}} for place, row in enumerate(found)]


def _document(run: Run, wanted: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """A record: a part that is gone through has rows, any other one value for each row."""
    held: dict[str, Any] = {}
    for name, inner in wanted.items():
        if isinstance(inner, dict):
            held[name] = _document(run, inner, found)
        else:
            held[name] = found if inner == "list" else _series(run, name, found)
    return held


def _series(run: Run, name: str, found: list[dict[str, Any]]) -> list[Any]:
    """As many values of a name as there are rows."""
    if name in TOKENS:
        return [kinds.KINDS[TOKENS[name]](name, place) for place in range(len(found))]
    if any(word in name.lower() for word in WIDE):
        return [kinds.KINDS["floats"](name, place) for place in range(len(found))]
    kind, shape = rows.learned_kind(run, name), run.hints.columns.get(name)
    shape = None if shape is not None and shape.kind == "list" else shape
    return [rows.told(run, name, place, rows.value(name, place, kind, shape)) for place in range(len(found))]


def _tensors(torch: Any, held: Any) -> Any:
    """The same with tensors in the place of lists of numbers."""
    if isinstance(held, dict):
        return {name: _tensors(torch, part) for name, part in held.items()}
    if isinstance(held, list):
        numbers = held and all(type(part) in (int, float, bool) for part in held)
        return torch.tensor(held) if numbers else [_tensors(torch, part) for part in held]
    return held


def _archive(run: Run, path: str, write_text: Any) -> None:
    """A file of each name that the script speaks of and that may lie in an archive."""
    ends = (".csv", ".tsv", ".json", ".jsonl", ".txt")
    names = sorted(s for s in run.hints.strings if s.endswith(ends) and not os.path.isabs(s) and len(s) < 80)
    names = names or [os.path.basename(os.path.splitext(path)[0]) + ".csv"]
    with importlib.import_module("zipfile").ZipFile(path, "w") as packed:
        for name in names:
            inner = f"{path}.{os.path.basename(name)}"
            write_text(run, inner)
            packed.write(inner, name)
            os.remove(inner)
