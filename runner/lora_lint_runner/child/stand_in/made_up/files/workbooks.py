"""Workbooks of the user's own, read as far as a table needs it, where the package that pandas reads them with is not
installed: the cells of each sheet as text, numbers as they are written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SHARED = "xl/sharedStrings.xml"
MOST = 4096  # rows of a sheet: a run makes a few steps


def sheets(path: Any) -> dict[str, list[list[str]]]:
    """The rows of each sheet, by its name. Raises zipfile.BadZipFile for what is no workbook of that form."""
    with zipfile.ZipFile(path) as book:
        names = set(book.namelist())
        shared = [_text(item) for item in _parts(book, SHARED, "si")] if SHARED in names else []
        targets = {part.get("Id"): part.get("Target", "") for part in _root(book, "xl/_rels/workbook.xml.rels")}
        found = {}
        for sheet in _parts(book, "xl/workbook.xml", "sheet"):
            place = targets.get(sheet.get(NAMED), "").lstrip("/")
            place = place if place.startswith("xl/") else f"xl/{place}"
            found[sheet.get("name", "")] = list(_rows(book, place, shared))
        return found


def _root(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _parts(book: zipfile.ZipFile, name: str, kind: str) -> Iterator[ElementTree.Element]:
    yield from _root(book, name).iter(MAIN + kind)


def _rows(book: zipfile.ZipFile, place: str, shared: list[str]) -> Iterator[list[str]]:
    for count, row in enumerate(_parts(book, place, "row")):
        if count >= MOST:
            return
        cells: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
            column = _column(cell.get("r", "")) or len(cells)
            cells += [""] * (column - len(cells))
            cells.append(_value(cell, shared))
        yield cells


def _column(place: str) -> int:
    """`C7` is in column 2."""
    number = 0
    for letter in re.sub(r"\d", "", place):
        number = number * 26 + ord(letter) - 64
    return max(0, number - 1)


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    inside = cell.find(f"{MAIN}is")
    value = cell.find(f"{MAIN}v")
    if inside is not None:
        return _text(inside)
    text = value.text or "" if value is not None else ""
    if cell.get("t") == "s" and text.isdigit():
        return shared[int(text)]
    return {"1": "True", "0": "False"}.get(text, text) if cell.get("t") == "b" else text


def _text(node: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{MAIN}t"))
