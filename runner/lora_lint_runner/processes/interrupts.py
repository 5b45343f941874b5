"""Requests to end: Ctrl-C, a signal that ends a process, a terminal that is closed. None of them is lost."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Ctrl-C, an end that is asked for, and the terminal that is closed, which Windows does not tell
REQUESTS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
INSIST = 0.3  # seconds until a request that nobody has taken is made again


@contextmanager
def interruptible() -> Iterator[None]:
    """A request to end raises KeyboardInterrupt inside; what is ignored by the process is ignored here, too.

    Once is not enough: raised in a weak reference's callback, as each import has them, it is printed and forgotten,
    and in a `__set_name__` it comes out as a RuntimeError (both seen with CPython 3.11). So it is raised again until
    somebody cleans up after it, and in any case at the end. Another request while that is done would leave half of it
    behind: it is not heard.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        _ring(INSIST)
        if not _being_handled():
            raise KeyboardInterrupt

    clock = [signal.SIGALRM] if hasattr(signal, "SIGALRM") else []
    heard = [number for number in REQUESTS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, ask) for number in [*heard, *clock]}
    try:
        yield
    finally:
        _ring(0)
        for number, reaction in before.items():
            signal.signal(number, reaction)
    if asked:
        raise KeyboardInterrupt


def _ring(seconds: float) -> None:
    """Has SIGALRM come every so many seconds, or no longer. Windows has no such clock: a request is made once there."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


def _being_handled() -> bool:
    """Is what runs now, further out, what cleans up after a KeyboardInterrupt, or after what became of one?"""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
