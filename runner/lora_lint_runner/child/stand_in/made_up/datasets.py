"""Data sets from a hub that cannot be asked: made-up rows in real Dataset objects, so that all else is library code.

Files of the user's own are read as they are, cut to the first rows.
"""

from __future__ import annotations

import errno
import glob
import importlib
import os
import re
from typing import Any

from ...context import Run
from ...pointers import is_pointer
from . import forgiving, rows, together
from .cells import decoded
from .files import forms, frames
from .forgiving import SPLIT
from .maker import Maker
from .suffixes import suffix_of

LOCAL = frozenset(
    (
        "json csv parquet text arrow pandas imagefolder audiofolder videofolder webdataset xml hdf5 conll sql generator"
    ).split()
)
PER_READ = 1024
READ = {"json": (".json", ".jsonl", ".ndjson"), "csv": (".csv", ".tsv", ".txt"), "parquet": (".parquet",)}
UNREAD = ("token", "use_auth_token", "trust_remote_code", "num_proc", "verification_mode", "ignore_verifications")
ON_DISK = ("dataset_dict.json", "dataset_info.json", "state.json")


class Data:
    """Loads data sets of one run: `made_up` and `real` say which kinds there were."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.maker = Maker(run)
        self.made_up = False
        self.real = False

    def load(self, real: Any, path: Any, name: str | None = None, *args: Any, **options: Any) -> Any:
        """Stands in for `datasets.load_dataset`."""
        options.update(zip(("data_dir", "data_files", "split"), args))
        path = str(path)
        if path.startswith(os.path.join(self.run.spec.box, "made-up")) and os.path.isfile(path):
            return self._arranged(path, None, options, ["train", "validation", "test"])
        if _is_script(path):
            release = importlib.import_module("datasets").__version__
            text = f"datasets {release} runs no scripts of data sets ({path}), releases before 4 do; rows are made up"
            self.run.journal.line({"kind": "lacking", "text": text, "harmless": True})
        elif path in LOCAL or (os.path.exists(path) and not (self.run.spec.makes_up_rows and _is_empty(path))):
            return self._local(real, path, name, options)
        self.run.neutral(f"data set {path}{f' ({name})' if name else ''}: rows made up")
        wanted = [s for s in self.run.hints.strings if SPLIT.match(s)]
        return self._arranged(path, name, options, ["train", "validation", "test", *sorted(wanted)])

    def _local(self, real: Any, path: str, name: str | None, options: dict[str, Any]) -> Any:
        """Files: read if they are here; of those on the web, and on demand of missing ones, rows are made up."""
        files = options.get("data_files")
        remote = [f for f in _flat(files) if re.match(r"\w+://", f)]
        missing = [f for f in _flat(files) if f not in remote and not _there(f, options.get("data_dir"))]
        missing += [f for f in _flat(files) if _of_another_form(path, f)]
        folder = options.get("data_dir")
        if folder and not files and (not os.path.isdir(folder) or _is_empty(folder)):
            missing = [str(folder)]
        if not remote and (not missing or not self.run.spec.makes_up_rows):
            if path in LOCAL:
                _match([os.path.join(folder or "", pattern) for pattern in missing if _is_pattern(pattern)])
            return self._read(real, path, name, options)
        self.run.neutral(f"data file {', '.join(remote or missing)}: rows made up")
        return self._arranged(path, None, options, list(files) if isinstance(files, dict) else ["train"])

    def _read(self, real: Any, path: str, name: str | None, options: dict[str, Any]) -> Any:
        """The user's own files, cut."""
        made = {os.path.abspath(f) for f in self.run.spec.learned.get("files", ())}
        files = {os.path.abspath(f) for f in _flat(options.get("data_files") or options.get("data_dir"))}
        of_arguments = all(f.startswith(self.run.box("made-up") + os.sep) for f in files)
        if files and (files <= made or of_arguments):
            self.made_up = True
        else:
            self.real = True
        options = {k: v for k, v in options.items() if k not in UNREAD}
        if options.get("data_files"):
            options["data_files"] = self._in_the_box(options["data_files"])
        found = real(path, name, **options) if name is not None else real(path, **options)
        if options.get("streaming"):
            return found
        found = self.cut(found, path)
        return self._with_learned(found) if files and of_arguments else found

    def _with_learned(self, found: Any) -> Any:
        """Folders of pictures that were made up have no other columns: those that an earlier attempt lacked are
        added."""
        if hasattr(found, "values"):
            for split in list(found):
                found[split] = self._with_learned(found[split])
            return found
        for column in self.maker.learned:
            if column not in found.column_names:
                found = found.add_column(column, [self.maker.cell(column, place) for place in range(len(found))])
        return found

    def _in_the_box(self, files: Any) -> Any:
        """Files where they really lie: what opens them is not asked for its paths."""
        if isinstance(files, dict):
            return {split: self._in_the_box(some) for split, some in files.items()}
        if isinstance(files, (list, tuple)):
            found = [self._in_the_box(one) for one in files]
            return [one for part in found for one in (part if isinstance(part, list) else [part])]
        if _is_pattern(os.fspath(files)) and os.path.isabs(files):
            return [os.fspath(self.run.paths.reading(one)) for one in sorted(glob.glob(files, recursive=True))]
        return os.fspath(self.run.paths.reading(files))

    def cut(self, found: Any, path: str) -> Any:
        """The first rows of a data set, or of each of its parts."""
        most = rows.FEW_ROWS if rows.few(self.run) else PER_READ
        parts = list(found.values()) if hasattr(found, "values") else [found]
        if any(len(p) > most for p in parts if hasattr(p, "__len__")):
            self.run.neutral(f"data files of {path}: the first {most} rows")
        rows.counted(self.run, max((len(p) for p in parts if hasattr(p, "__len__")), default=0))
        if hasattr(found, "values"):
            for split in list(found):
                found[split] = _first(found[split], most)
            return found
        return _first(found, most)

    def from_disk(self, real: Any, path: Any, *args: Any, **options: Any) -> Any:
        """Stands in for `datasets.load_from_disk`."""
        try:
            if "://" in os.fspath(path) or _only_pointed_to(path):  # in a bucket of somebody's, or in git-lfs
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path))
            if not _only_marked(path):
                found = self.cut(real(path, *args, **options), str(path))
                self.real = True
                return found
        except FileNotFoundError:
            if not self._may_make_up(path):
                raise
        wanted = [s for s in self.run.hints.strings if SPLIT.match(s)]
        return self._from_missing(path, {"split": None if wanted else "train"}, wanted)

    def part_from_disk(self, real: Any, path: Any, whole: bool, *args: Any, **options: Any) -> Any:
        """Stands in for `Dataset.load_from_disk` and, `whole`, for that of DatasetDict."""
        try:
            if not _only_marked(path):
                return self.cut(real(path, *args, **options), str(path))
        except FileNotFoundError:
            if not self._may_make_up(path):
                raise
        return self._from_missing(path, {"split": None if whole else "train"}, ["train", "validation", "test"])

    def _from_missing(self, path: Any, options: dict[str, Any], splits: list[str]) -> Any:
        """Made-up rows of a folder that is not here; from now on it is there, for a script that looks at what is."""
        self.run.neutral(f"data set {self.run.code.named(str(path))}: rows made up")
        self.run.paths.there(path)
        return self._arranged(str(path), None, options, splits)

    def _may_make_up(self, path: Any) -> bool:
        """Also where the path is an argument that nobody gave."""
        return self.run.spec.makes_up_rows or os.fspath(path).startswith(self.run.box("made-up") + os.sep)

    def _arranged(self, path: str, name: str | None, options: dict[str, Any], splits: list[str]) -> Any:
        import datasets

        self.made_up = True
        split = options.get("split")
        streaming = bool(options.get("streaming"))
        if split is None and not self.run.spec.learned.get("parts", True):
            split = "train"
        if split is None:
            made = {s: self.maker.dataset(path, name, place) for place, s in enumerate(dict.fromkeys(splits))}
            if streaming:
                return datasets.IterableDatasetDict({k: v.to_iterable_dataset() for k, v in made.items()})
            return datasets.DatasetDict(made)
        if isinstance(split, (list, tuple)):
            return [self._one(path, name, str(s), streaming) for s in split]
        return self._one(path, name, str(split), streaming)

    def _one(self, path: str, name: str | None, split: str, streaming: bool) -> Any:
        import datasets

        parts = [self.maker.dataset(path, name, place) for place, _ in enumerate(split.split("+"))]
        found = parts[0] if len(parts) == 1 else datasets.concatenate_datasets(parts)
        found._split = datasets.NamedSplit(re.split(r"[\[+]", split)[0])
        return found.to_iterable_dataset() if streaming else found

    def cell(self, column: str, index: int) -> Any:
        return self.maker.cell(column, index)


