"""Expressions of a small polars: functions of a table, which give a pandas Series, or one value for all rows."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from typing import Any

TEXTS = {  # methods of `.str`, by those of pandas
    "len_chars": "len", "n_chars": "len", "lengths": "len", "len_bytes": "len", "to_lowercase": "lower",
    "to_uppercase": "upper", "strip_chars": "strip", "strip": "strip", "strip_chars_start": "lstrip",
    "strip_chars_end": "rstrip", "starts_with": "startswith", "ends_with": "endswith", "contains": "contains",
    "replace_all": "replace", "replace": "replace", "split": "split", "slice": "slice", "zfill": "zfill",
}  # fmt: skip
WHOLE = ("mean", "min", "max", "sum", "std", "var", "median", "first", "last", "count", "n_unique", "len", "quantile")
TYPES = {
    **dict.fromkeys(("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"), "int64"),
    **dict.fromkeys(("Float32", "Float64"), "float64"),
    **dict.fromkeys(("Utf8", "String", "Categorical", "Object", "Date", "Datetime", "List", "Struct"), "object"),
    "Boolean": "bool",
}
BINARY = {
    "add": "__add__", "sub": "__sub__", "mul": "__mul__", "truediv": "__truediv__", "floordiv": "__floordiv__",
    "mod": "__mod__", "eq": "__eq__", "ne": "__ne__", "lt": "__lt__", "le": "__le__", "gt": "__gt__", "ge": "__ge__",
    "and_": "__and__", "or_": "__or__", "pow": "__pow__",
}  # fmt: skip
TURNED = {"__add__": "__radd__", "__sub__": "__rsub__", "__mul__": "__rmul__", "__truediv__": "__rtruediv__",
          "__and__": "__rand__", "__or__": "__ror__"}  # fmt: skip


def pandas_() -> Any:
    return importlib.import_module("pandas")


class Expr:
    """What becomes of a table's rows, and the name of what that is."""

    def __init__(self, of: Callable[[Any], Any], name: str = "literal") -> None:
        self._of, self._name = of, name

    def _then(self, step: Callable[..., Any], *others: Any) -> Expr:
        return Expr(lambda frame: step(self._of(frame), *(value_of(other, frame) for other in others)), self._name)

    def alias(self, name: str) -> Expr:
        return Expr(self._of, name)

    def cast(self, kind: Any, **options: Any) -> Expr:
        plain = TYPES.get(
            getattr(kind, "__name__", str(kind)), {int: "int64", float: "float64", bool: "bool"}.get(kind)
        )
        if plain == "object":
            return self._then(lambda cells: cells.astype(str))
        return self._then(lambda cells: _numbers(cells, plain) if plain else cells)

    def is_null(self) -> Expr:
        return self._then(lambda cells: cells.isna())

    def is_not_null(self) -> Expr:
        return self._then(lambda cells: cells.notna())

    def is_in(self, among: Any) -> Expr:
        held = set(among) if not isinstance(among, Expr) else among
        return self._then(lambda cells, values: cells.isin(list(values)), held)

    def is_between(self, low: Any, high: Any, **options: Any) -> Expr:
        return self._then(lambda cells, least, most: (cells >= least) & (cells <= most), low, high)

    def fill_null(self, value: Any = None, **options: Any) -> Expr:
        return self._then(lambda cells, other: cells.fillna(other), value)

    def not_(self) -> Expr:
        return ~self

    def map_elements(self, function: Any, return_dtype: Any = None, **options: Any) -> Expr:
        return self._then(lambda cells: cells.map(function))

    apply = map_elements

    def replace(self, old: Any, new: Any = None, **options: Any) -> Expr:
        table = old if isinstance(old, dict) else dict(zip(old, new)) if isinstance(old, (list, tuple)) else {old: new}
        return self._then(lambda cells: cells.map(lambda cell: table.get(cell, cell)))

    replace_strict = map_dict = replace

    def over(self, *columns: Any) -> Expr:
        def each(frame: Any) -> Any:
            names = [c if isinstance(c, str) else c._name for part in columns for c in several(part)]
            parts = [pandas_().Series(self._of(rows), index=rows.index) for _, rows in frame.groupby(names)]
            return pandas_().concat(parts).reindex(frame.index)

        return Expr(each, self._name)

    def _kept(self, *args: Any, **options: Any) -> Expr:
        return self

    sort = shuffle = round = implode = explode = _kept

    def __invert__(self) -> Expr:
        return self._then(lambda cells: ~cells)

    def __neg__(self) -> Expr:
        return self._then(lambda cells: -cells)

    def __getattr__(self, name: str) -> Any:
        if name in WHOLE:
            method = {"n_unique": "nunique", "len": "size"}.get(name, name)
            return lambda *args, **options: self._then(lambda cells: _one(cells, method, *args))
        if name.startswith("_"):
            raise AttributeError(name)
        return self._kept  # what changes little


