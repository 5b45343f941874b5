"""Which line of the user's own code is at work right now."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from types import FrameType
from typing import Any

OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
Spot = tuple[str, int, int]  # in the script: file, row, and which comparison of a test, or the column of a statement


def told(spot: Spot, said: str) -> str:
    """With the line that it is said of."""
    return f"{os.path.basename(spot[0])}:{spot[1]}: {said}"


class UserCode:
    """Knows the user's own files: those of the project and of its copy, but nothing installed in it.

    `roots` are pairs of a copy and the real folder.
    """

    def __init__(self, roots: list[tuple[str, str]]) -> None:
        self.roots = [(os.path.realpath(copy) + os.sep, os.path.realpath(real) + os.sep) for copy, real in roots]
        self._mine = tuple(folder for pair in self.roots for folder in pair)
        self._known: dict[str, bool] = {}
        self.threads: weakref.WeakKeyDictionary[threading.Thread, dict[str, Any]] = weakref.WeakKeyDictionary()

    def owns(self, filename: str) -> bool:
        """Is this one of the user's files?"""
        known = self._known.get(filename)
        if known is None:
            if not os.path.isabs(filename):  # frozen modules, code made by exec, Cython: nobody's file
                self._known[filename] = filename.startswith("<ipython")
                return self._known[filename]
            path = os.path.realpath(filename)
            inside = path.startswith(self._mine)
            known = inside and "site-packages" not in path and not path.startswith(OURS)
            self._known[filename] = known
        return known

    def asks(self, helpers: tuple[str, ...] = ()) -> bool:
        """Is what calls us the user's own code? Frames of ours in between don't count, nor those of the modules that
        are named."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and (
            frame.f_code.co_filename.startswith(OURS) or frame.f_globals.get("__name__") in helpers
        ):
            frame = frame.f_back
        return frame is not None and self.owns(frame.f_code.co_filename)

    def hands(self, value: Any) -> bool:
        """Does the user's own code ask with this, or has it handed it to what does: `randn_tensor(shape, dtype=half)`
        of diffusers?"""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not self.owns(frame.f_code.co_filename):
            held = frame.f_code.co_filename.startswith(OURS) or any(v is value for v in frame.f_locals.values())
            frame = frame.f_back if held else None
        return frame is not None

    def asks_import(self) -> bool:
        """Is it an import statement of the user's own that is at work? Also one inside a stand-in of ours."""
        return self.asker() is not None

    def asker(self) -> str | None:
        """The user's own file whose import statement is at work."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if not name.startswith((OURS, "<frozen importlib")) and "importlib" not in name:
                return name if self.owns(name) else None
            frame = frame.f_back
        return None

    def frames(self) -> list[FrameType]:
        """The user's frames, innermost first."""
        found = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if self.owns(frame.f_code.co_filename):
                found.append(frame)
            frame = frame.f_back
        return found

    def stack(self) -> list[tuple[str, int]]:
        """Files, as they are executed, and rows of the user's frames, outermost first."""
        return [(frame.f_code.co_filename, frame.f_lineno) for frame in self.frames()[::-1]]

    def here(self) -> dict[str, Any]:
        """Where the script is: the innermost of its lines, and the calls that led there, outermost first."""
        frames = self.frames()
        started = None if frames else self.threads.get(threading.current_thread())
        if started is not None:
            return started
        if not frames:
            return {"filename": None, "row": None, "end_row": None, "column": None, "calls": []}
        places = [self.place(frame) for frame in frames]
        return {**places[0], "calls": places[:0:-1]}

    def place(self, frame: FrameType) -> dict[str, Any]:
        """File, rows and column of the call that a frame is in. Columns are only known from Python 3.11 on."""
        row, end_row, column = frame.f_lineno, frame.f_lineno, None
        positions = getattr(frame.f_code, "co_positions", None)
        if positions is not None and frame.f_lasti >= 0:
            try:
                spot = list(positions())[frame.f_lasti // 2]
            except IndexError:
                spot = (None, None, None, None)
            if spot[0] is not None:
                row, end_row, column = spot[0], spot[1] or spot[0], None if spot[2] is None else spot[2] + 1
        return {
            "filename": self.named(frame.f_code.co_filename),
            "row": row,
            "end_row": end_row,
            "column": column,
            "function": frame.f_code.co_name,
        }

    def named(self, filename: str) -> str:
        """A file of the copy under the name that it has in the user's own project."""
        for path in (os.path.realpath(filename), os.path.abspath(filename)):  # the copy has links to real folders
            for copy, real in self.roots:
                if path.startswith(copy):
                    return real + path[len(copy) :]
        return filename
