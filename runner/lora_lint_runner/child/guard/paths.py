"""What the script writes lands in the box, under whatever path it names.

Relative paths lie in the copy of the project anyway. An absolute path outside of it is moved to `<box>/abs/...`; reads
look there first, deletions outside are only remembered. This is a list of functions, so it is never complete: where the
kernel has Landlock, that is the net below it.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import pathlib
import shutil
import threading
from collections.abc import Callable
from typing import Any

from ..context import Run

WRITING = set("wax+")
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
        self.moved = os.path.join(self.box, "abs")
        self.free = (self.box, *(os.path.realpath(w) for w in run.spec.writable))
        self.asking = threading.local()
        self.gone: set[str] = set()
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

    @_once
    def writing(self, path: Any) -> Any:
        """The path to write to: the same one, if it lies in the box."""
        if not isinstance(path, (str, os.PathLike)):
            return path
        whole = os.path.abspath(os.fspath(path))
        if whole.startswith(FREE) or self._free(whole):
            self._unlink(whole)
            return path
        target = self.inside(whole)
        if not self.used or whole not in self.gone:
            self.run.neutral(f"written outside of the project: {whole} lands in the box")
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
            return path
        whole = os.path.abspath(text)
        if self._free(whole) or whole.startswith(FREE):
            return path
        home = any(_under(whole, real) for real, _ in self.copies)
        if not home and not self.used:
            return path
        target = self.inside(whole)
        if self._exists(target) or any(_under(whole, g) for g in self.gone):
            return _like(path, target)
        return path

    @_once
    def deleting(self, path: Any) -> Any:
        """The path to delete: only in the box. What lies outside is from now on taken as gone."""
        if not isinstance(path, (str, os.PathLike)):
            return path
        whole = os.path.abspath(os.fspath(path))
        if self._free(whole):
            self._unlink(os.path.join(whole, "x"))  # what is deleted in the box must not be deleted through a link
            return path
        target = self.inside(whole)
        if self._exists(whole, link=True):
            self.gone.add(whole)
            self.used = True
            self.run.neutral(f"deletion of {whole}: kept from happening")
            if not self._exists(target):
                return None
        return _like(path, target)

    def _free(self, path: str) -> bool:
        return any(_under(path, f) for f in self.free)

    def _exists(self, path: str, link: bool = False) -> bool:
        try:
            (self.lstat if link else self.stat)(path)
        except (OSError, ValueError):
            return False
        return True

    def _unlink(self, path: str) -> None:
        """A big file or a folder of the project may be a link into the user's own: nothing is written through it."""
        with contextlib.suppress(OSError):
            if not self._free(os.path.realpath(os.path.dirname(path))):
                self._own_folders(path)
        with contextlib.suppress(OSError):
            if os.path.islink(path) and not self._free(os.path.realpath(path)):
                source = os.path.realpath(path)
                os.unlink(path)
                if os.path.isfile(source) and os.path.getsize(source) < 256 * 1024 * 1024:
                    shutil.copyfile(source, path)

    def _own_folders(self, path: str) -> None:
        """Makes the folders on the way to a path of the box real ones: links to what the linked ones hold."""
        place = self.box
        for part in os.path.relpath(os.path.dirname(path), self.box).split(os.sep):
            place = os.path.join(place, part)
            if os.path.islink(place) and not self._free(os.path.realpath(place)):
                source = os.path.realpath(place)
                os.unlink(place)
                os.mkdir(place)
                for name in os.listdir(source):
                    os.symlink(os.path.join(source, name), os.path.join(place, name))


def _under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _like(path: Any, target: str) -> Any:
    return type(path)(target) if isinstance(path, pathlib.PurePath) else target


# -- patches -----------------------------------------------------------------------------------------------------------

READERS = ("stat", "lstat", "listdir", "scandir", "access", "readlink", "chdir", "walk")
WRITERS = ("mkdir", "makedirs", "chmod", "utime", "truncate", "mkfifo", "mknod")
DELETERS = ("remove", "unlink", "rmdir", "removedirs")
PAIRS = ("rename", "replace", "renames", "link", "symlink")


