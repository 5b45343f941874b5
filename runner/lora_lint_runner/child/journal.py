"""What happened, line by line as JSON, written at once: a run that is killed leaves what it has seen so far."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

from .frames import UserCode


class Journal:
    """Appends events of one run to a file. Only the process that made it writes events; its forks are silent."""

    def __init__(self, path: str, code: UserCode) -> None:
        self.code = code
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o644)
        self._start = time.monotonic()
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self.kinds: set[str] = set()
        self._said: set[str] = set()
        self._count = 0
        self._silent = False
        self.started: str | None = None  # the script that another one has started as a command, and that runs now

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """What we do ourselves is not said as if the script had done it."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def event(self, kind: str, **facts: Any) -> None:
        """One thing that happened to a model, with the user's line at which it did."""
        where = facts.pop("where", None) or self.code.here()
        self._count += 1
        self.kinds.add(kind)
        started = {"started": self.started} if self.started is not None else {}
        self.line({"id": self._count, "kind": kind, **where, **started, **facts})

    def neutral(self, text: str) -> None:
        """Something that a stand-in took the place of, or that was kept from happening. Said once."""
        if text not in self._said and not self._silent:
            self._said.add(text)
            self.line({"kind": "neutralised", "text": text})

    def line(self, found: dict[str, Any]) -> None:
        if os.getpid() != self._owner:
            return
        found["at"] = round(time.monotonic() - self._start, 4)
        data = json.dumps(found, default=str, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        with self._lock:
            os.write(self._file, data)
