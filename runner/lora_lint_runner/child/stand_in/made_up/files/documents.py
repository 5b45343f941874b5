"""Documents that are made up: tasks in YAML, articles or annotations in XML, with what the script asks them for, and
what people have written."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

from ....context import Run
from ....reading.files.elements import Elements
from .. import rows
from ..cells import kinds
from ..suffixes import WRITTEN, XML, suffix_of
from . import contents, forms, settings, written

COUNT = 8  # elements that are gone through
SPAN = 4  # from where something begins in a text to where it ends
ENDS = re.compile(r"to$|end|stop", re.I)


def write_yaml(run: Run, path: str, name: str) -> None:
    """A record, where the script asks for its fields, else rows. JSON is YAML, too."""
    forms.written(path)
    if settings.made(run, path, contents.rows_of(run, name=name), data=True) is None:
        forms.write(path, contents.rows_of(run, name=name), "json")


def write_xml(run: Run, path: str) -> None:
    """Elements by the names that the script looks for, one of them below another as it says: several of those that it
    goes through, each with one of what it looks for."""
    asked = run.hints.elements
    root = ElementTree.Element("document")
    parts = asked.each or (() if asked.single else ("item",))
    for place in range(COUNT if parts else 1):
        home = root
        for tag in parts:
            home = ElementTree.SubElement(home, tag)
            _fill(home, asked, place)
            _hold(run, home, asked, place)
        if not parts:
            _hold(run, root, asked, place)
    forms.packed_text(path, ElementTree.tostring(root, encoding="unicode"))


def _hold(run: Run, home: ElementTree.Element, asked: Elements, place: int) -> None:
    """What is looked for once, in each element in which it may be."""
    for tag in asked.single:
        if tag in asked.each:
            continue
        inner = home
        for step in tag.split("/"):
            found = inner.find(step)
            inner = ElementTree.SubElement(inner, step) if found is None else found
        _fill(inner, asked, place)


def _fill(element: ElementTree.Element, asked: Elements, place: int) -> None:
    cell: Any = place if element.tag in asked.numbers else rows.value(element.tag, place)
    element.text = str(cell) if re.fullmatch(r"[-\d.]+", str(cell)) else kinds.text(place, element.tag) * 4
    for name, values in asked.attributes:
        number = place + SPAN * bool(ENDS.match(name))
        plain = str(number) if name in asked.numbers else f"{name}-{place}"
        element.set(name, values[place % len(values)] if values else plain)


def write(run: Run, path: str, name: str) -> None:
    """Any of them."""
    if suffix_of(name) in WRITTEN:
        written.write(run, path)
    elif suffix_of(name) in XML:
        write_xml(run, path)
    else:
        write_yaml(run, path, name)


def is_made(path: str) -> bool:
    return suffix_of(path) in (*XML, *WRITTEN) or re.search(r"\.ya?ml$", path.lower()) is not None
