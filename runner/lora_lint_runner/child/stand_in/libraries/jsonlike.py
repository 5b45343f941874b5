"""Small versions of what reads and writes JSON as Python's own `json` does: jsonlines, orjson, ujson, simplejson."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from ...context import Run


class Lines:
    """jsonlines.Reader and Writer: of a file, or of lines."""

    def __init__(self, file: Any, *args: Any, **options: Any) -> None:
        self.file = file

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        if hasattr(self.file, "close"):
            self.file.close()

    def iter(self, type: Any = None, *args: Any, **options: Any) -> Iterator[Any]:
        """What each line holds that is not empty."""
        for line in self.file:
            if line.strip():
                yield json.loads(line)

    __iter__ = iter

    def read(self, *args: Any, **options: Any) -> Any:
        """What the next line holds. Raises EOFError behind the last one."""
        for found in self.iter():
            return found
        raise EOFError

    def write(self, value: Any) -> int:
        return int(self.file.write(json.dumps(value, ensure_ascii=False, default=str) + "\n"))

    def write_all(self, values: Iterable[Any]) -> int:
        return sum(map(self.write, values))


def _open(file: Any, mode: str = "r", *args: Any, **options: Any) -> Lines:
    return Lines(builtins.open(file, mode, encoding="utf-8"))


def _as_bytes(value: Any, default: Any = None, *args: Any, **options: Any) -> bytes:
    """orjson.dumps: bytes, whatever else was asked for."""
    return json.dumps(value, ensure_ascii=False, default=default or str).encode()


def fill(module: ModuleType, run: Run) -> None:
    """Fills any of them."""
    if module.__name__ == "jsonlines":
        found = {"open": _open, "Reader": Lines, "Writer": Lines, "Error": ValueError, "InvalidLineError": ValueError}
        module.__dict__.update(found)
        return
    module.__dict__.update(
        loads=json.loads, load=json.load, dump=json.dump, dumps=json.dumps, JSONDecodeError=json.JSONDecodeError
    )
    if module.__name__ == "orjson":
        module.__dict__.update(dumps=_as_bytes, _fallback=lambda name: 1)  # OPT_INDENT_2 | OPT_SORT_KEYS
