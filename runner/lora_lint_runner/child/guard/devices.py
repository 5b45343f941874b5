"""Which devices a run may write to: what every program needs of /dev, and in full runs what talks to a GPU."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator

ALWAYS = (
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/tty",
    "/dev/shm",
    "/dev/pts",
    "/dev/ptmx",
    "/dev/random",
    "/dev/urandom",
    "/proc/self",
)
DEV = "/dev"


def writable(*, accelerators: bool) -> list[str]:
    """The devices of this machine that are opened for writing; with its accelerators, or without."""
    if not accelerators:
        return list(ALWAYS)
    _wake()
    return [*ALWAYS, *_characters(DEV)]


def _characters(folder: str, deeper: int = 1) -> Iterator[str]:
    """Each maker's driver has names of its own (/dev/nvidia0, /dev/kfd, /dev/dri/renderD128, /dev/infiniband/uverbs0),
    and all are character devices. Disks are block devices: they stay closed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISCHR(mode):
                yield entry.path
            elif stat.S_ISDIR(mode) and deeper:
                yield from _characters(entry.path, deeper - 1)


def _wake() -> None:
    """NVIDIA's device files may be made when CUDA is first used since the machine started, by a program that runs as
    root whoever starts it; a process that is held by Landlock can start no such program, so it is asked before."""
    program = shutil.which("nvidia-modprobe")
    if program is not None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run([program, "-c", "0", "-u"], capture_output=True, timeout=30)