def _is_script(path: str) -> bool:
    """Is it a script that makes a data set, or a folder that holds one of its name?"""
    inside = os.path.join(path, os.path.basename(path.rstrip("/")) + ".py")
    return (os.path.isfile(path) and path.endswith(".py")) or os.path.isfile(inside)


def _is_empty(folder: str) -> bool:
    """Is it a folder in which a clone has no file but those that keep it?"""
    return os.path.isdir(folder) and all(name.startswith(".") for _, _, names in os.walk(folder) for name in names)


def _only_marked(path: Any) -> bool:
    """Is the file made up by which a script has seen that there is a data set in a folder?"""
    return any(forms.is_made_up(os.path.join(os.fspath(path), name)) for name in ON_DISK)


def _only_pointed_to(path: Any) -> bool:
    """Does a clone have only what git-lfs knows the files by?"""
    files = [os.path.join(os.fspath(path), name) for name in ON_DISK]
    return any(map(is_pointer, filter(os.path.isfile, files)))


def _first(found: Any, most: int) -> Any:
    if hasattr(found, "select") and hasattr(found, "__len__") and len(found) > most:
        return found.select(range(most))
    return found


def _flat(files: Any) -> list[str]:
    if files is None:
        return []
    if isinstance(files, dict):
        return [f for value in files.values() for f in _flat(value)]
    if isinstance(files, (list, tuple)):
        return [f for value in files for f in _flat(value)]
    return [str(files)]


