"""Groups and arrays of numbers in a file of its own form, with the methods that scripts call on one of HDF5."""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Iterator
from typing import Any


class Dataset:
    """An array in a file."""

    def __init__(self, name: str, values: Any) -> None:
        self.name, self._values = name, values
        self.attrs: dict[str, Any] = {}

    shape = property(lambda self: self._values.shape)
    dtype = property(lambda self: self._values.dtype)
    ndim = property(lambda self: self._values.ndim)
    size = property(lambda self: self._values.size)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        found = self._values[place]
        return found.copy() if hasattr(found, "copy") else found

    def __setitem__(self, place: Any, value: Any) -> None:
        self._values[place] = value

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._values.astype(dtype or self._values.dtype)

    def astype(self, dtype: Any) -> Dataset:
        return Dataset(self.name, self._values.astype(dtype))

    def asstr(self, *args: Any) -> Dataset:
        return Dataset(self.name, self._values.astype(str).astype(object))

    def resize(self, size: Any, axis: int | None = None) -> None:
        import numpy

        whole = size if axis is None else [size if n == axis else old for n, old in enumerate(self.shape)]
        self._values = numpy.resize(self._values, whole)


class Group:
    """What lies below a name."""

    def __init__(self, name: str = "/") -> None:
        self.name = name
        self.attrs: dict[str, Any] = {}
        self._parts: dict[str, Any] = {}

    def _found(self, path: str) -> Any:
        home: Any = self
        for part in [p for p in str(path).split("/") if p]:
            home = home._parts.get(part) if isinstance(home, Group) else None
        return home

    def __getitem__(self, path: Any) -> Any:
        found = self._found(path)
        if found is None:
            raise KeyError(f"Unable to synchronously open object (object '{path}' doesn't exist)")
        return found

    def __setitem__(self, path: str, value: Any) -> None:
        self.create_dataset(path, data=value)

    def __delitem__(self, name: str) -> None:
        del self._parts[name]

    def __contains__(self, path: Any) -> bool:
        return self._found(path) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def keys(self) -> Any:
        return self._parts.keys()

    def values(self) -> Any:
        return self._parts.values()

    def items(self) -> Any:
        return self._parts.items()

    def get(self, path: str, default: Any = None) -> Any:
        found = self._found(path)
        return default if found is None else found

    def require_group(self, path: str) -> Group:
        home = self
        for part in [p for p in path.split("/") if p]:
            home = home._parts.setdefault(part, Group(f"{home.name.rstrip('/')}/{part}"))
        return home

    create_group = require_group

    def create_dataset(self, path: str, shape: Any = None, dtype: Any = None, data: Any = None, **options: Any) -> Any:
        import numpy

        folder, _, name = path.rpartition("/")
        values = numpy.asarray(data) if data is not None else numpy.zeros(shape, dtype=dtype)
        home = self.require_group(folder)
        home._parts[name] = Dataset(f"{home.name.rstrip('/')}/{name}", values)
        return home._parts[name]

    require_dataset = create_dataset

    def visititems(self, call: Any, above: str = "") -> Any:
        for name, part in self._parts.items():
            answer = call(f"{above}{name}", part)
            if answer is None and isinstance(part, Group):
                answer = part.visititems(call, f"{above}{name}/")
            if answer is not None:
                return answer
        return None


class File(Group):
    """A file: read as a whole when it is opened, written when it is closed."""

    def __init__(self, name: Any, mode: str = "r", **options: Any) -> None:
        super().__init__()
        self.filename, self.mode = os.fspath(name), mode
        there = os.path.exists(self.filename)
        if not there and mode in ("r", "r+"):
            said = f"Unable to synchronously open file (unable to open file: name = '{self.filename}', errno = 2)"
            raise FileNotFoundError(errno.ENOENT, said)
        if there and mode not in ("w", "w-", "x"):
            with open(self.filename, "rb") as file:
                self._parts, self.attrs = pickle.load(file)

    def flush(self) -> None:
        if self.mode != "r":
            with open(self.filename, "wb") as file:
                pickle.dump((self._parts, self.attrs), file)

    def close(self) -> None:
        self.flush()
        self.mode = "r"

    def __enter__(self) -> File:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
