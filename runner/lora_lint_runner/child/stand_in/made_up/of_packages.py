"""Rows in the place of what a package that is not here was to give: `for row in frame.collect():`. In the first attempt
there is nothing to go through; where the script stops over that, the next has made-up rows there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from ...context import Run
from .. import anything, handed_back
from . import rows
from .maker import Maker

LEARNED = "rows of"  # these packages


class Row(dict[str, Any]):
    """A row of whatever form: its cells are its attributes, too (`post.title`), or what it is taken apart into
    (`for question, answer in rows`). It has what it is asked for."""

    def __init__(self, maker: Maker, place: int, cells: dict[str, Any]) -> None:
        super().__init__(cells)
        self.__dict__.update(_maker=maker, _place=place)

    def __missing__(self, name: Any) -> Any:
        if isinstance(name, int):
            return self._cells(name + 1)[name]
        self[name] = self._maker.cell(name, self._place)
        return self[name]

    def __iter__(self) -> Iterator[Any]:
        count = handed_back.unpacked(sys._getframe(1))
        return super().__iter__() if count is None else iter(self._cells(count))

    def _cells(self, count: int) -> list[Any]:
        """The first ones."""
        more = (self._maker.cell(f"text_{place}", self._place) for place in range(count - len(self)))
        return [*self.values(), *more][:count]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]


def install(run: Run) -> None:
    """Tells what is gone through in vain, and gives rows in its place where that was learned."""
    unknown = {e["name"] for e in run.spec.learned.get("lacking", ()) if e["kind"] == "package"}
    learned = set(run.spec.learned.get(LEARNED, ()))
    made: dict[str, list[Row]] = {}

    def given(name: str) -> list[Row]:
        package = name.split(".")[0]
        if package in unknown - learned:
            run.met.gone_through.add(package)
        if package not in unknown & learned:
            return []
        if package not in made:
            run.neutral(f"what package {package} gives: rows made up")
            maker = Maker(run)
            found = maker.dataset(package, None)
            few = found.select(range(min(len(found), rows.FEW_ROWS)))
            made[package] = [Row(maker, place, row) for place, row in enumerate(few)]
            if run.data is not None:
                run.data.made_up = True
        return made[package]

    anything.ROWS[:] = [given]
