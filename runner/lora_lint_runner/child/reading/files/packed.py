"""Files of a form of the script's own, which it takes apart by `struct`: what is read of them, one after the other."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Union

from ..literals import bound
from ..walking import FUNCTIONS, parents_of, walk

UNPACKING = ("unpack", "unpack_from", "iter_unpack")


class Fields(NamedTuple):
    """What is unpacked at once: a format, and what its parts are called, as far as that is known."""

    form: str
    names: tuple[str, ...] = ()


class Stretch(NamedTuple):
    """Bytes that are read as they are: as many as an expression says, or all that are left. `shape` are the names of
    the numbers that all of them are put into order by, `wide` is how many bytes one has."""

    length: str = ""
    is_text: bool = False
    shape: tuple[str, ...] = ()
    wide: int = 1


class Again(NamedTuple):
    """What is read as often as the number of this name says, or to the end."""

    times: str
    parts: tuple[Any, ...]


Part = Union[Fields, Stretch, Again]


class Packed(NamedTuple):
    """`parts` make up a file; `told` are the values that the script holds parts of them against."""

    parts: tuple[Part, ...] = ()
    told: Mapping[str, Any] = {}


def packed(trees: Iterable[ast.Module]) -> Packed:
    """The first such form that some modules read."""
    for tree in trees:
        if not any(isinstance(n, ast.Attribute) and n.attr in UNPACKING for n in walk(tree)):
            continue
        forms = {name: _form(value) for name, value in bound(tree) if _form(value)}
        for scope in [n for n in walk(tree) if isinstance(n, FUNCTIONS)] + [tree]:
            parts = tuple(_Reading(scope, forms).parts(scope.body))
            if any(map(_unpacks, parts)):
                return Packed(parts, dict(_told(tree)))
    return Packed()


def _unpacks(part: Part) -> bool:
    return isinstance(part, Fields) or (isinstance(part, Again) and any(map(_unpacks, part.parts)))


def _form(node: ast.AST) -> str:
    """`struct.Struct("<4sHI")`"""
    made = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Struct" and node.args
    return _valid(node.args[0]) if made and isinstance(node, ast.Call) else ""


def _valid(node: ast.expr) -> str:
    try:
        struct.calcsize(node.value)  # type: ignore[attr-defined]
    except (AttributeError, TypeError, struct.error):
        return ""
    return str(node.value)  # type: ignore[attr-defined]


def _told(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """`if magic != b"EMG2": raise ...`, also where the other one has a name."""
    known = {name: value.value for name, value in bound(tree) if isinstance(value, ast.Constant)}
    for node in walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            if isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
                other = node.comparators[0]
                other = next(iter(getattr(other, "elts", ())), other)
                value = other.value if isinstance(other, ast.Constant) else known.get(getattr(other, "id", ""))
                if type(value) in (bytes, int):
                    yield node.left.id, value


class _Reading:
    """The body of one function."""

    def __init__(self, scope: ast.AST, forms: Mapping[str, str]) -> None:
        self.forms = forms
        self.nodes = list(walk(scope))
        self.parents = parents_of(scope)
        self.decoded = {_root(n.value) for n in self.nodes if isinstance(n, ast.Attribute) and n.attr == "decode"}

    def parts(self, body: Sequence[ast.stmt]) -> Iterator[Part]:
        """What some statements read, in their order."""
        found: list[tuple[str, Part]] = []
        for node in body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                continue
            inner = [*getattr(node, "body", ()), *getattr(node, "orelse", ())] if hasattr(node, "body") else []
            heads = [h for h in ast.iter_child_nodes(node) if h not in inner and not isinstance(h, ast.ExceptHandler)]
            own = [part for head in heads for part in self._read(head)]
            if isinstance(node, (ast.For, ast.While)):
                again = _joined([*own, *(("", part) for part in self.parts(node.body))], self)
                if again:
                    found.append(("", Again(_times(node), tuple(again))))
            else:
                found += own
                found += [("", part) for part in self.parts(inner)]
        yield from _joined(found, self)

    def _read(self, head: ast.AST) -> Iterator[tuple[str, Part]]:
        """The reads of an expression, each with the variable that takes it, or of which it is."""
        calls = [n for n in walk(head) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        held = {n for c in calls if getattr(c.func, "attr", "") in UNPACKING for n in walk(c) if n is not c}
        for call in sorted(calls, key=lambda n: (n.end_lineno or 0, n.end_col_offset or 0)):
            name = getattr(call.func, "attr", "")
            if name in UNPACKING:
                form = self._form_of(call)
                of = next((n.id for a in call.args for n in walk(a) if isinstance(n, ast.Name)), "")
                reads = any(isinstance(n, ast.Attribute) and n.attr in ("read", "recv") for n in walk(call))
                fields: Part = Fields(form, self._names(call))
                if form:
                    part = Again("", (fields,)) if name == "iter_unpack" else fields
                    yield ("" if reads else f"={of}"), part
            elif name in ("read", "read_bytes", "fromfile") and call not in held:
                yield self._taker(call), self._stretch(call)

    def _form_of(self, call: ast.Call) -> str:
        owner = getattr(call.func, "value", None)
        name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        return self.forms.get(name) or (_valid(call.args[0]) if name == "struct" and call.args else "")

    def _names(self, call: ast.Call) -> tuple[str, ...]:
        above = self.parents.get(call)
        first = isinstance(above, ast.Subscript)
        above = self.parents.get(above) if first and above is not None else above
        target = above.targets[0] if isinstance(above, ast.Assign) else getattr(above, "target", None)
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target] if first else []
        return tuple(getattr(part, "id", getattr(part, "attr", "")) for part in parts)

    def _taker(self, call: ast.Call) -> str:
        above = self.parents.get(call)
        target = above.targets[0] if isinstance(above, ast.Assign) else getattr(above, "target", None)
        return getattr(target, "id", "") if isinstance(above, (ast.Assign, ast.NamedExpr)) else ""

    def _stretch(self, call: ast.Call) -> Stretch:
        taker, above = self._taker(call), self.parents.get(call)
        text = (taker or "?") in self.decoded or (isinstance(above, ast.Attribute) and above.attr == "decode")
        if call.args and getattr(call.func, "attr", "") == "read":
            return Stretch(ast.unparse(call.args[0]), text)
        orders = [n for n in self.nodes if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "reshape"]
        names = next((tuple(getattr(a, "id", "") for a in n.args) for n in orders), ())
        kinds = [ast.unparse(n) for n in self.nodes if isinstance(n, (ast.Attribute, ast.Constant))]
        wide = next((w for w, ends in WIDE.items() if any(kind.strip("'").endswith(ends) for kind in kinds)), 1)
        return Stretch("", text, names if all(names) else (), wide)


WIDE = {8: ("float64", "int64", "f8", "i8"), 4: ("float32", "int32", "f4", "i4"), 2: ("int16", "i2", "u2")}


def _joined(found: list[tuple[str, Part]], reading: _Reading) -> list[Part]:
    """`head = file.read(8)` and `struct.unpack("<II", head)` are one."""
    known = {name: place for place, (name, _) in enumerate(found) if name and not name.startswith("=")}
    parts: list[Part | None] = [part for _, part in found]
    for place, (name, part) in enumerate(found):
        before = known.get(name[1:]) if name.startswith("=") else None
        if before is not None and isinstance(found[before][1], Stretch) and before < place:
            parts[before], parts[place] = part, None
    return [part for part in parts if part is not None]


def _times(loop: ast.For | ast.While) -> str:
    """`for _ in range(count)`"""
    over = loop.iter if isinstance(loop, ast.For) else None
    counted = isinstance(over, ast.Call) and getattr(over.func, "id", "") == "range" and over.args
    return getattr(over.args[-1], "id", "") if counted and isinstance(over, ast.Call) else ""


def _root(node: ast.AST) -> str:
    return getattr(node, "id", "")
