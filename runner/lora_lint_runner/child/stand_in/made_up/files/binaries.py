"""Files of data that no person reads: pickles, tensors, arrays and archives, with what the script asks them for."""

from __future__ import annotations

import importlib
import os
import pickle
from fnmatch import fnmatch
from typing import Any

from ....context import Run
from ....reading import asked_settings, sources
from ....reading.files.whole_tensors import whole_tensors
from ... import hdf5
from ..cells import kinds
from ..suffixes import ARRAYS, PACKED
from . import archives, arrays

PICKLES, TENSORS, ARCHIVES = (".pkl", ".pickle"), (".pt",), (*archives.ZIPPED, *archives.TARRED)
KINDS = (*PICKLES, *TENSORS, *ARRAYS, *ARCHIVES)
TOKEN = 200  # below which there are tokens in any vocabulary
NUMBERS = 1 << 20  # in a file of nothing else
FEATURES = "features"  # what is kept in a tensor alone
LOADING = ("pickle", "torch", "np", "numpy", "joblib", "dill", "h5py")
COUNT = 64


def kind_of(path: str) -> str:
    stem, suffix = os.path.splitext(path.lower())
    return ".tar" if stem.endswith(".tar") and suffix in PACKED else suffix


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
    trees = list(sources.trees(run.spec.script, run.spec.work))
    wanted = asked_settings.asked(trees, LOADING)
    found = _with_tokens(run, found)
    if kind in ARCHIVES:
        archives.write(run, path, found, write_text)
    elif kind in ARRAYS:
        numpy = importlib.import_module("numpy")
        wanted.update(dict.fromkeys(run.spec.learned.get("array names", ()), "value"))
        if kind == ".npy":
            numpy.save(path, arrays.alone(run, os.path.splitext(os.path.basename(path))[0], found))
        elif kind == ".npz":
            numpy.savez(path, **arrays.named(run, list(wanted) or list(found[0]), found))
        else:
            with _hdf5().File(path, "w") as file:
                _groups(run, file, wanted or dict.fromkeys(found[0], "value"), found)
    else:
        held = _document(run, wanted, found) if wanted and not asked_settings.in_rows(trees, LOADING) else found
        if kind in TENSORS:
            torch = importlib.import_module("torch")
            whole = arrays.series(run, FEATURES, found) if whole_tensors(trees) else None
            torch.save(_tensors(torch, held) if whole is None else torch.tensor(whole), path)
        else:
            with open(path, "wb") as file:
                pickle.dump(held, file)


def _hdf5() -> Any:
    """h5py, or what stands in for it."""
    try:
        return importlib.import_module("h5py")
    except ImportError:
        return hdf5


def _groups(run: Run, home: Any, wanted: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """The arrays of a file of HDF5, some of them below others."""
    below = {name: _below(inner) for name, inner in wanted.items()}
    plain = [name for name, inner in below.items() if not inner]
    made = arrays.named(run, [name.rpartition("/")[2] for name in plain], found)
    for name in plain:  # some of them as paths: `f["train/labels"]`
        array = made[name.rpartition("/")[2]]
        home.create_dataset(name, data=array.astype("S") if array.dtype.kind == "U" else array)
    for name in [name for name, inner in below.items() if inner]:
        _groups(run, home.require_group(name), below[name], found)


def _below(inner: Any) -> dict[str, Any]:
    """What lies below a name, without what any array has (`f["images"].shape`)."""
    numpy = importlib.import_module("numpy")
    held = inner if isinstance(inner, dict) else {}
    return {name: part for name, part in held.items() if not hasattr(numpy.ndarray, name) and name != "attrs"}


def _with_tokens(run: Run, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of tokens where the script names them: what another script made ready is often kept so."""
    names = [name for name in arrays.TOKENS if name in run.hints.strings]
    if "input_ids" not in names:
        return found
    return [{**row, **{n: kinds.KINDS[arrays.TOKENS[n]](n, place) for n in names}} for place, row in enumerate(found)]


def _document(run: Run, wanted: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """A record: a part that is gone through has rows, any other one value for each row."""
    held: dict[str, Any] = {}
    for name, inner in wanted.items():
        if isinstance(inner, dict):
            held[name] = _document(run, inner, found)
        else:
            held[name] = found if inner == "list" else arrays.series(run, name, found)
    return held


def _tensors(torch: Any, held: Any) -> Any:
    """The same with tensors in the place of lists of numbers."""
    if isinstance(held, dict):
        return {name: _tensors(torch, part) for name, part in held.items()}
    if isinstance(held, list):
        numbers = held and all(type(part) in (int, float, bool) for part in held)
        return torch.tensor(held) if numbers else [_tensors(torch, part) for part in held]
    return held