def install(run: Run) -> None:
    """Wraps the functions through which Python code touches files, and those that write by other means."""
    paths = Paths(run)
    run.parts["paths"] = paths

    def opening(real: Any) -> Any:
        def open_(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            file = paths.writing(file) if WRITING & set(mode) else paths.reading(file)
            return real(file, mode, *args, **options)

        return open_

    def os_open(path: Any, flags: int, *args: Any, **options: Any) -> Any:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return real_open(
            paths.writing(path) if writes and "dir_fd" not in options else paths.reading(path), flags, *args, **options
        )

    real_open = os.open
    os.open = os_open
    builtins.open = opening(builtins.open)
    io.open = builtins.open
    for name in READERS:
        _wrap(os, name, paths.reading)
    for name in WRITERS:
        _wrap(os, name, paths.writing)
    for name in DELETERS:
        _wrap_deleting(os, name, paths)
    for name in PAIRS:
        _wrap_pair(os, name, paths)
    _wrap_deleting(shutil, "rmtree", paths)
    for name in ("copy", "copy2", "copyfile", "copytree"):
        _wrap_copying(shutil, name, paths)
    _wrap_pair(shutil, "move", paths)
    accessor = getattr(pathlib, "_NormalAccessor", None)
    if accessor is not None:  # until Python 3.10 pathlib keeps functions of its own
        for name in (*READERS, *WRITERS, *DELETERS, *PAIRS):
            if hasattr(accessor, name) and hasattr(os, name):
                setattr(accessor, name, staticmethod(getattr(os, name)))
        accessor.open = staticmethod(os_open)

    @run.patches.after("torch.serialization")
    def torch_(module: Any) -> None:
        run.patches.replace(module, "save", lambda real: _second(real, paths.writing))
        run.patches.replace(module, "load", lambda real: _first(real, paths.reading))

    @run.patches.after("safetensors")
    def safetensors(module: Any) -> None:
        run.patches.replace(module, "safe_open", lambda real: _first(real, paths.reading))
        run.patches.replace(module, "serialize_file", lambda real: _second(real, paths.writing))

    @run.patches.after("safetensors.torch", "safetensors.numpy")
    def safetensors_torch(module: Any) -> None:
        run.patches.replace(module, "save_file", lambda real: _second(real, paths.writing))
        run.patches.replace(module, "save_model", lambda real: _second(real, paths.writing))
        if hasattr(module, "serialize_file"):
            run.patches.replace(module, "serialize_file", lambda real: _second(real, paths.writing))
        if hasattr(module, "safe_open"):
            run.patches.replace(module, "safe_open", lambda real: _first(real, paths.reading))

    @run.patches.after("datasets.arrow_dataset")
    def datasets(module: Any) -> None:
        run.patches.replace(module.Dataset, "save_to_disk", lambda real: _method(real, paths.writing))

    @run.patches.after("datasets.dataset_dict")
    def datasets_dict(module: Any) -> None:
        run.patches.replace(module.DatasetDict, "save_to_disk", lambda real: _method(real, paths.writing))

    @run.patches.after("datasets.load")
    def datasets_load(module: Any) -> None:
        run.patches.replace(module, "load_from_disk", lambda real: _first(real, paths.reading))


def _wrap(owner: Any, name: str, map_: Callable[[Any], Any]) -> None:
    real = getattr(owner, name, None)
    if real is None:
        return

    def function(path: Any = ".", *args: Any, **options: Any) -> Any:
        if options.get("dir_fd") is not None:
            return real(path, *args, **options)
        return real(map_(path), *args, **options)

    _named(owner, name, real, function)


def _wrap_deleting(owner: Any, name: str, paths: Paths) -> None:
    real = getattr(owner, name, None)
    if real is None:
        return

    def function(path: Any, *args: Any, **options: Any) -> Any:
        if options.get("dir_fd") is not None:
            return real(path, *args, **options)
        target = paths.deleting(path)
        return None if target is None else real(target, *args, **options)

    _named(owner, name, real, function)
    if hasattr(real, "avoids_symlink_attacks"):
        function.avoids_symlink_attacks = real.avoids_symlink_attacks  # type: ignore[attr-defined]


def _wrap_pair(owner: Any, name: str, paths: Paths) -> None:
    """Moves: the source is deleted, the target written. A source outside of the box is copied instead."""
    real = getattr(owner, name, None)
    if real is None:
        return
    moves = name in ("rename", "replace", "renames", "move")

    def function(source: Any, target: Any, *args: Any, **options: Any) -> Any:
        if options.get("src_dir_fd") is not None or options.get("dir_fd") is not None:
            return real(source, target, *args, **options)
        new = paths.writing(target)
        if moves and isinstance(source, (str, os.PathLike)):
            old = paths.reading(source)
            if not paths._free(os.path.abspath(os.fspath(old))):
                paths.deleting(source)
                return (shutil.copytree if os.path.isdir(old) else shutil.copy2)(old, new)
            return real(old, new, *args, **options)
        return real(source, new, *args, **options)

    _named(owner, name, real, function)


def _wrap_copying(owner: Any, name: str, paths: Paths) -> None:
    real = getattr(owner, name)

    def function(source: Any, target: Any, *args: Any, **options: Any) -> Any:
        return real(paths.reading(source), paths.writing(target), *args, **options)

    _named(owner, name, real, function)


def _named(owner: Any, name: str, real: Any, function: Any) -> None:
    function.__name__ = name
    function.__wrapped__ = real
    for kept in ("supports_dir_fd", "supports_fd", "supports_follow_symlinks", "supports_effective_ids"):
        group = getattr(os, kept, None)
        if isinstance(group, set) and real in group:
            group.add(function)
    setattr(owner, name, function)


def _first(real: Any, map_: Callable[[Any], Any]) -> Any:
    def function(path: Any, *args: Any, **options: Any) -> Any:
        return real(map_(path), *args, **options)

    return function


def _second(real: Any, map_: Callable[[Any], Any]) -> Any:
    def function(content: Any, *args: Any, **options: Any) -> Any:
        if args:
            args = (map_(args[0]), *args[1:])
        for key in ("f", "filename"):
            if key in options:
                options[key] = map_(options[key])
        return real(content, *args, **options)

    return function


def _method(real: Any, map_: Callable[[Any], Any]) -> Any:
    def method(self: Any, path: Any, *args: Any, **options: Any) -> Any:
        return real(self, map_(path), *args, **options)

    return method
