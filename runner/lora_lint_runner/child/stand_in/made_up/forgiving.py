"""What small made-up data sets make the library refuse is forgiven, and said: more rows asked for than there are, a
filter that keeps none, columns that nobody knew of."""

from __future__ import annotations

import io
import re
from typing import Any

from ...context import Run
from ..sounds import RATE, packed
from .cells import kinds
from .rows import AUDIO_ROWS, IMAGE_ROWS, TEXT_ROWS

SPLIT = re.compile(r"^(train|test|validation|valid|val|dev|eval|unsupervised)([_.-]\w+)?$")
PART_BY_PART = (
    "map", "filter", "remove_columns", "rename_column", "rename_columns", "select_columns", "cast_column",
    "class_encode_column", "add_column",
)  # fmt: skip

OF_COLUMNS = ("remove_columns", "rename_column", "rename_columns", "select_columns", "cast_column")


def install(run: Run, data: Any) -> None:
    """Wraps the methods of data sets, for calls of the script itself."""
    patches = run.patches

    @patches.after("datasets.arrow_dataset")
    def sets(module: Any) -> None:
        for name, forgive in FORGIVEN.items():
            patches.replace(module.Dataset, name, _forgiving(run, data, forgive, name in OF_COLUMNS))

    @patches.after("datasets.iterable_dataset")
    def streams(module: Any) -> None:
        patches.replace(module.IterableDataset, "cast_column", _forgiving(run, data, _cast))
        patches.replace(module.IterableDataset, "skip", _forgiving(run, data, _skip))

    @patches.after("datasets.dataset_dict")
    def dicts(module: Any) -> None:
        patches.replace(module.DatasetDict, "__getitem__", _split_on_demand(run, data))
        for name in PART_BY_PART:
            patches.replace(module.DatasetDict, name, _on_each(run, name))
        patches.replace(module.IterableDatasetDict, "cast_column", _on_each(run, "cast_column"))

    @patches.after("datasets.formatting.formatting")
    def lazy(module: Any) -> None:
        patches.replace(module.LazyDict, "__getitem__", _column_on_demand(run, data))


def _forgiving(run: Run, data: Any, forgive: Any, of_columns: bool = False) -> Any:
    """A method that is about columns leaves a data set as it is that has neither rows nor columns, as none of the
    made-up rows were left for it: who is given it says that it lacks rows. Rows are worked on in this one process: what
    is passed over, learned or raised in another is not seen here, and a worker that dies tells nobody why. Only a
    function that is told the rank of its process keeps several: in one, `datasets` (5.2) tells it None."""

    def make(real: Any) -> Any:
        def method(self: Any, *args: Any, **options: Any) -> Any:
            if not run.code.asks():
                return real(self, *args, **options)
            if of_columns and run.made_up and not self.column_names:
                return self
            if not options.get("with_rank"):
                options.pop("num_proc", None)
            if not (data.made_up or data.real):
                return real(self, *args, **options)
            return forgive(run, data, real, self, *args, **options)

        return method

    return make