def _one(cells: Any, method: str, *args: Any) -> Any:
    if method in ("first", "last"):
        return cells.iloc[0 if method == "first" else -1]
    found = getattr(cells, method)
    return found(*args) if callable(found) else found


def _numbers(cells: Any, kind: str) -> Any:
    if kind == "bool" or str(cells.dtype) != "object":
        return cells.astype(kind)
    found = pandas_().to_numeric(cells, errors="coerce").fillna(0)
    return found.astype(kind)


class Texts:
    """The texts of a column, or the lists in it."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*args: Any, literal: bool = False, **options: Any) -> Any:
            return self._owner._then(lambda cells: _text(cells, name, args, literal))

        return called


def _text(cells: Any, name: str, args: tuple[Any, ...], literal: bool) -> Any:
    if name in ("json_decode", "json_extract"):
        return cells.map(json.loads)
    if name == "len":
        return cells.map(len)
    if name in ("get", "first", "last"):
        place = args[0] if args else -1 if name == "last" else 0
        return cells.map(lambda cell: cell[place] if len(cell) > place else None)
    if name in ("join", "concat"):
        return cells.map((args[0] if args else "").join)
    method = getattr(cells.astype(str).str, TEXTS.get(name, ""), None)
    if method is None:
        return cells
    named = {"regex": not literal} if name in ("contains", "replace", "replace_all") else {}
    if name == "slice":
        args = (args[0], args[0] + args[1]) if len(args) > 1 else args
    return method(*args, **named)


for _name in ("str", "list", "arr"):
    setattr(Expr, _name, property(Texts))


def value_of(value: Any, frame: Any) -> Any:
    if isinstance(value, Expr):
        return value._of(frame)
    return value._cells.reset_index(drop=True) if hasattr(value, "_cells") else value


def operation(name: str) -> Callable[..., Any]:
    def operate(self: Any, other: Any) -> Any:
        return self._then(lambda cells, value: getattr(cells, name)(value), other)

    def turned(self: Any, other: Any) -> Any:
        return self._then(lambda cells, value: getattr(cells, TURNED[name])(value), other)

    return turned if name not in BINARY.values() else operate


for _name in BINARY.values():
    setattr(Expr, _name, operation(_name))
for _name, _back in TURNED.items():
    setattr(Expr, _back, lambda self, other, back=_back: self._then(lambda cells: getattr(cells, back)(other)))


class Columns(Expr):
    """Several columns, or all."""

    def __init__(self, *wanted: Any) -> None:
        self._wanted = wanted
        super().__init__(lambda frame: frame[self.names(frame)], str(wanted[0]) if wanted else "")

    def names(self, frame: Any) -> list[str]:
        texts = [name for part in self._wanted for name in several(part) if isinstance(name, str) and name != "*"]
        return texts or list(frame.columns)


class When:
    """`when(test).then(value).otherwise(value)`."""

    def __init__(self, cases: list[tuple[Any, Any]], test: Any = None) -> None:
        self._cases, self._test = cases, test

    def then(self, value: Any) -> Case:
        return Case([*self._cases, (self._test, value)])


class Case(Expr):
    """The values so far, null elsewhere."""

    def __init__(self, cases: list[tuple[Any, Any]], other: Any = None) -> None:
        self._cases = cases
        first = cases[0][1]
        super().__init__(lambda frame: _chosen(frame, cases, other), getattr(first, "_name", "literal"))

    def when(self, test: Any) -> When:
        return When(self._cases, test)

    def otherwise(self, value: Any) -> Expr:
        return Case(self._cases, value)


def _chosen(frame: Any, cases: list[tuple[Any, Any]], other: Any) -> Any:
    pandas = pandas_()
    found = pandas.Series(value_of(other, frame), index=frame.index, dtype=object)
    for test, value in reversed(cases):
        mask = value_of(test, frame)
        found = found.where(~mask.astype(bool), pandas.Series(value_of(value, frame), index=frame.index, dtype=object))
    return found.infer_objects()


def several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def col(name: Any, *more: Any) -> Expr:
    if more or not isinstance(name, str) or name == "*":
        return Columns(name, *more)
    return Expr(lambda frame: frame[name], name)


def concat_str(*parts: Any, separator: str = "", **options: Any) -> Expr:
    exprs = [col(p) if isinstance(p, str) else p for part in parts for p in several(part)]

    def joined(frame: Any) -> Any:
        texts = [pandas_().Series(value_of(e, frame), index=frame.index).astype(str) for e in exprs]
        found = texts[0]
        for text in texts[1:]:
            found = found + separator + text
        return found

    return Expr(joined, exprs[0]._name)


def template(said: str, *parts: Any) -> Expr:
    """`pl.format("{}: {}", "title", pl.col("text"))`"""
    pieces = said.split("{}")
    exprs = [col(p) if isinstance(p, str) else p for p in parts]
    between = [lit(piece) for piece in pieces]
    return concat_str([one for pair in zip(between, [*exprs, lit("")]) for one in pair])


def lit(value: Any, **options: Any) -> Expr:
    return Expr(lambda frame: value)
