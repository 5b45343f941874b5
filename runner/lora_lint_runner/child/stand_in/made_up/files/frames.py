"""Tables that pandas reads from made-up files: they have a header, whatever the script says of the real ones, and are
separated as they were written."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import zipfile
from typing import Any

from ....context import Run
from . import forms, workbooks

MASKED = -1  # in the place of a column, for a test that is the whole table's
FOUND = 0.25  # of the cells of a column, at least, in a table that knows them
READERS = ("read_csv", "read_table")
FORM = (
    "sep",
    "delimiter",
    "delim_whitespace",
    "engine",
    "quoting",
    "quotechar",
    "escapechar",
    "skiprows",
    "compression",
)


def install(run: Run) -> None:
    """Looks at what pandas is asked to read."""

    @run.patches.after("pandas")
    def pandas(module: Any) -> None:
        for name in READERS:
            run.patches.replace(module, name, lambda real: _reading(run, real))
        run.patches.replace(module, "read_pickle", lambda real: _unpickling(module.DataFrame, real))
        run.patches.replace(module, "read_excel", lambda real: _sheets(run, module.read_csv, real))
        run.patches.replace(module.DataFrame, "sample", lambda real: _sampling(run, real))
        run.patches.replace(module.DataFrame, "__getitem__", lambda real: _masking(run, real))
        run.patches.replace(type(module.DataFrame().loc), "__getitem__", lambda real: _masking(run, real))
        run.patches.replace(module.DataFrame, "_set_axis", lambda real: _naming(run, real))
        run.patches.replace(module.Series, "map", lambda real: _mapping(run, real))
        for name in ("isin", "__eq__", "eq"):
            run.patches.replace(module.Series, name, lambda real: _comparing(run, real))


def _reading(run: Run, real: Any) -> Any:
    def read(path: Any, *args: Any, **options: Any) -> Any:
        if args or not isinstance(path, (str, os.PathLike)) or not _made_up(path):
            return real(path, *args, **options)
        kept = {name: value for name, value in options.items() if name not in FORM}
        if options.get("names") is not None:
            kept["header"] = 0
        if kept.get("header", 0) is None:
            kept["skiprows"] = 1  # the names of our columns, which the real file has not
        return real(path, **kept, sep="\t" if os.fspath(path).endswith(".tsv") else run.hints.separator)

    return read


def _unpickling(table: Any, real: Any) -> Any:
    """What pandas reads of a pickle is a table, where rows were made up."""

    def read(path: Any, *args: Any, **options: Any) -> Any:
        found = real(path, *args, **options)
        rows = isinstance(found, list) and found and all(isinstance(row, dict) for row in found)
        made_up = isinstance(path, (str, os.PathLike)) and _made_up(path)
        return table(found) if rows and made_up else found

    return read


def _sheets(run: Run, read_text: Any, real: Any) -> Any:
    """A made-up workbook has the same rows on each sheet; a real one is read by `workbooks`, where the package that
    does so is not here."""

    def read(path: Any, sheet_name: Any = 0, **options: Any) -> Any:
        if not isinstance(path, (str, os.PathLike)) or not _made_up(path):
            if isinstance(path, (str, os.PathLike)) and "://" not in os.fspath(path):
                open(path, "rb").close()  # that it is missing comes before what a package would say that may be, too
            try:
                return real(path, sheet_name, **options)
            except ImportError:
                found = _read_whole(run, path)
                if found is None:
                    raise
            options = {name: value for name, value in options.items() if name != "engine"}
            if sheet_name is None or isinstance(sheet_name, list):
                return {name: read_text(_as_text(found, name), **options) for name in sheet_name or found}
            return read_text(_as_text(found, sheet_name), **options)
        if sheet_name is None or isinstance(sheet_name, list):
            return {name: read(path, **options) for name in sheet_name or ["Sheet1"]}
        return read_text(path, **options)

    return read


def _read_whole(run: Run, path: Any) -> dict[str, list[list[str]]] | None:
    """The sheets of a real workbook; None for what is none of the newer form."""
    with contextlib.suppress(OSError, zipfile.BadZipFile, KeyError, IndexError, SyntaxError):
        found = workbooks.sheets(path)
        run.neutral("package openpyxl is not installed: workbooks are read without it")
        return found
    return None


def _as_text(found: dict[str, list[list[str]]], sheet: Any) -> io.StringIO:
    """A sheet, by its name or place, as pandas reads it from a text."""
    rows = found[sheet] if isinstance(sheet, str) else list(found.values())[sheet]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    return text


def _sampling(run: Run, real: Any) -> Any:
    """Of few made-up rows all are drawn where more are asked for."""

    def sample(self: Any, n: Any = None, *args: Any, **options: Any) -> Any:
        few = run.made_up and isinstance(n, int) and n > len(self) and not options.get("replace")
        return real(self, len(self) if few else n, *args, **options)

    return sample


def _naming(run: Run, real: Any) -> Any:
    """All columns of a table get names (`frame.columns = ["path", "ms"]`): a made-up one, which may have those that are
    asked of other files, too, is left with those of these names first."""

    def set_axis(self: Any, axis: Any, labels: Any) -> None:
        names, there = list(labels), list(self.columns)
        if axis == 0 and len(names) < len(there) and run.made_up and run.code.asks(("pandas.core.generic",)):
            rest = [name for name in there if name not in names]
            self._update_inplace(self[[name if name in there else rest.pop(0) for name in names]])
        real(self, axis, labels)

    return set_axis


def _masking(run: Run, real: Any) -> Any:
    """A mask is a test of each row: see `filters`."""

    def get(self: Any, asked: Any) -> Any:
        mask, *columns = asked if isinstance(asked, tuple) else (asked,)
        is_mask = str(getattr(mask, "dtype", "")) == "bool" and getattr(mask, "ndim", 0) == 1 and len(mask)
        if not is_mask or not run.code.asks():
            return real(self, asked)
        frame = run.code.frames()[0]
        spot = (frame.f_code.co_filename, frame.f_lineno, MASKED)
        if not mask.any() and run.filters.waives(spot):
            return real(self, (~mask, *columns) if columns else ~mask)
        run.filters.note(spot, bool(mask.any()))
        return real(self, asked)

    return get


def _comparing(run: Run, real: Any) -> Any:
    """What a column is compared with, for the case that the mask leaves none of its rows."""

    def compare(self: Any, other: Any, *args: Any, **options: Any) -> Any:
        found = real(self, other, *args, **options)
        if run.made_up and not found.any() and run.code.asks():
            run.filters.want(self.name, (other,) if isinstance(other, (str, int)) else other, is_column=True)
        return found

    return compare


def _mapping(run: Run, real: Any) -> Any:
    """A table in which next to none of a column's cells are found: after it no row may be left, or one by chance, of
    `.map(paths).dropna()`."""

    def map_(self: Any, *args: Any, **options: Any) -> Any:
        found = real(self, *args, **options)
        table = next(iter((*args, *options.values())), None)
        if run.made_up and type(table) is dict and found.notna().mean() < FOUND and run.code.asks():
            run.filters.missed(str(self.name), table)
        return found

    return map_


def _made_up(path: str | os.PathLike[str]) -> bool:
    if "://" in os.fspath(path):
        return False
    with contextlib.suppress(OSError), open(path, "rb"):  # that makes it up, where it is to be
        return forms.is_made_up(path)
    return False
