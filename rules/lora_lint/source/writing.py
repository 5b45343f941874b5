"""Replaces a file's content as a whole: whoever looks, and whatever ends the process, finds the old or the new."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from time import time
from zlib import crc32

BEGIN, END = ".lora-lint-", ".tmp"  # the name of what is written beside a file
LEFT = 3600  # seconds
OPEN_ALREADY = ("/dev/", "/proc/")  # names of what a process has open, which may be files: `/dev/stdout`


class Unwritten(Exception):
    """A file that was left as it is; the message says why in one line."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Puts `new` where `old` was read from. Raises Unwritten where that cannot be done, or the file has changed since.

    The new content is written beside the file first. Mode and, where allowed, owner stay; a link's target is
    replaced. Another name of the same file (a hard link) keeps the old content.
    """
    target = os.path.realpath(path)
    try:
        status = os.stat(target)
        if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
            raise Unwritten("it is read-only; left as it is")
        _whole(target, new, status, expected=old)
    except OSError as error:
        raise Unwritten(f"cannot be written: {error.strerror or error}; left as it is") from None


def put(path: str, content: bytes) -> None:
    """Writes output to where a user wants it. Raises OSError.

    A file is there as a whole or not at all; its mode stays, and a link's target is replaced. What is no file, a pipe
    or a device, is written into.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    try:
        if (status is not None and not stat.S_ISREG(status.st_mode)) or os.path.abspath(path).startswith(OPEN_ALREADY):
            with open(path, "wb") as stream:
                stream.write(content)
        else:
            _whole(os.path.realpath(path), content, status)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None  # not the name of the file beside it


def _whole(target: str, content: bytes, status: os.stat_result | None, *, expected: bytes | None = None) -> None:
    """Writes a file at once, through one beside it. Raises OSError, and Unwritten where it no longer is as expected."""
    folder = os.path.dirname(target)
    _tidy(folder)
    beside = os.path.join(folder, f"{BEGIN}{os.getpid()}-{_here()}-{os.urandom(4).hex()}{END}")  # never a long name
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if status is not None:
            if (status.st_uid, status.st_gid) != (os.stat(beside).st_uid, os.stat(beside).st_gid):
                with suppress(OSError):
                    os.chown(beside, status.st_uid, status.st_gid)
            os.chmod(beside, stat.S_IMODE(status.st_mode))
        if expected is None or _holds(target, expected):
            os.replace(beside, target)
        else:
            os.unlink(beside)
            if not _holds(target, content):  # it may be what somebody else has just made of it, too
                raise Unwritten("it was changed by somebody else meanwhile; left as it is")
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


@cache
def _tidy(folder: str) -> None:
    """Removes what a process left beside a file when it was killed: all that is older than any write takes, and what
    is of a process of this machine that is gone."""
    remove_old(folder, LEFT, lambda name: name.startswith(BEGIN) and name.endswith(END))
    remove_old(folder, 0, _is_left)


def _is_left(name: str) -> bool:
    pid, _, rest = name.removeprefix(BEGIN).partition("-")
    ours = name.startswith(BEGIN) and name.endswith(END) and rest.startswith(f"{_here()}-")
    return ours and pid.isdecimal() and _is_gone(int(pid))


def _is_gone(pid: int) -> bool:
    if os.name == "nt":  # there, to ask with a signal would end the process
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    return False


@cache
def _here() -> str:
    """Where a number of a process means that process: this machine, and on it this container."""
    with suppress(OSError):
        return f"{crc32((platform.node() + os.readlink('/proc/self/ns/pid')).encode()):08x}"
    return f"{crc32(platform.node().encode()):08x}"


def remove_old(folder: str, seconds: float, named: Callable[[str], bool]) -> None:
    """Removes the files of these names from a folder that nobody has written for so long."""
    oldest = time() - seconds
    with suppress(OSError):
        for entry in os.scandir(folder):
            if named(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):  # gone, or another's: those behind it are still looked at
                    if entry.stat(follow_symlinks=False).st_mtime < oldest:
                        os.unlink(entry.path)


def _holds(path: str, content: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read() == content
