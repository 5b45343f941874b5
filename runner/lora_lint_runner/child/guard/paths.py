"""What the script writes lands in the box, under whatever path it names.

Relative paths lie in the copy of the project anyway. An absolute path outside of it is moved to `<box>/abs/...`; reads
look there first, deletions outside are only remembered. This is a list of functions, so it is never complete: where the
kernel has Landlock, that is the net below it.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import threading
from collections.abc import Callable
from typing import Any

from ..carried import learned_of
from ..context import Run
from ..links import link_all, own_folders

WRITING = set("wax+")
LARGE = 256 * 1024 * 1024  # bytes
VOCABULARY = 64 * 1024 * 1024  # bytes: that of Gemma 3 has half of it
HOSTED = ("/content", "/kaggle/working")  # where notebooks of Colab and Kaggle run
FREE = ("/dev/", "/proc/self/", "/sys/")


def _once(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """While a path is looked into, what that asks of the file system is asked of the real one."""

    def ask(self: Any, path: Any) -> Any:
        if getattr(self.asking, "now", False):
            return path
        self.asking.now = True
        try:
            return method(self, path)
        finally:
            self.asking.now = False

    return ask


class Paths:
    """Where a path of the script's really leads."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.stat = os.stat  # the real ones: what is asked here must not come back here
        self.lstat = os.lstat
        pairs = [(run.spec.home, run.spec.work), *run.spec.also]
        self.copies = [(os.path.realpath(real), os.path.realpath(copy)) for real, copy in pairs]
        self.box = os.path.realpath(run.spec.box)
        self.moved = os.path.join(os.path.realpath(run.spec.common), "abs")
        self.free = (self.box, *(os.path.realpath(w) for w in run.spec.writable))
        self.asking = threading.local()
        self.gone: set[str] = set()
        self.said: list[str] = []
        self.removing: Callable[[Any], None] = lambda path: None  # is told before something in the box is removed
        self.used = False

    def inside(self, path: Any) -> str:
        """Where a path of the script's lies in the box."""
        whole: str = os.path.abspath(os.fspath(path))
        if self._free(whole):
            return whole
        for real, copy in self.copies:
            if _under(whole, real):
                return copy + whole[len(real) :]
        return self.moved + os.path.splitdrive(whole)[1]

    def there(self, folder: Any) -> None:
        """From now on a folder is there, in the box; unless a file is."""
        with contextlib.suppress(OSError):
            os.makedirs(self.inside(folder), exist_ok=True)
            self.used = True

    @_once
    def writing(self, path: Any) -> Any:
        """The path to write to: the same one, if it lies in the box."""
        return self._writing(path)

    @_once
    def changing(self, path: Any) -> Any:
        """The path to write to where what is there counts: it is brought into the box first."""
        target = self._writing(path)
        if target is not path and self._exists(os.fspath(path)) and not self._exists(target, link=True):
            self._bring(os.path.abspath(os.fspath(path)), os.fspath(target))
        return target

    @_once
    def filling(self, path: Any) -> Any:
        """The folder to write into where that is not done by Python (tokenizers save in Rust): what lies there by a
        link is made the box's own first, except for weights."""
        target = self._writing(path)
        with contextlib.suppress(OSError, TypeError):
            for entry in os.scandir(target):
                if entry.is_symlink() and entry.is_file() and entry.stat().st_size < VOCABULARY:
                    self._unlink(entry.path)
        return target

    def _say(self, whole: str) -> None:
        """Once for a folder, with whatever is written below it."""
        if not any(_under(whole, said) for said in self.said):
            self.said.append(whole)
            self.run.neutral(f"written outside of the project: {whole} lands in the box")

    def _writing(self, path: Any) -> Any:
        if not isinstance(path, (str, os.PathLike)):
            return path
        whole = os.path.abspath(os.fspath(path))
        if whole.startswith(FREE) or self._free(whole):
            self._unlink(whole)
            return path
        target = self.inside(whole)
        if not _under(whole, self.copies[0][0]) and (not self.used or whole not in self.gone):
            self._say(whole)
        self.used = True
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        self._unlink(target)
        return _like(path, target)

    @_once
    def reading(self, path: Any) -> Any:
        """The path to read from: what the script wrote itself, if it did."""
        if not isinstance(path, (str, os.PathLike)):
            return path
        text = os.fspath(path)
        if not isinstance(text, str):
            return path
        if not os.path.isabs(text) and not text.startswith("..") and not text.startswith("~"):
            return self._written_out(path) if self.used else path
        whole = os.path.abspath(text)
        if self._free(whole) or whole.startswith(FREE):
            return path
        home = any(_under(whole, real) for real, _ in self.copies)
        if not home and not self.used:
            return self._of_host(path, whole)
        target = self.inside(whole)
        if any(_under(whole, g) for g in self.gone) or (self._exists(target) and not self._linked(target, whole)):
            return _like(path, target)
        return self._of_host(path, whole)

    def _of_host(self, path: Any, whole: str) -> Any:
        """`/content/out` is `out` to a notebook that runs there, and to one that believes to."""
        for host in HOSTED:
            if _under(whole, host) and not self._exists(host):
                target = os.path.join(self.run.spec.cwd, os.path.relpath(whole, host))
                return _like(path, target) if self._exists(target) else path
        return path

    def _written_out(self, path: Any) -> Any:
        """And the other way round."""
        targets = [os.path.join(self.moved + host, path) for host in HOSTED]
        there = next((t for t in targets if self._exists(t)), None)
        return path if there is None or self._exists(path) else _like(path, there)

    @_once
    def deleting(self, path: Any) -> Any:
        """The path to delete: only in the box. What lies outside is from now on taken as gone."""
        if not isinstance(path, (str, os.PathLike)):
            return path
        whole = os.path.abspath(os.fspath(path))
        if learned_of(self.run, path, "removals") and not self._exists(whole, link=True):
            self.run.neutral(f"deletion of {path}: there is nothing to delete")
            return None
        if self._free(whole):
            self._own_folders(os.path.join(whole, "x"))  # nothing is deleted through a link
            return path
        target = self.inside(whole)
        self._own_folders(os.path.join(target, "x"))
        if self._exists(whole, link=True):
            self._gone(whole)
            if not self._exists(target):
                return None
        return _like(path, target)

    @_once
    def leaving(self, path: Any) -> None:
        """What lies outside under this path was moved: it is from now on taken as gone."""
        whole = os.path.abspath(os.fspath(path))
        if not self._free(whole) and self._exists(whole, link=True):
            self._gone(whole)

    def _gone(self, whole: str) -> None:
        self.gone.add(whole)
        self.used = True
        before = self.run.met.tmp_before
        if not before or not _under(whole, os.path.realpath(before)):
            self.run.neutral(f"deletion of {whole}: kept from happening")

    def _free(self, path: str) -> bool:
        return any(_under(path, f) for f in self.free)

    def _exists(self, path: str, link: bool = False) -> bool:
        try:
            (self.lstat if link else self.stat)(path)
        except (OSError, ValueError):
            return False
        return True

    def _linked(self, target: str, whole: str) -> bool:
        """Is what lies in the box the user's own, by a link? Then it keeps its name: listings are compared by it."""
        try:
            return os.path.samestat(self.stat(target), self.stat(whole))
        except OSError:
            return False

    def _unlink(self, path: str) -> None:
        """A big file or a folder of the project may be a link into the user's own: nothing is written through it."""
        with contextlib.suppress(OSError):
            if not self._free(os.path.realpath(os.path.dirname(path))):
                self._own_folders(path)
        with contextlib.suppress(OSError):
            if os.path.islink(path) and not self._free(os.path.realpath(path)):
                source = os.path.realpath(path)
                os.unlink(path)
                self._bring(source, path)

    def _bring(self, source: str, target: str) -> None:
        """A copy of the user's own file in the box, if it is not a big one. A folder holds what it held, by links."""
        with contextlib.suppress(OSError):
            if os.path.isdir(source):
                os.makedirs(target, exist_ok=True)
                link_all(source, target)
            elif os.path.isfile(source) and os.path.getsize(source) < LARGE:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(source, target)

    @_once
    def owning(self, path: Any) -> Any:
        """A path whose folders are the box's own: what is moved away from there is not moved out of the user's."""
        self._own_folders(os.path.abspath(os.fspath(path)))
        return path

    def _own_folders(self, path: str) -> None:
        """Makes the folders on the way to a path of the box real ones: links to what the linked ones hold."""
        if not _under(path, self.box):
            return
        with contextlib.suppress(OSError):
            own_folders(path, self.box, self._free)


def _under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _like(path: Any, target: str) -> Any:
    return type(path)(target) if isinstance(path, pathlib.PurePath) else target
