"""Weight files read with the standard library alone: names, shapes, values that are all zero or not numbers.

safetensors is a JSON header and raw bytes. A pickled `.bin` needs torch and is opened with it, weights only.
"""

from __future__ import annotations

import array
import hashlib
import json
import mmap
import os
import struct
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

BYTES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
}
EXPONENT = {"F16": 0x7C00, "BF16": 0x7F80}


class Unreadable(Exception):
    """A weight file that is cut off, empty or of another kind; the text says which."""


class Tensor(NamedTuple):
    """A tensor of a file: its bytes are read when asked for."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes | memoryview

    @property
    def size(self) -> int:
        count = 1
        for side in self.shape:
            count *= side
        return count

    def zero(self) -> bool:
        """Are all values zero?"""
        return not any(bytes(part).strip(b"\0") for part in self._parts())

    def finite(self) -> bool:
        """Are all values numbers?"""
        if self.dtype in EXPONENT:
            mask = EXPONENT[self.dtype]
            for part in self._parts():
                values = array.array("H", bytes(part))
                if sys.byteorder == "big":
                    values.byteswap()
                if any(v & mask == mask for v in values):
                    return False
        elif self.dtype in ("F32", "F64"):
            for part in self._parts():
                total = sum(abs(v) for v in array.array("f" if self.dtype == "F32" else "d", bytes(part)))
                if total != total or total == float("inf"):
                    return False
        return True

    def digest(self) -> str:
        """The digest that a running model's tensor has: of its values as 32-bit floats."""
        if self.dtype == "F32":
            return hashlib.sha256(self.data).hexdigest()[:16]
        data = bytes(self.data)
        if self.dtype == "BF16":
            wide = bytearray(len(data) * 2)
            wide[2::4], wide[3::4] = data[0::2], data[1::2]
        elif self.dtype == "F16":
            wide = bytearray(array.array("f", struct.unpack(f"<{len(data) // 2}e", data)).tobytes())
        else:
            wide = bytearray(data)
        return hashlib.sha256(bytes(wide)).hexdigest()[:16]

    def _parts(self) -> Iterator[memoryview]:
        view = memoryview(self.data)
        step = 1 << 22
        for start in range(0, len(view), step):
            yield view[start : start + step]


def read(path: str) -> dict[str, Tensor]:
    """The tensors of a weight file. Raises Unreadable."""
    return _pickled(path) if path.endswith((".bin", ".pt", ".pth")) else _safetensors(path)


def header(path: str) -> dict[str, Any]:
    """Names, types and shapes of a safetensors file, nothing of its values. Raises Unreadable."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            first = file.read(8)
            if len(first) < 8:
                raise Unreadable("is empty" if not first else "is cut off")
            length = struct.unpack("<Q", first)[0]
            if length > size - 8 or length > 100_000_000:
                raise Unreadable("is cut off, or no safetensors file")
            found = json.loads(file.read(length))
    except (OSError, ValueError) as error:
        raise Unreadable(f"can't be read: {error}") from None
    if not isinstance(found, dict):
        raise Unreadable("is no safetensors file")
    found["__start__"] = 8 + length
    return found


def _safetensors(path: str) -> dict[str, Tensor]:
    rows = header(path)
    start = rows.pop("__start__")
    rows.pop("__metadata__", None)
    with open(path, "rb") as file:
        try:
            whole: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):
            whole = file.read()
    view = memoryview(whole)
    found = {}
    for name, row in rows.items():
        begin, end = row["data_offsets"]
        if start + end > len(view):
            raise Unreadable("is cut off")
        found[name] = Tensor(row["dtype"], tuple(row["shape"]), view[start + begin : start + end])
    return found


def _pickled(path: str) -> dict[str, Tensor]:
    if os.path.getsize(path) == 0:
        raise Unreadable("is empty")
    try:
        import torch
    except ImportError:
        raise Unreadable("is a pickle, which needs torch to be read") from None
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise Unreadable(f"can't be read: {str(error).splitlines()[0][:200]}") from None
    found = {}
    for name, value in (held if isinstance(held, dict) else {}).items():
        if isinstance(value, torch.Tensor):
            whole = value.detach().to(torch.float32).contiguous()
            data = whole.numpy().tobytes()
            found[str(name)] = Tensor("F32", tuple(value.shape), data)
    return found
