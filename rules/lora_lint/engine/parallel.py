"""The same work on many things, in several processes. They are forked, so that they share what is imported."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

LEAST = 48  # scripts: with fewer, starting processes costs more than it saves
LONG = 300_000  # bytes: not where they are so long, with all that they lead to
CHUNK = 8  # things that go to a process at a time
TURNS = 32  # fewer of them where a process would not come to so many: one script may take as long as all others
MOST = 8  # processes, since not every machine is one's own

_work: Callable[[Any], Any] | None = None  # what the forked processes find when they begin


def processes_for(count: int, length: Callable[[], int]) -> int:
    """How many processes pay for so many scripts, which are so long with all that they lead to; 1 where none do, or
    where processes cannot be forked."""
    if count < 2 or not sys.platform.startswith("linux"):
        return 1
    most = min(len(os.sched_getaffinity(0)), MOST)
    if count < LEAST:
        return min(most, count) if most > 1 and length() >= LONG else 1
    return min(most, count // CHUNK)


def each(work: Callable[[Thing], Result], things: Sequence[Thing], count: int) -> Iterator[tuple[Thing, Result | None]]:
    """What the work gives for each thing, as it comes in; None for one that raised, to be done again here."""
    global _work
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    _work = work
    size = max(1, min(CHUNK, len(things) // (count * TURNS)))
    chunks = [range(start, min(start + size, len(things))) for start in range(0, len(things), size)]
    _life()  # before anything is forked
    pool = ProcessPoolExecutor(count, get_context("fork"), _begin)
    try:
        futures = {pool.submit(_done, [things[number] for number in chunk]): chunk for chunk in chunks}
        for future in as_completed(futures):
            yield from zip((things[number] for number in futures[future]), future.result())
    except BrokenProcessPool:
        return  # one was killed; what is missing is done here
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _work = None


@cache
def _life() -> tuple[int, int]:
    """A pipe to which nobody writes: who reads from it learns that the process that holds its other end is gone."""
    return os.pipe()


def _begin() -> None:
    from threading import Thread

    reading, writing = _life()
    os.close(writing)
    Thread(target=_end_with, args=(reading,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts means the parent, which ends all
    gc.freeze()  # what is imported is there until the end: looking through it for garbage copies its pages, too


def _end_with(reading: int) -> None:
    """Ends this process when the one that started it is gone, however that ended: nobody waits for it any more."""
    os.read(reading, 1)
    os._exit(1)


def _done(things: Sequence[Any]) -> list[Any]:
    assert _work is not None
    found: list[Any] = []
    for thing in things:
        try:
            found.append(_work(thing))
        except Exception:
            found.append(None)
    return found
