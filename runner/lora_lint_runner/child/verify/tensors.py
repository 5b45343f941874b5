"""Weight files read with the standard library alone: names, shapes, values that are all zero or not numbers.

safetensors is a JSON header and raw bytes. A pickled `.bin` needs torch and is opened with it, weights only: what
holds more than tensors is not opened.
"""

from __future__ import annotations

import array
import hashlib
import mmap
import os
import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from .json_file import NoObject, an_object

PICKLES = (".bin", ".pt", ".pth")
LONGEST_HEADER = 100_000_000
POINTER = b"version https://git-lfs"
POINTS = "is only a pointer of Git LFS, not the file itself: git lfs pull fetches it"
PICKLE = (b"PK\x03\x04", b"\x80\x02")  # how a file of torch.save begins
PICKLED = "is a pickle that torch.save wrote, under a name of safetensors"
# bits of a value by its type (safetensors 0.8)
BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "C64": 64, "F64": 64, "U64": 64, "I64": 64,
}  # fmt: skip
UNSAFE = re.compile(r"GLOBAL ([\w.]+)")
# Inf and NaN by their highest byte, and by the least value of the byte below where that one decides, too
NO_NUMBERS = {
    "F16": (2, re.compile(b"[\x7c-\x7f\xfc-\xff]"), 0x00),
    "BF16": (2, re.compile(b"[\x7f\xff]"), 0x80),
    "F32": (4, re.compile(b"[\x7f\xff]"), 0x80),
    "F64": (8, re.compile(b"[\x7f\xff]"), 0xF0),
}


class Unreadable(Exception):
    """A weight file that is cut off, empty or of another kind; the text says which."""


class NeedsTorch(Unreadable):
    """A pickle, where there is no torch to read it with."""


class Entry(NamedTuple):
    """A tensor as a header tells of it; `begin` and `end` count from the start of the file."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def size(self) -> int:
        return _count(self.shape)


class Tensor(NamedTuple):
    """A tensor of a file: its bytes are read when asked for."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes | memoryview

    @property
    def size(self) -> int:
        return _count(self.shape)

    def zero(self) -> bool:
        """Are all values zero? A zero with a sign is one, too."""
        width = NO_NUMBERS[self.dtype][0] if self.dtype in NO_NUMBERS else 0
        return not any(_holds(bytes(part), width) for part in self._parts())

    def finite(self) -> bool:
        """Are all values numbers? Those of whole and of 8-bit types are taken to be."""
        if self.dtype not in NO_NUMBERS:
            return True
        width, top, least = NO_NUMBERS[self.dtype]
        for part in self._parts():
            data = bytes(part)
            high = data[width - 1 :: width]
            if least == 0 and top.search(high):
                return False
            if least and any(data[m.start() * width + width - 2] >= least for m in top.finditer(high)):
                return False
        return True

    def ones(self) -> bool:
        """Are all values one?"""
        one = {"F32": b"\0\0\x80\x3f", "BF16": b"\x80\x3f", "F16": b"\0\x3c"}.get(self.dtype)
        return one is not None and self.size > 0 and bytes(self.data) == one * self.size

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


def _holds(data: bytes, width: int) -> bool:
    """Is any value other than zero? `width` is that of numbers whose highest bit is their sign, 0 for all others."""
    if not width or not data.strip(b"\0"):
        return bool(data.strip(b"\0"))
    signs = data[width - 1 :: width].strip(b"\0\x80")
    return bool(signs) or any(data[place::width].strip(b"\0") for place in range(width - 1))


def read(path: str) -> dict[str, Tensor]:
    """The tensors of a weight file. Raises Unreadable."""
    return _pickled(path) if path.endswith(PICKLES) else _safetensors(path)


def header(path: str) -> dict[str, Entry]:
    """Names, types and shapes of a safetensors file, nothing of its values. Raises Unreadable."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            first = file.read(8)
            if len(first) < 8:
                raise Unreadable("is empty" if not first else "is cut off")
            length = struct.unpack("<Q", first)[0]
            if length > size - 8 or length > LONGEST_HEADER:
                pointer = (first + file.read(len(POINTER))).startswith(POINTER)
                pickle = PICKLED if first.startswith(PICKLE) else "is cut off, or no safetensors file"
                raise Unreadable(POINTS if pointer else pickle)
            text = file.read(length)
            rows = {} if text.strip() == b"{}" else an_object(text)
            entries = {k: _entry(k, row, 8 + length) for k, row in rows.items() if k != "__metadata__"}
    except OSError as error:
        raise Unreadable(f"can't be read: {error.strerror}") from None
    except NoObject:
        raise Unreadable("is no safetensors file") from None
    _check_places(entries, 8 + length, size)
    return entries


def _entry(name: str, row: Any, start: int) -> Entry:
    """A row of the header. Raises Unreadable where its type, shape and place do not go together."""
    try:
        (begin, end), shape, dtype = row["data_offsets"], tuple(row["shape"]), row["dtype"]
        numbers = all(type(n) is int and n >= 0 for n in (begin, end, *shape))
    except (ValueError, KeyError, TypeError):
        raise Unreadable("is no safetensors file") from None
    if not numbers:
        raise Unreadable(f"is no safetensors file: shape and place of {name} are no whole numbers")
    if dtype not in BITS:
        raise Unreadable(f"holds values of a type that safetensors does not have: {dtype}, in {name}")
    if _count(shape) * BITS[dtype] != (end - begin) * 8:
        raise Unreadable(f"contradicts itself: {name} is {dtype} of shape {list(shape)}, in {end - begin} bytes")
    return Entry(dtype, shape, start + begin, start + end)


def _check_places(entries: dict[str, Entry], start: int, size: int) -> None:
    """Tensors stand one behind the other, to the end of the file. Raises Unreadable, as safetensors itself does."""
    for name, entry in sorted(entries.items(), key=lambda item: item[1][2:]):
        if entry.begin != start:
            raise Unreadable(f"contradicts itself: {name} does not begin where the tensor before it ends")
        start = entry.end
    if start != size:
        raise Unreadable("is cut off" if start > size else f"has {size - start} bytes that belong to no tensor")


def _safetensors(path: str) -> dict[str, Tensor]:
    entries = header(path)
    with open(path, "rb") as file:
        try:
            whole: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):
            whole = file.read()
    view = memoryview(whole)
    return {name: Tensor(e.dtype, e.shape, view[e.begin : e.end]) for name, e in entries.items()}


def _pickled(path: str) -> dict[str, Tensor]:
    if os.path.getsize(path) == 0:
        raise Unreadable("is empty")
    with open(path, "rb") as file:
        if file.read(len(POINTER)) == POINTER:
            raise Unreadable(POINTS)
    try:
        import torch
    except ImportError:
        raise NeedsTorch("is a pickle, which needs torch to be read") from None
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        unsafe = UNSAFE.search(str(error))
        if unsafe:
            text = f"holds more than tensors ({unsafe.group(1)}): to open it would run code, so it was not opened"
            raise Unreadable(text) from None
        raise Unreadable(f"is no file of tensors that torch can read ({type(error).__name__})") from None
    found = {}
    for name, value in (held if isinstance(held, dict) else {}).items():
        if isinstance(value, torch.Tensor):
            whole = value.detach().to(torch.float32).contiguous()
            data = whole.numpy().tobytes()
            found[str(name)] = Tensor("F32", tuple(value.shape), data)
    return found


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for side in shape:
        count *= side
    return count