def _select(run: Run, data: Any, real: Any, self: Any, indices: Any, *args: Any, **options: Any) -> Any:
    kept = [i for i in indices if -len(self) <= i < len(self)] if not isinstance(indices, range) else indices
    if isinstance(indices, range) and len(indices) and max(indices[0], indices[-1]) >= len(self):
        kept = [i for i in indices if i < len(self)]
        if not kept:  # rows 10000 to 11000, say: as many from the end
            kept = list(range(max(0, len(self) - min(len(indices), len(self) // 4 or 1)), len(self)))
    if len(kept) != (len(indices) if hasattr(indices, "__len__") else len(kept)):
        run.neutral("rows selected beyond the made-up ones: fewer rows")
    return real(self, kept, *args, **options)


def _skip(run: Run, data: Any, real: Any, self: Any, n: int, *args: Any, **options: Any) -> Any:
    most = min(n, (len(self) if hasattr(self, "__len__") else TEXT_ROWS) // 8)
    if most < n:
        run.neutral("rows skipped beyond the made-up ones: an eighth")
    return real(self, most, *args, **options)


def _split(
    run: Run, data: Any, real: Any, self: Any, test_size: Any = None, train_size: Any = None, *args: Any, **options: Any
) -> Any:
    def share(size: Any) -> Any:
        return max(1, len(self) // 8) if isinstance(size, int) and size >= len(self) // 2 else size

    if share(test_size) != test_size or share(train_size) != train_size:
        run.neutral("train_test_split by more rows than there are: an eighth")
        train_size = None if test_size is not None else share(train_size)
    options.pop("stratify_by_column", None)
    return real(self, share(test_size), train_size, *args, **options)


def _filter(run: Run, data: Any, real: Any, self: Any, *args: Any, **options: Any) -> Any:
    kept = real(self, *args, **options)
    if len(kept) == 0 and len(self) > 0 and data.made_up:
        run.neutral("a filter that keeps none of the made-up rows: keeps all")
        return self
    return kept


def _map(run: Run, data: Any, real: Any, self: Any, *args: Any, **options: Any) -> Any:
    if "remove_columns" in options and data.made_up:
        names = options["remove_columns"]
        names = [names] if isinstance(names, str) else list(names or ())
        options["remove_columns"] = [n for n in names if n in self.column_names]
    mapped = real(self, *args, **options)
    removed = [n for n in options.get("remove_columns") or () if n not in mapped.column_names]
    if not data.made_up or not removed or (mapped.column_names and run.hints.text_field not in removed):
        return mapped
    # what the function writes into the row, the rows of the real data set may not have, so it is not removed there
    whole = real(self, *args, **{**options, "remove_columns": None})
    first, then = self[:1], whole[:1]
    return whole.remove_columns([n for n in removed if n in then and first[n] == then[n]])


def _remove(run: Run, data: Any, real: Any, self: Any, column_names: Any, *args: Any, **options: Any) -> Any:
    names = [column_names] if isinstance(column_names, str) else list(column_names)
    if data.made_up:
        names = [n for n in names if n in self.column_names]
    return real(self, names, *args, **options)


def _rename(run: Run, data: Any, real: Any, self: Any, original_column_name: str, *args: Any, **options: Any) -> Any:
    new = [a for a in (*args, options.get("new_column_name")) if a is not None and a != original_column_name]
    if new and _made_under(data, self, original_column_name, new[0]):
        self = real(self, new[0], original_column_name)
    found = _without(data, _having(data, self, original_column_name), *new)
    return real(found, original_column_name, *args, **options)


def _rename_all(run: Run, data: Any, real: Any, self: Any, column_mapping: Any, *args: Any, **options: Any) -> Any:
    early = {new: old for old, new in column_mapping.items() if _made_under(data, self, old, new)}
    found = real(self, early) if early else self
    for name in column_mapping:
        found = _having(data, found, name)
    found = _without(data, found, *[n for n in column_mapping.values() if n not in column_mapping])
    return real(found, column_mapping, *args, **options)


def _made_under(data: Any, found: Any, old: str, new: str) -> bool:
    """Was a column made up under the name that the script only gives it here? It is what is asked of that name."""
    return bool(data.made_up) and old not in found.column_names and new in found.column_names


def _add(run: Run, data: Any, real: Any, self: Any, name: str, *args: Any, **options: Any) -> Any:
    return real(_without(data, self, name), name, *args, **options)


def _without(data: Any, found: Any, *names: Any) -> Any:
    """The data set without columns that were made up under a name that the script gives to one of its own."""
    kept = [n for n in found.column_names if n not in names]
    return found if not data.made_up or len(kept) == len(found.column_names) else found.select_columns(kept)


def _select_columns(run: Run, data: Any, real: Any, self: Any, column_names: Any, *args: Any, **options: Any) -> Any:
    names = [column_names] if isinstance(column_names, str) else list(column_names)
    for name in names:
        self = _having(data, self, name)
    return real(self, names, *args, **options)


def _cast(run: Run, data: Any, real: Any, self: Any, column: str, feature: Any, *args: Any, **options: Any) -> Any:
    if data.made_up and getattr(feature, "decode", True) is False and hasattr(self, "__len__"):
        return _undecoded(_having(data, self, column), column)
    if type(feature).__name__ in DECODED and data.made_up:
        texts = hasattr(self, "__len__") and getattr(self.features.get(column), "dtype", "") == "string"
        if texts and (kind := DECODED[type(feature).__name__]):
            return _decoded(self, column, kind, feature)
        run.neutral(f"column {column}: kept as it was made up, not decoded")
        return self
    found = _having(data, self, column) if hasattr(self, "__len__") else self  # a stream has no length
    return real(found, column, feature, *args, **options)


def _undecoded(found: Any, column: str) -> Any:
    """The data set with the sounds or pictures of a column as the bytes of their files."""
    cells = []
    for place, cell in enumerate(found[column]):
        if hasattr(cell, "save"):
            file = io.BytesIO()
            cell.save(file, "PNG")
            cells.append({"bytes": file.getvalue(), "path": f"{place}.png"})
        else:
            known = cell if isinstance(cell, dict) and "array" in cell else {}
            whole = packed(220.0 + place, known.get("array"), known.get("sampling_rate", RATE))
            cells.append({"bytes": whole, "path": f"{place}.wav"})
    return found.remove_columns(column).add_column(column, cells)


def _decoded(found: Any, column: str, kind: str, feature: Any) -> Any:
    """The data set with sounds or pictures in a column of texts, as the paths in it would be read. Each is large: few
    rows do."""
    count = min(len(found), AUDIO_ROWS if kind == "audio" else IMAGE_ROWS)
    others = [name for name in found.column_names if name != column]
    cells = [kinds.KINDS[kind](column, index) for index in range(count)]
    few = found.select(range(count)).select_columns(others)
    if kind == "audio":
        return type(found).from_dict({**few[:], column: cells})
    features = type(found.features)({**few.features, column: feature})
    return type(found).from_dict({**few[:], column: cells}, features=features)


def _item(run: Run, data: Any, real: Any, self: Any, key: Any) -> Any:
    if isinstance(key, str) and key not in self.column_names and data.made_up:
        return [data.cell(key, i) for i in range(len(self))]
    if isinstance(key, int) and data.made_up and key >= len(self) > 0:
        key = key % len(self)
    return real(self, key)


def _having(data: Any, found: Any, column: str) -> Any:
    """The data set with a column of this name."""
    if column in found.column_names or not data.made_up:
        return found
    return found.add_column(column, [data.cell(column, i) for i in range(len(found))])


DECODED = {"Audio": "audio", "Image": "image", "Video": ""}
FORGIVEN = {
    "select": _select,
    "skip": _skip,
    "train_test_split": _split,
    "filter": _filter,
    "map": _map,
    "remove_columns": _remove,
    "rename_column": _rename,
    "rename_columns": _rename_all,
    "add_column": _add,
    "select_columns": _select_columns,
    "cast_column": _cast,
    "__getitem__": _item,
    "class_encode_column": lambda run, data, real, self, column, *a, **k: (
        self
        if type(self.features.get(column)).__name__ == "ClassLabel"
        else real(_having(data, self, column), column, *a, **k)
    ),
}


def _split_on_demand(run: Run, data: Any) -> Any:
    def make(real: Any) -> Any:
        def get(self: Any, key: Any) -> Any:
            if (
                isinstance(key, str)
                and key not in self.keys()
                and len(self)
                and data.made_up
                and (SPLIT.match(key) or key not in next(iter(self.values())).column_names)
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


def _column_on_demand(run: Run, data: Any) -> Any:
    """A key that a row lacks is made up, but only for the script itself: libraries ask rows for optional keys."""

    def make(real: Any) -> Any:
        def get(self: Any, key: Any) -> Any:
            try:
                return real(self, key)
            except KeyError:
                if not data.made_up or data.real or not isinstance(key, str) or not run.code.asks():
                    raise
            made = vars(self).setdefault("made_up", {})  # asked for row by row, a column of a batch is made once
            if key not in made:
                whole = type(self).__name__ == "LazyBatch"
                made[key] = [data.cell(key, i) for i in range(self.pa_table.num_rows)] if whole else data.cell(key, 0)
            return made[key]

        return get

    return make
