"""Tables of a small polars, and their columns, over those of pandas."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .expressions import BINARY, Columns, Expr, Texts, col, operation, pandas_, several, value_of


def _plain(cells: Any) -> list[Any]:
    """The values of a column, with None where there is none."""
    return [None if cell is None or cell != cell else cell for cell in cells.tolist()]


class Series:
    """A column."""

    def __init__(self, name: Any = "", values: Any = None, dtype: Any = None, **options: Any) -> None:
        if values is None and not isinstance(name, str):
            name, values = "", name
        cells = values if isinstance(values, pandas_().Series) else pandas_().Series(list(values or ()))
        self._cells, self.name = cells.reset_index(drop=True), name

    def _then(self, step: Callable[..., Any], *others: Any) -> Any:
        found = step(self._cells, *(value_of(other, None) for other in others))
        return Series(self.name, found) if isinstance(found, pandas_().Series) else found

    def to_list(self) -> list[Any]:
        return _plain(self._cells)

    def to_numpy(self, **options: Any) -> Any:
        return self._cells.to_numpy()

    def to_pandas(self) -> Any:
        return self._cells

    def unique(self, **options: Any) -> Series:
        return Series(self.name, pandas_().Series(self._cells.unique()))

    def value_counts(self, **options: Any) -> DataFrame:
        return DataFrame(self._cells.value_counts().rename("count").rename_axis(self.name or "value").reset_index())

    def __iter__(self) -> Iterator[Any]:
        return iter(_plain(self._cells))

    def __len__(self) -> int:
        return len(self._cells)

    def __getitem__(self, place: Any) -> Any:
        return Series(self.name, self._cells[place]) if isinstance(place, slice) else _plain(self._cells)[place]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._cells.to_numpy(dtype)

    def __getattr__(self, name: str) -> Any:
        return (
            getattr(Expr(lambda _: self._cells, self.name), name) if name.startswith("__") else _of_series(self, name)
        )


def _of_series(owner: Series, name: str) -> Any:
    """A method of an expression, worked out at once."""
    if name == "str":
        return Texts(owner)
    if name == "shape":
        return owner._cells.shape
    if name == "dtype":
        return owner._cells.dtype

    def called(*args: Any, **options: Any) -> Any:
        found = getattr(Expr(lambda _: owner._cells, owner.name), name)(*args, **options)._of(None)
        return Series(owner.name, found) if isinstance(found, pandas_().Series) else found

    return called


for _name in BINARY.values():
    setattr(Series, _name, operation(_name))


class DataFrame:
    """A table, also one that polars would read later."""

    def __init__(self, data: Any = None, schema: Any = None, **options: Any) -> None:
        if isinstance(data, dict):
            data = {name: cells.to_list() if isinstance(cells, Series) else cells for name, cells in data.items()}
        self._frame = pandas_().DataFrame(data).reset_index(drop=True)
        if isinstance(schema, (list, tuple)) and len(schema) == len(self._frame.columns):
            self._frame.columns = [name if isinstance(name, str) else name[0] for name in schema]

    height = property(lambda self: len(self._frame))
    width = property(lambda self: len(self._frame.columns))
    shape = property(lambda self: self._frame.shape)
    columns = property(lambda self: list(self._frame.columns))
    schema = property(lambda self: dict(self._frame.dtypes))

    def _with(self, frame: Any) -> DataFrame:
        return DataFrame(frame)

    def _cells(self, given: Any, name: str | None = None) -> Iterator[tuple[str, Any]]:
        """What is asked of the table, by names."""
        if isinstance(given, str):
            yield name or given, self._frame[given]
        elif isinstance(given, Columns):
            yield from ((column, self._frame[column]) for column in given.names(self._frame))
        elif isinstance(given, Expr):
            yield name or given._name, given._of(self._frame)
        elif isinstance(given, Series):
            yield name or given.name, given._cells
        else:
            yield name or "literal", given

    def _asked(self, args: Iterable[Any], named: dict[str, Any]) -> dict[str, Any]:
        found = [cell for part in args for one in several(part) for cell in self._cells(one)]
        return dict([*found, *(cell for name, one in named.items() for cell in self._cells(one, name))])

    def filter(self, *tests: Any, **equal: Any) -> DataFrame:
        frame = self._frame
        for test in [*tests, *(col(name) == value for name, value in equal.items())]:
            for one in several(test):
                mask = value_of(one, frame)
                frame = frame[mask.astype(bool)] if hasattr(mask, "astype") else frame
        return self._with(frame)

    def select(self, *args: Any, **named: Any) -> DataFrame:
        cells = self._asked(args, named)
        alone = all(not hasattr(cell, "index") or isinstance(cell, (str, list)) for cell in cells.values())
        return self._with(pandas_().DataFrame(cells, index=[0] if alone else None))

    def with_columns(self, *args: Any, **named: Any) -> DataFrame:
        return self._with(self._frame.assign(**self._asked(args, named)))

    with_column = with_columns

    def rename(self, names: Any, **options: Any) -> DataFrame:
        return self._with(self._frame.rename(columns=names))

    def drop(self, *names: Any, **options: Any) -> DataFrame:
        gone = [n for part in names for n in several(part)]
        return self._with(self._frame.drop(columns=gone, errors="ignore"))

    def drop_nulls(self, subset: Any = None) -> DataFrame:
        return self._with(self._frame.dropna(subset=None if subset is None else list(several(subset))))

    def unique(self, subset: Any = None, **options: Any) -> DataFrame:
        return self._with(self._frame.drop_duplicates(subset=None if subset is None else list(several(subset))))

    def sort(self, by: Any, *more: Any, descending: Any = False, **options: Any) -> DataFrame:
        names = [n if isinstance(n, str) else n._name for part in (by, *more) for n in several(part)]
        falls = descending if isinstance(descending, list) else [descending] * len(names)
        return self._with(self._frame.sort_values(names, ascending=[not fall for fall in falls]))

    def head(self, n: int = 5) -> DataFrame:
        return self._with(self._frame.head(n))

    limit = head

    def tail(self, n: int = 5) -> DataFrame:
        return self._with(self._frame.tail(n))

    def slice(self, offset: int, length: int | None = None) -> DataFrame:
        return self._with(self._frame.iloc[offset : None if length is None else offset + length])

    def sample(
        self, n: int | None = None, *, fraction: float | None = None, seed: Any = None, **options: Any
    ) -> DataFrame:
        count = None if n is None else min(n, len(self._frame))
        return self._with(self._frame.sample(n=count, frac=fraction, random_state=seed))

    def join(self, other: DataFrame, on: Any = None, how: str = "inner", **sides: Any) -> DataFrame:
        left, right = sides.get("left_on", on), sides.get("right_on", on)
        how = {"full": "outer", "cross": "cross", "semi": "inner", "anti": "left"}.get(how, how)
        return self._with(self._frame.merge(other._frame, how=how, left_on=left, right_on=right))

    def group_by(self, *by: Any, **options: Any) -> Groups:
        return Groups(self, [n if isinstance(n, str) else n._name for part in by for n in several(part)])

    groupby = group_by

    def with_row_index(self, name: str = "index", offset: int = 0) -> DataFrame:
        return self._with(self._frame.assign(**{name: range(offset, offset + len(self._frame))}))

    with_row_count = with_row_index

    def vstack(self, other: DataFrame) -> DataFrame:
        return self._with(pandas_().concat([self._frame, other._frame]))

    extend = vstack

    def to_dicts(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row)) for row in self.rows()]

    def to_dict(self, as_series: bool = True) -> dict[str, Any]:
        return {name: self[name] if as_series else self[name].to_list() for name in self.columns}

    def to_pandas(self, **options: Any) -> Any:
        return self._frame.copy()

    def to_numpy(self, **options: Any) -> Any:
        return self._frame.to_numpy()

    def to_arrow(self) -> Any:
        return importlib.import_module("pyarrow").Table.from_pandas(self._frame)

    def rows(self, named: bool = False) -> list[Any]:
        found = list(zip(*(_plain(self._frame[name]) for name in self.columns)))
        return [dict(zip(self.columns, row)) for row in found] if named else found

    def iter_rows(self, named: bool = False, **options: Any) -> Iterator[Any]:
        return iter(self.rows(named))

    def row(self, place: int, named: bool = False) -> Any:
        return self.rows(named)[place]

    def item(self, row: int = 0, column: Any = 0) -> Any:
        return self._frame.iloc[row, column if isinstance(column, int) else self.columns.index(column)]

    def get_column(self, name: str) -> Series:
        return Series(name, self._frame[name])

    def partition_by(self, *by: str, **options: Any) -> list[DataFrame]:
        return [self._with(rows) for _, rows in self._frame.groupby(list(by))]

    def write_csv(self, path: Any = None, **options: Any) -> Any:
        return self._frame.to_csv(path, index=False)

    def write_parquet(self, path: Any, **options: Any) -> None:
        self._frame.to_parquet(path)

    def write_ndjson(self, path: Any) -> None:
        self._frame.to_json(path, orient="records", lines=True)

    def write_json(self, path: Any = None, **options: Any) -> Any:
        return self._frame.to_json(path, orient="records")

    def _same(self, *args: Any, **options: Any) -> DataFrame:
        return self

    collect = lazy = clone = describe = fetch = rechunk = _same

    def pipe(self, function: Any, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    def __len__(self) -> int:
        return len(self._frame)

    def __iter__(self) -> Iterator[Series]:
        return (self[name] for name in self.columns)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self.get_column(key)
        if isinstance(key, (list, tuple)) and key and all(isinstance(name, str) for name in key):
            return self._with(self._frame[list(key)])
        if isinstance(key, tuple):
            return self[key[0]][key[1]] if not isinstance(key[0], int) else self.item(*key)
        if isinstance(key, int):
            return self._with(self._frame.iloc[[key]])
        return self._with(self._frame.iloc[key.to_list() if isinstance(key, Series) else key])


class Groups:
    """A table by the cells of some columns."""

    def __init__(self, table: DataFrame, by: list[str]) -> None:
        self._table, self._by = table, by

    def agg(self, *args: Any, **named: Any) -> DataFrame:
        found = []
        for key, rows in self:
            cells = DataFrame(rows._frame)._asked(args, named)
            plain = {name: cell.tolist() if hasattr(cell, "tolist") else cell for name, cell in cells.items()}
            found.append({**dict(zip(self._by, key)), **plain})
        return DataFrame(found)

    def len(self, name: str = "len") -> DataFrame:
        return DataFrame([{**dict(zip(self._by, key)), name: len(rows)} for key, rows in self])

    def count(self) -> DataFrame:
        return self.len("count")

    def __iter__(self) -> Iterator[tuple[tuple[Any, ...], DataFrame]]:
        for key, rows in self._table._frame.groupby(self._by, sort=False):
            yield (key if isinstance(key, tuple) else (key,)), DataFrame(rows)

    def head(self, n: int = 5) -> DataFrame:
        return DataFrame(self._table._frame.groupby(self._by).head(n))
