"""The bytes of regular files. A pipe would wait for its writer, and a device may never end."""

from __future__ import annotations

import errno
import os
import stat

_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # not on Windows, where no pipe lies in a folder


class NotRegular(OSError):
    """A pipe or device, where a file was to be read."""


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """All of a file, also where a link leads to it. Raises OSError, NotRegular for a pipe or device."""
    with open(path, "rb", buffering=0, opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotRegular(errno.EINVAL, "not a regular file", os.fspath(path))
        return file.read()


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_WAIT)
