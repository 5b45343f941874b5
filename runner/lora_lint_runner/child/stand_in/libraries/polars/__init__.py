"""A small polars over pandas: tables, and expressions of their columns, with the methods that scripts call."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from ....context import Run
from .expressions import TYPES, Columns, Expr, When, col, concat_str, lit, pandas_, template
from .tables import DataFrame, Series


def _reader(form: str) -> Callable[..., DataFrame]:
    def read(source: Any, *args: Any, **options: Any) -> DataFrame:
        given = {"sep": options.get("separator", ",")} if form == "csv" else {}
        given = {"lines": True} if form == "ndjson" else given
        if form == "csv" and not options.get("has_header", True):
            given["header"] = None
        kept = options.get("columns")
        found = DataFrame(getattr(pandas_(), f"read_{'json' if form == 'ndjson' else form}")(source, **given))
        return found[list(kept)] if kept else found

    return read


def fill(module: ModuleType, run: Run) -> None:
    """What scripts use of it."""
    readers = {f"{way}_{form}": _reader(form) for way in ("read", "scan") for form in ("csv", "parquet", "ndjson")}
    kinds = {name: type(name, (), {}) for name in TYPES}
    module.__dict__.update(
        **readers, **kinds, read_json=_reader("json"), read_excel=_reader("excel"), DataFrame=DataFrame,
        LazyFrame=DataFrame, Series=Series, Expr=Expr, col=col, lit=lit, all=lambda: Columns("*"), format=template,
        concat_str=concat_str, when=lambda test: When([], test), from_pandas=DataFrame, from_dicts=DataFrame,
        from_dict=DataFrame, from_records=DataFrame, len=lambda: Expr(len, "len"), count=lambda: Expr(len, "count"),
        concat=lambda parts, **options: DataFrame(pandas_().concat([part._frame for part in parts])),
        element=lambda: Expr(lambda cells: cells, ""), __version__="1.30.0",
    )  # fmt: skip
