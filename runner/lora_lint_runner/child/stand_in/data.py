"""Data sets from a hub that cannot be asked: made-up rows in real Dataset objects, so that all else is library code.

Files of the user's own are read as they are, cut to the first rows. What a small data set makes the libraries refuse
(more rows asked for than there are, a filter that keeps none) is forgiven, and said.
"""

from __future__ import annotations

import glob
import os
import re
from typing import Any

from ..context import Run
from ..shapes import Shape
from . import rows

LOCAL = frozenset(
    ("json csv parquet text arrow pandas imagefolder audiofolder videofolder webdataset xml hdf5 conll").split()
)
SPLIT = re.compile(r"^(train|test|validation|valid|val|dev|eval|unsupervised)([_.-]\w+)?$")
PER_READ = 1024


class Data:
    """Makes data sets of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.made_up = False
        self.real = False

    # -- load_dataset --------------------------------------------------------------------------------------------------

    def load(self, real: Any, path: Any, name: str | None = None, *args: Any, **options: Any) -> Any:
        """Stands in for `datasets.load_dataset`."""
        keys = ("data_dir", "data_files", "split")
        options.update(zip(keys, args))
        path = str(path)
        files = options.get("data_files")
        if path in LOCAL or os.path.exists(path):
            remote = [f for f in _flat(files) if re.match(r"\w+://", f)]
            missing = [f for f in _flat(files) if f not in remote and not _there(f, options.get("data_dir"))]
            if not remote and (not missing or not self.run.spec.made_up_rows):
                return self._read(real, path, name, options)
            self.run.neutral(f"data file {', '.join(remote or missing)}: rows made up")
            splits = list(files) if isinstance(files, dict) else ["train"]
            return self._arranged(path, None, options, splits)
        self.run.neutral(f"data set {path}{f' ({name})' if name else ''}: rows made up")
        wanted = [s for s in self.run.hints.strings if SPLIT.match(s)]
        return self._arranged(path, name, options, ["train", "validation", "test", *sorted(wanted)])

    def _read(self, real: Any, path: str, name: str | None, options: dict[str, Any]) -> Any:
        """The user's own files, cut."""
        self.real = True
        options = {
            k: v for k, v in options.items() if k not in ("token", "use_auth_token", "trust_remote_code", "num_proc")
        }
        found = real(path, name, **options) if name is not None else real(path, **options)
        if options.get("streaming"):
            return found
        parts = list(found.values()) if hasattr(found, "values") else [found]
        if any(len(p) > PER_READ for p in parts if hasattr(p, "__len__")):
            self.run.neutral(f"data files of {path}: the first {PER_READ} rows")
        if hasattr(found, "values"):
            for split in list(found):
                found[split] = self.cut(found[split])
            return found
        return self.cut(found)

    def cut(self, found: Any) -> Any:
        """The first rows of a data set."""
        if hasattr(found, "select") and hasattr(found, "__len__") and len(found) > PER_READ:
            return found.select(range(PER_READ))
        return found

    def _arranged(self, path: str, name: str | None, options: dict[str, Any], splits: list[str]) -> Any:
        import datasets

        self.made_up = True
        split = options.get("split")
        streaming = bool(options.get("streaming"))
        if split is None or str(split) == "all":
            made = {s: self.dataset(path, name, place) for place, s in enumerate(dict.fromkeys(splits))}
            if streaming:
                return datasets.IterableDatasetDict({k: v.to_iterable_dataset() for k, v in made.items()})
            return datasets.DatasetDict(made)
        if isinstance(split, (list, tuple)):
            return [self._one(path, name, str(s), streaming) for s in split]
        return self._one(path, name, str(split), streaming)

    def _one(self, path: str, name: str | None, split: str, streaming: bool) -> Any:
        import datasets

        parts = [self.dataset(path, name, place) for place, _ in enumerate(split.split("+"))]
        found = parts[0] if len(parts) == 1 else datasets.concatenate_datasets(parts)
        found._split = datasets.NamedSplit(re.split(r"[\[+]", split)[0])
        return found.to_iterable_dataset() if streaming else found

    # -- rows ----------------------------------------------------------------------------------------------------------

    def dataset(self, path: str, name: str | None, salt: int = 0) -> Any:
        """A data set with the columns that are known of it and those that the script asks for."""
        import datasets

        hints = self.run.hints
        columns: dict[str, str | None] = dict(rows.known(path, name) or {})
        asked = {**{n: Shape() for n in self.run.spec.learned.get("columns", ())}, **hints.columns}
        if not columns or not set(asked) & set(columns):
            columns.update(dict.fromkeys(asked))
        if hints.text_field is not None:
            columns.setdefault(hints.text_field, "text")
        if not columns:
            columns.update(rows.needed(hints.trainers) or {"text": "text"})
        for extra in self.run.spec.learned.get("columns", ()):
            columns.setdefault(extra, None)
        count = self._count({n: k or self._kind(n, asked.get(n)) for n, k in columns.items()})
        cells: dict[str, list[Any]] = {}
        features: dict[str, Any] = {}
        for column, kind in columns.items():
            shape = asked.get(column)
            cells[column] = self._column(column, kind, shape, count, salt * 3)
            special = self._feature(column, kind or rows.by_name(column), cells[column])
            if special is not None:
                features[column] = special
        made = datasets.Dataset.from_dict(cells)
        if features:
            made = (
                made.cast(datasets.Features({**made.features, **features}))
                if _castable(features)
                else _typed(cells, made, features)
            )
        return made

    def _column(self, column: str, kind: str | None, shape: Shape | None, count: int, salt: int) -> list[Any]:
        labels = self.run.hints.labels
        actual = kind or rows.by_name(column)
        if (
            actual == "label"
            and labels
            and not (shape is not None and shape.kind in ("text", "float") and shape.values)
        ):
            if (shape is not None and shape.kind == "float") or labels == 1:
                return [rows.value(column, i, "float") for i in range(count)]
            return [i % labels for i in range(count)]
        return [rows.value(column, i + salt, kind, shape) for i in range(count)]

    def _kind(self, column: str, shape: Shape | None) -> str:
        if shape is not None and shape.kind in ("image", "audio"):
            return shape.kind
        return rows.by_name(column)

    def _count(self, kinds: dict[str, str]) -> int:
        times = int(self.run.spec.learned.get("rows", 1))
        if "audio" in kinds.values():
            return rows.AUDIO_ROWS * min(times, 2)
        return times * (rows.IMAGE_ROWS if "image" in kinds.values() else rows.TEXT_ROWS)

    def _feature(self, column: str, kind: str, cells: list[Any]) -> Any:
        """Columns of labels are ClassLabels with names, as on the hub; images are images."""
        import datasets

        if kind.startswith("label") and cells and isinstance(cells[0], int) and not isinstance(cells[0], bool):
            return datasets.ClassLabel(names=[f"label_{i}" for i in range(max(cells) + 1)])
        if kind == "tags":
            names = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
            return datasets.Sequence(datasets.ClassLabel(names=names))
        if kind == "image":
            return datasets.Image()
        return None

    def cell(self, column: str, index: int) -> Any:
        """A cell of a column that nothing but the script's use of it tells of."""
        self.run.neutral(f"column {column}: made up")
        return rows.value(column, index, None, self.run.hints.columns.get(column))