def _there(file: str, folder: str | None) -> bool:
    path = os.path.join(folder, file) if folder else file
    return bool(glob.glob(path, recursive=True)) if _is_pattern(path) else os.path.exists(path)


def _of_another_form(loader: str, file: str) -> bool:
    """Was it made up as its name says, which is not what it is read as? `load_dataset("json", data_files="a.csv")`"""
    return forms.is_made_up(file) and not suffix_of(file).startswith(READ.get(loader, ("",)))


def _match(missing: list[str]) -> None:
    """Patterns that find nothing: datasets 5.2 takes that for a data set without rows. Raises FileNotFoundError."""
    if missing:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), missing[0])


def _is_pattern(path: str) -> bool:
    return any(c in path for c in "*?[")


def install(run: Run) -> None:
    """Puts the stand-ins in the place of the functions of `datasets`."""
    data = Data(run)
    run.data = data
    patches = run.patches

    @patches.after("datasets.load")
    def loaders(module: Any) -> None:
        patches.replace(module, "load_dataset", lambda real: lambda path, *a, **k: data.load(real, path, *a, **k))
        patches.replace(
            module, "load_from_disk", lambda real: lambda path, *a, **k: data.from_disk(real, path, *a, **k)
        )

    for home, name in (("arrow_dataset", "Dataset"), ("dataset_dict", "DatasetDict")):

        @patches.after(f"datasets.{home}")
        def from_disk(module: Any, name: str = name) -> None:
            def stand_in(real: Any) -> Any:
                return lambda path, *a, **k: data.part_from_disk(real, path, name == "DatasetDict", *a, **k)

            patches.replace(getattr(module, name), "load_from_disk", stand_in)

    @patches.after("datasets.inspect")
    def inspectors(module: Any) -> None:
        patches.replace(module, "get_dataset_config_names", lambda real: lambda *a, **k: ["default"])
        patches.replace(module, "get_dataset_split_names", lambda real: lambda *a, **k: ["train", "validation", "test"])

    forgiving.install(run, data)
    together.install(run, data)
    decoded.install(run, data)
    frames.install(run)
