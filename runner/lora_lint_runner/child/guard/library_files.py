"""Functions of libraries that open files by other means than Python's own, with their paths led into the box."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..context import Run

Lead = Callable[[Any], Any]

READERS = {  # given the path first
    "torch.serialization": ("load",),
    "safetensors": ("safe_open",),
    "safetensors.torch": ("safe_open",),
    "safetensors.numpy": ("safe_open",),
    "pandas": ("read_parquet",),
    "datasets.load": ("load_from_disk",),
    "pyarrow.parquet": ("read_table", "read_pandas", "read_schema"),
    "pyarrow.csv": ("read_csv",),
    "pyarrow.json": ("read_json",),
    "pyarrow.feather": ("read_table", "read_feather"),
    "pyarrow.dataset": ("dataset",),
    "polars": (
        *(f"{way}_{form}" for way in ("read", "scan") for form in ("csv", "parquet", "ndjson", "ipc")),
        "read_json",
    ),
}
WRITERS = {  # given it behind what they write
    "torch.serialization": ("save",),
    "safetensors": ("serialize_file",),
    "safetensors.torch": ("save_file", "save_model", "serialize_file"),
    "safetensors.numpy": ("save_file", "save_model", "serialize_file"),
}
METHODS = {  # that write themselves
    "datasets.arrow_dataset": ("Dataset", "save_to_disk"),
    "datasets.dataset_dict": ("DatasetDict", "save_to_disk"),
}


def install(run: Run) -> None:
    """Wraps them, each as soon as its library is there."""
    for library in {**READERS, **WRITERS, **METHODS}:
        run.patches.after(library)(partial(_lead, run, library))


def _lead(run: Run, library: str, module: Any) -> None:
    for name in READERS.get(library, ()):
        run.patches.replace(module, name, lambda real: _first(real, run.paths.reading))
    for name in WRITERS.get(library, ()):
        run.patches.replace(module, name, lambda real: _second(real, run.paths.writing))
    if library in METHODS:
        cls, name = METHODS[library]
        run.patches.replace(getattr(module, cls), name, lambda real: _method(real, run.paths.writing))


def _first(real: Any, lead: Lead) -> Any:
    def function(path: Any, *args: Any, **options: Any) -> Any:
        return real(lead(path), *args, **options)

    return function


def _second(real: Any, lead: Lead) -> Any:
    def function(content: Any, *args: Any, **options: Any) -> Any:
        if args:
            args = (lead(args[0]), *args[1:])
        for key in ("f", "filename"):
            if key in options:
                options[key] = lead(options[key])
        return real(content, *args, **options)

    return function


def _method(real: Any, lead: Lead) -> Any:
    def method(self: Any, path: Any, *args: Any, **options: Any) -> Any:
        return real(self, lead(path), *args, **options)

    return method
