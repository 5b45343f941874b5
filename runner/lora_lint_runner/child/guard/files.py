"""The functions of Python through which code touches files, with their paths led into the box: see `paths`."""

from __future__ import annotations

import builtins
import io
import os
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

from ..context import Run
from ..stand_in.anything import Anything
from .paths import WRITING, Paths

READERS = ("stat", "lstat", "listdir", "scandir", "access", "readlink", "chdir", "walk", "statvfs")
WRITERS = ("mkdir", "makedirs", "mkfifo", "mknod")
CHANGERS = ("chmod", "lchmod", "chown", "lchown", "utime", "truncate", "setxattr", "removexattr")
DELETERS = ("remove", "unlink", "rmdir", "removedirs")
PAIRS = ("rename", "replace", "renames", "link", "symlink")


def install(run: Run) -> None:
    """Wraps the functions through which Python code touches files."""
    paths = Paths(run)
    run.paths = paths

    def opening(real: Any) -> Any:
        def open_(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            lead = paths.reading if not WRITING & set(mode) else paths.writing if "w" in mode else paths.changing
            if isinstance(file, Anything):  # else it would be taken for the number of an open file
                raise FileNotFoundError(f"{file!r} is no path")
            return real(lead(file), mode, *args, **options)

        return open_

    def os_open(path: Any, flags: int, *args: Any, **options: Any) -> Any:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and "dir_fd" not in options
        lead = paths.reading if not writes else paths.writing if flags & os.O_TRUNC else paths.changing
        return real_open(lead(path), flags, *args, **options)

    real_open = os.open
    os.open = os_open
    builtins.open = opening(builtins.open)
    io.open = builtins.open
    for name in READERS:
        _wrap(os, name, paths.reading)
    for name in WRITERS:
        _wrap(os, name, paths.writing)
    for name in CHANGERS:
        _wrap(os, name, paths.changing)
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
        for name in (*READERS, *WRITERS, *CHANGERS, *DELETERS, *PAIRS):
            if hasattr(accessor, name) and hasattr(os, name):
                setattr(accessor, name, staticmethod(getattr(os, name)))
        accessor.open = staticmethod(os_open)


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
        if target is None:
            return None
        if isinstance(target, (str, os.PathLike)):
            paths.removing(os.path.abspath(os.fspath(target)))
        return real(target, *args, **options)

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
                done = (shutil.copytree if os.path.isdir(old) else shutil.copy2)(old, new)
            else:
                done = real(paths.owning(old), new, *args, **options)
            paths.leaving(source)
            return done if name == "move" else None
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
