"""Tables whose rows are brought together: `frame.groupby("id").agg(score=("vote", "sum"), text=("text", "first"))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ..walking import walk
from .shape import ANY, Shape
from .tables import calls, text_of

OF_NUMBERS = ("sum", "mean", "median", "std", "var", "prod")
KEEPING = ("first", "last", "max", "min")  # what comes out is one of the cells


class Aggregated(NamedTuple):
    """A column that is brought together, how, and what is made of it; None where it keeps its name."""

    column: str
    how: str
    name: str | None

    @property
    def shape(self) -> Shape:
        """What it is by that alone."""
        return Shape("int") if self.how in OF_NUMBERS else ANY


def aggregated(tree: ast.Module) -> Iterator[Aggregated]:
    """All of a module: by name, as `pd.NamedAgg`, as a table of columns (`agg({"vote": "mean"})`)."""
    for call in calls(tree, "agg", "aggregate"):
        for keyword in call.keywords:
            parts = _pair(keyword.value)
            column, how = (text_of(part) for part in parts) if len(parts) == 2 else (None, None)
            if keyword.arg is not None and column is not None:
                yield Aggregated(column, how or "", keyword.arg)
        for table in call.args[:1]:
            if isinstance(table, ast.Dict):
                pairs = [(text_of(key), text_of(value)) for key, value in zip(table.keys, table.values)]
                yield from (Aggregated(column, how or "", None) for column, how in pairs if column is not None)


def _pair(value: ast.expr) -> list[ast.expr]:
    """The column and the way of `("vote", "sum")`, `pd.NamedAgg(column="vote", aggfunc="sum")`."""
    if isinstance(value, ast.Tuple):
        return value.elts
    if isinstance(value, ast.Call) and getattr(value.func, "attr", getattr(value.func, "id", "")) == "NamedAgg":
        named = {keyword.arg: keyword.value for keyword in value.keywords}
        return [*value.args, *(named[name] for name in ("column", "aggfunc") if name in named)]
    return []


def assigned(tree: ast.Module) -> set[str]:
    """The columns that a script makes by itself: `frame["label"] = ...`."""
    stored = [n for n in walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    return {name for name in (text_of(node.slice) for node in stored) if name is not None}
