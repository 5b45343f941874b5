"""Files of a form of the script's own that it takes apart by `struct`: numbers by their names, then as many bytes as
these say."""

from __future__ import annotations

import ast
import math
import os
import re
import struct
from collections.abc import Sequence
from fnmatch import fnmatch
from typing import Any

from ....context import Run
from ....reading.files.packed import Again, Fields, Packed, Part, Stretch
from ..cells import kinds
from ..suffixes import ARRAYS, PICTURES, ROWS, SOUNDS, WRITTEN, XML, suffix_of
from . import forms

OWN = (".dat", ".raw", ".bin")  # whatever else they may hold
KNOWN = (*ROWS, *PICTURES, *SOUNDS, *ARRAYS, *XML, *WRITTEN, ".pkl", ".pickle", ".pt", ".zip", ".gz", ".tar", ".py")
WITHOUT = re.compile(r"ubyte$")  # of names without a suffix, as MNIST's
TIMES, RECORDS = 64, 48  # as often as a number says, or to the end
LONG, SHORT = 4096, 64  # what is counted once, or in each of many records
LEFT = 720_720  # bytes, which many widths go into
MOST = 1 << 24
RUN = 1 << 14  # bytes in a row that are the same
SIZES = (
    (re.compile(r"rate|freq|hz$|^sr$|^fs$", re.I), 16_000),
    (re.compile(r"width|height|rows|cols|side", re.I), 16),
    (re.compile(r"channels?|leads|dims?$|features|sensors", re.I), 4),
    (re.compile(r"version|class|label|kind|categor|bits", re.I), 2),
)


def is_one(run: Run, path: str) -> bool:
    """Is it of such a form, and not of one that its name tells, or of bare numbers?"""
    name, suffix = os.path.basename(path), suffix_of(path)
    if not run.hints.packed.parts or any(fnmatch(name, p) for p in run.hints.raw_arrays if p != "*"):
        return False
    return suffix in OWN or (bool(suffix) and suffix not in KNOWN) or WITHOUT.search(name) is not None


def write(run: Run, path: str) -> None:
    """A file with all that is read of it."""
    forms.written(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as file:
        file.write(_Writing(run.hints.packed).whole()[:MOST])


class _Writing:
    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self.values: dict[str, Any] = {}
        self.counted = set(_counts(packed.parts))

    def whole(self) -> bytes:
        found = self._all(self.packed.parts, 0, LONG)
        return found if _is_whole(self.packed.parts) else found + _run(LEFT, 0)

    def _all(self, parts: Sequence[Part], place: int, count: int) -> bytes:
        return b"".join(self._one(part, place, count) for part in parts)

    def _one(self, part: Part, place: int, count: int) -> bytes:
        if isinstance(part, Fields):
            return self._fields(part, place, count)
        if isinstance(part, Stretch):
            length = self._length(part, count)
            text = (kinds.text(place) * (length // 40 + 1)).encode()[:length]
            return text if part.is_text else _run(length, place)
        times = int(self.values.get(part.times, RECORDS)) if part.times else RECORDS
        return b"".join(self._all(part.parts, number, SHORT) for number in range(min(times, TIMES)))

    def _fields(self, part: Fields, place: int, count: int) -> bytes:
        plain = struct.unpack(part.form, bytes(struct.calcsize(part.form)))
        found = []
        for number, empty in enumerate(plain):
            name = part.names[number] if number < len(part.names) else ""
            value = self.packed.told.get(name, self._value(name, empty, place, count))
            value = value if isinstance(value, bytes) == isinstance(empty, bytes) else empty
            self.values[name] = value
            found.append(value)
        try:
            return struct.pack(part.form, *found)
        except struct.error:
            return struct.pack(part.form, *plain)

    def _value(self, name: str, empty: Any, place: int, count: int) -> Any:
        if isinstance(empty, bytes):
            return kinds.text(place, name).encode()[: len(empty)]
        size = next((size for pattern, size in SIZES if pattern.search(name)), None)
        if size == 2 and count == SHORT:
            return place % 2  # of one record
        known = size if size is not None else TIMES if name in self.counted and count == LONG else None
        known = known if known is not None else count if name in _used(self.packed.parts) else 2
        return type(empty)(known)

    def _length(self, part: Stretch, count: int) -> int:
        if part.shape:
            numbers = [int(self.values.get(name, 0)) for name in part.shape]
            return math.prod(numbers) * part.wide if all(numbers) else LEFT
        return min(_worked_out(part.length, self.values), MOST) if part.length else LEFT


def _run(length: int, place: int) -> bytes:
    """Bytes that stay the same for long: small as numbers of any width, and labels of two kinds."""
    whole = (bytes([place % 2]) * RUN + bytes([1 - place % 2]) * RUN) * (length // (2 * RUN) + 1)
    return whole[:length]


def _is_whole(parts: Sequence[Part]) -> bool:
    """Is it read in records to its end, or known how long the last stretch is?"""
    last = parts[-1]
    return isinstance(last, Again) or (isinstance(last, Stretch) and (bool(last.shape) or not last.length))


def _counts(parts: Sequence[Part]) -> list[str]:
    return [name for p in parts if isinstance(p, Again) for name in (p.times, *_counts(p.parts)) if name]


def _used(parts: Sequence[Part]) -> set[str]:
    """The names of numbers that stretches are measured by."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Stretch) and part.length:
            found |= {n.id for n in ast.walk(ast.parse(part.length)) if isinstance(n, ast.Name)}
        elif isinstance(part, Stretch):
            found |= set(part.shape)
        elif isinstance(part, Again):
            found |= _used(part.parts)
    return found


def _worked_out(length: str, values: dict[str, Any]) -> int:
    """How many bytes an expression says; what is not known in it is at most 64: the width of a row, say."""

    def value(node: ast.AST) -> int:
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            return left + right if isinstance(node.op, ast.Add) else left * right
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        return int(values.get(getattr(node, "id", ""), SHORT) or 0)

    return value(ast.parse(length, mode="eval").body)