def _castable(features: dict[str, Any]) -> bool:
    return all(type(f).__name__ != "Image" for f in features.values())


def _typed(cells: dict[str, list[Any]], made: Any, features: dict[str, Any]) -> Any:
    import datasets

    return datasets.Dataset.from_dict(cells, features=datasets.Features({**made.features, **features}))


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
    return bool(glob.glob(path, recursive=True)) if any(c in path for c in "*?[") else os.path.exists(path)


# -- patches -----------------------------------------------------------------------------------------------------------


def install(run: Run) -> None:
    """Puts the stand-ins in the place of the functions of `datasets`."""
    data = Data(run)
    run.parts["data"] = data
    patches = run.patches

    @patches.after("datasets.load")
    def loaders(module: Any) -> None:
        patches.replace(module, "load_dataset", lambda real: lambda path, *a, **k: data.load(real, path, *a, **k))

    @patches.after("datasets.inspect")
    def inspectors(module: Any) -> None:
        patches.replace(module, "get_dataset_config_names", lambda real: lambda *a, **k: ["default"])
        patches.replace(module, "get_dataset_split_names", lambda real: lambda *a, **k: ["train", "validation", "test"])

    @patches.after("datasets.arrow_dataset")
    def sets(module: Any) -> None:
        for name, forgive in FORGIVEN.items():
            patches.replace(module.Dataset, name, _forgiving(run, data, forgive))

    @patches.after("datasets.dataset_dict")
    def dicts(module: Any) -> None:
        patches.replace(module.DatasetDict, "__getitem__", _split_on_demand(run, data))
        for name in (
            "map",
            "filter",
            "remove_columns",
            "rename_column",
            "select_columns",
            "cast_column",
            "class_encode_column",
        ):
            patches.replace(module.DatasetDict, name, _on_each(run, name))

    @patches.after("datasets.formatting.formatting")
    def lazy(module: Any) -> None:
        patches.replace(module.LazyDict, "__getitem__", _column_on_demand(run, data))


