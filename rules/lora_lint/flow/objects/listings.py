"""What is in a folder, and which of it is picked because its name comes last in the alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.strings import Atoms, last, parent, place_of, text
from lora_lint.flow.values import FALSE, TRUE, Const, Sym, Text, Value
from lora_lint.lifecycle.events.disk import PickedByName
from lora_lint.lifecycle.places import Place

LAST_OF = {False: Const(-1), True: Const(0)}  # where the name that comes last is, of a list that runs backwards or not


def note_listing(machine: Machine, listing: Value, folder: Place | None, pattern: str = "") -> Value:
    """Remembers what a call lists: a folder, or what a pattern matches."""
    if isinstance(listing, Sym):
        machine.listings[listing.term] = folder, pattern
    return listing


def sorted_listing(machine: Machine, items: Sequence[Value], backwards: Value, node: cst.CSTNode) -> Sym | None:
    """A listing in the order of its names; None for anything else."""
    listing = _behind(machine, items)
    if listing is None or backwards not in (TRUE, FALSE):
        return None
    return Sym(("listed", listing, LAST_OF[backwards == TRUE], machine.site(node)))


def note_largest(machine: Machine, items: Sequence[Value], node: cst.CSTNode) -> None:
    """`max(folders)`: the one whose name comes last."""
    listing = _behind(machine, items)
    if listing is not None:
        machine.emit(node, None, PickedByName(*machine.listings[listing], machine.site(node)))


def note_index(machine: Machine, value: Sym, index: Value, node: cst.CSTNode) -> None:
    """`sorted(folders)[-1]`, `sorted(folders, reverse=True)[0]`: the same."""
    if len(value.term) == 4 and value.term[2] == index:
        machine.emit(node, None, PickedByName(*machine.listings[value.term[1]], value.term[3]))


def any_listed(machine: Machine, items: Sequence[Value], node: cst.CSTNode) -> Sym | None:
    """One of several paths or names of a listing, nobody knows which; None where they are of none."""
    listing = _behind(machine, items) if items else None
    return Sym(("item", listing, ("some", machine.site(node)))) if listing is not None else None


def listing_behind(machine: Machine, path: Atoms) -> tuple[Place, str] | None:
    """The folder that a path was found in, and the pattern that its name was asked for by ("" for any)."""
    folder, pattern = machine.listings.get(_whole(path[-1]), (None, "")) if path else (None, "")
    if folder is None or len(path) == 1:
        return (folder, pattern) if folder is not None else None
    around = place_of(machine.world, text(parent(path)), machine.usual)  # of a name that is put behind a folder's
    return (folder, pattern) if around is not None and around.same(folder) else None


def is_listed(machine: Machine, term: Any) -> bool:
    """Is it a name or a path of a listing?"""
    return _whole(term) in machine.listings


def found_in(machine: Machine, path: Atoms) -> tuple[Place, str] | None:
    """The folder that a path leads into whose last name is not known, and the pattern that this name matches."""
    if not path or (isinstance(path[-1], str) and not last(path)):
        return None
    folder, pattern = machine.listings.get(_whole(path[-1]), (None, ""))
    around = place_of(machine.world, text(parent(path)), machine.usual) if len(path) > 1 else None
    if folder is not None and (around is None or is_listed(machine, path[0])):
        return folder, pattern or "*"
    name = last(path)
    if around is None or all(isinstance(atom, str) for atom in name):
        return None
    return around, pattern or "".join(atom if isinstance(atom, str) else "*" for atom in name)


def _behind(machine: Machine, items: Sequence[Value]) -> Any:
    """The listing that these are the names or paths in, or the one that this is."""
    found = {term for item in items for term in _listings(machine, item)}
    return next(iter(found)) if len(found) == 1 and all(_listings(machine, item) for item in items) else None


def _listings(machine: Machine, item: Value) -> list[Any]:
    atoms = item.parts if isinstance(item, Text) else (item.term,) if isinstance(item, Sym) else ()
    return [term for term in map(_whole, atoms) if term in machine.listings]


def _whole(term: Any) -> Any:
    """Of a name in a listing, or an attribute of it, the listing."""
    while isinstance(term, tuple) and len(term) > 1 and term[0] in ("item", "attribute", "listed"):
        term = term[1]
    return term
