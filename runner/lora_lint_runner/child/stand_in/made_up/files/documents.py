"""Documents that are made up: tasks in YAML, articles or annotations in XML, with what the script asks them for, and
what people have written."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ElementTree

from ....context import Run
from ....reading.files.elements import Elements
from .. import rows
from ..cells import kinds
from ..suffixes import WRITTEN, XML, suffix_of
from . import contents, forms, groups, settings, written

COUNT = 8  # elements that are gone through
SPAN = 4  # from where something begins in a text to where it ends
WIDE = 16  # from one side of a box to the other, in a picture of this size
SIDE = 64
ENDS = re.compile(r"^(to$|end|stop)|max$|^(right|bottom)$|^[xy]2$", re.I)
SIZES = re.compile(r"^(width|height)$", re.I)
REFERS = re.compile(r"(?<!h)refs?$", re.I)  # an attribute that names others by their `id`
NAMED = ("file", "language", "category", "date")  # kinds of texts that are no words


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
    number = re.search(r"\d+", os.path.basename(path))
    first = int(number[0]) * COUNT if number else 0  # no two of several documents are the same
    _attributes(run, root, asked, first // COUNT)
    _hold(run, root, asked, asked.top, first)
    for listed in sorted(asked.lists - {*asked.each}):
        folder, _, tag = listed.rpartition("/")
        for place in range(first + 1, first + COUNT):
            _fill(run, ElementTree.SubElement(_below(root, folder), tag), asked, place)
    home = _below(root, asked.home) if asked.home else root
    chains = asked.chains or (() if asked.single or asked.top else (("item",),))
    for chain in chains:
        for place in range(first, first + COUNT):
            _grow(run, home, asked, chain, place)
    if not chains:
        _hold(run, root, asked, asked.single, first)
    if asked.namespace:
        root.set("xmlns", asked.namespace)
    forms.packed_text(path, ElementTree.tostring(root, encoding="unicode"))


def _grow(
    run: Run, home: ElementTree.Element, asked: Elements, parts: tuple[str, ...], place: int, of: int | None = None
) -> None:
    """An element below another, and what lies in it; several, where they are told apart by their attributes. It refers
    to the outermost ones, by the place `of` that it lies in."""
    tag, rest = parts[0], parts[1:]
    of = place if of is None else of
    several = asked.apart.get(tag, ({},))
    for number, told in enumerate(several):
        inner, own = ElementTree.SubElement(home, tag), place * len(several) + number
        _fill(run, inner, asked, own)
        _refer(run, inner, asked, of)
        for name, value in told.items():
            inner.set(name, value)
        _hold(run, inner, asked, asked.single, own)
        forks = [fork for fork in asked.forks.get(tag, ()) if fork[0] not in rest]
        for chain in [rest, *forks] if rest else forks:
            _grow(run, inner, asked, chain, own, of)


def _hold(run: Run, home: ElementTree.Element, asked: Elements, wanted: tuple[str, ...], place: int) -> None:
    """What is looked for once, in each element in which it may be."""
    for tag in wanted:
        if tag in asked.each:
            continue
        _fill(run, _below(home, tag), asked, place)


def _below(home: ElementTree.Element, path: str) -> ElementTree.Element:
    """What lies at a path below an element, made on the way where it is not there."""
    for step in path.split("/"):
        found = home.find(step)
        home = ElementTree.SubElement(home, step) if found is None else found
    return home


def _fill(run: Run, element: ElementTree.Element, asked: Elements, place: int) -> None:
    element.text = _text(run, element.tag, asked, place)
    _attributes(run, element, asked, place)


def _attributes(run: Run, element: ElementTree.Element, asked: Elements, place: int) -> None:
    """Those that any element is asked for; one that is looked up in another is one of its values."""
    for name, values in asked.attributes:
        number = SIDE if SIZES.search(name) else place + SPAN * bool(ENDS.search(name))
        plain = str(number) if name in asked.numbers else f"{groups.home(run.hints, name)}-{place}"
        cell = values[place % len(values)] if values else plain
        element.set(name, cell if name in asked.numbers else str(rows.remembered(run, name, place, cell)))


def _refer(run: Run, element: ElementTree.Element, asked: Elements, of: int) -> None:
    """`<String TAGREFS="ID-3">`, where there is a `<Tag ID="ID-3">`."""
    own = next((name for name, values in asked.attributes if name.lower() == "id" and not values), None)
    for name, values in asked.attributes:
        if own is not None and REFERS.search(name) and not values:
            plain = own in asked.numbers or name in asked.numbers
            element.set(name, str(of) if plain else f"{groups.home(run.hints, own)}-{of}")


def _text(run: Run, tag: str, asked: Elements, place: int) -> str:
    """A number where the script takes it for one, a cell of a column that is called so, else a text of some length."""
    if tag in asked.numbers:
        return str(SIDE if SIZES.search(tag) else place + WIDE * bool(ENDS.search(tag)))
    cell = rows.value(tag, place, rows.learned_kind(run, tag))
    number = re.fullmatch(r"[-\d.]+", str(cell))
    plain = kinds.by_name(tag) not in NAMED and not number
    return str(rows.told(run, tag, place, kinds.text(place, tag) * 4 if plain else cell))


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