def _forgiving(run: Run, data: Data, forgive: Any) -> Any:
    def make(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            if not (data.made_up or data.real) or not run.code.asks():
                return real(self, *args, **options)
            return forgive(run, data, real, self, *args, **options)

        return method

    return make


def _select(run: Run, data: Data, real: Any, self: Any, indices: Any, *args: Any, **options: Any) -> Any:
    kept = [i for i in indices if -len(self) <= i < len(self)] if not isinstance(indices, range) else indices
    if isinstance(indices, range) and len(indices) and max(indices[0], indices[-1]) >= len(self):
        kept = [i for i in indices if i < len(self)]
        if not kept:  # rows 10000 to 11000, say: as many from the end
            kept = list(range(max(0, len(self) - min(len(indices), len(self) // 4 or 1)), len(self)))
    if len(kept) != (len(indices) if hasattr(indices, "__len__") else len(kept)):
        run.neutral("rows selected beyond the made-up ones: fewer rows")
    return real(self, kept, *args, **options)


def _split(
    run: Run,
    data: Data,
    real: Any,
    self: Any,
    test_size: Any = None,
    train_size: Any = None,
    *args: Any,
    **options: Any,
) -> Any:
    def share(size: Any) -> Any:
        return max(1, len(self) // 8) if isinstance(size, int) and size >= len(self) // 2 else size

    if share(test_size) != test_size or share(train_size) != train_size:
        run.neutral("train_test_split by more rows than there are: an eighth")
        train_size = None if test_size is not None else share(train_size)
    options.pop("stratify_by_column", None)
    return real(self, share(test_size), train_size, *args, **options)


def _filter(run: Run, data: Data, real: Any, self: Any, *args: Any, **options: Any) -> Any:
    options.pop("num_proc", None)
    kept = real(self, *args, **options)
    if len(kept) == 0 and len(self) > 0 and data.made_up:
        run.neutral("a filter that keeps none of the made-up rows: keeps all")
        return self
    return kept


def _map(run: Run, data: Data, real: Any, self: Any, *args: Any, **options: Any) -> Any:
    if "remove_columns" in options and data.made_up:
        names = options["remove_columns"]
        names = [names] if isinstance(names, str) else list(names or ())
        options["remove_columns"] = [n for n in names if n in self.column_names]
    options.pop("num_proc", None)
    return real(self, *args, **options)


def _remove(run: Run, data: Data, real: Any, self: Any, column_names: Any, *args: Any, **options: Any) -> Any:
    names = [column_names] if isinstance(column_names, str) else list(column_names)
    if data.made_up:
        names = [n for n in names if n in self.column_names]
    return real(self, names, *args, **options)


def _rename(run: Run, data: Data, real: Any, self: Any, original_column_name: str, *args: Any, **options: Any) -> Any:
    return real(_having(data, self, original_column_name), original_column_name, *args, **options)


def _select_columns(run: Run, data: Data, real: Any, self: Any, column_names: Any, *args: Any, **options: Any) -> Any:
    names = [column_names] if isinstance(column_names, str) else list(column_names)
    for name in names:
        self = _having(data, self, name)
    return real(self, names, *args, **options)


def _cast(run: Run, data: Data, real: Any, self: Any, column: str, feature: Any, *args: Any, **options: Any) -> Any:
    if type(feature).__name__ in ("Audio", "Image", "Video") and data.made_up:
        run.neutral(f"column {column}: kept as it was made up, not decoded")
        return self
    return real(_having(data, self, column), column, feature, *args, **options)


def _item(run: Run, data: Data, real: Any, self: Any, key: Any) -> Any:
    if isinstance(key, str) and key not in self.column_names and data.made_up:
        return [data.cell(key, i) for i in range(len(self))]
    if isinstance(key, int) and data.made_up and key >= len(self) > 0:
        key = key % len(self)
    return real(self, key)


def _having(data: Data, found: Any, column: str) -> Any:
    """The data set with a column of this name."""
    if column in found.column_names or not data.made_up:
        return found
    return found.add_column(column, [data.cell(column, i) for i in range(len(found))])


FORGIVEN = {
    "select": _select,
    "train_test_split": _split,
    "filter": _filter,
    "map": _map,
    "remove_columns": _remove,
    "rename_column": _rename,
    "select_columns": _select_columns,
    "cast_column": _cast,
    "__getitem__": _item,
    "class_encode_column": lambda run, data, real, self, column, *a, **k: (
        self
        if type(self.features.get(column)).__name__ == "ClassLabel"
        else real(_having(data, self, column), column, *a, **k)
    ),
}


def _split_on_demand(run: Run, data: Data) -> Any:
    def make(real: Any) -> Any:
        def get(self: Any, key: Any) -> Any:
            if (
                isinstance(key, str)
                and key not in self.keys()
                and len(self)
                and data.made_up
                and SPLIT.match(key)
                and run.code.asks()
            ):
                first = next(iter(self.values()))
                self[key] = first
                run.neutral(f"split {key}: made up")
            return real(self, key)

        return get

    return make


def _on_each(run: Run, name: str) -> Any:
    """A method of a DatasetDict, done part by part, so that the forgiving one of Dataset is used."""

    def make(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            if not run.code.asks():
                return real(self, *args, **options)
            made = {k: getattr(v, name)(*args, **options) for k, v in self.items()}
            return type(self)(made)

        return method

    return make


def _column_on_demand(run: Run, data: Data) -> Any:
    """A key that a row lacks is made up, but only for the script itself: libraries ask rows for optional keys."""

    def make(real: Any) -> Any:
        def get(self: Any, key: Any) -> Any:
            try:
                return real(self, key)
            except KeyError:
                if not data.made_up or data.real or not isinstance(key, str) or not run.code.asks():
                    raise
            if type(self).__name__ == "LazyBatch":
                return [data.cell(key, i) for i in range(self.pa_table.num_rows)]
            return data.cell(key, 0)

        return get

    return make
