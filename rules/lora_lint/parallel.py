"""Interprets many scripts in several processes. Forked ones share what is imported; elsewhere none are started."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lora_lint.batch import Batch, Task
    from lora_lint.interpreted import Interpreted

LEAST = 48  # scripts: with fewer, starting processes costs more than it saves
CHUNK = 8
MOST = 8  # processes, since not every machine is one's own

_batch: Batch | None = None


def processes_for(count: int) -> int:
    """How many processes pay for so many scripts; 1 where none do."""
    if count < LEAST or not sys.platform.startswith("linux"):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST, count // CHUNK)


def interpret_all(batch: Batch, tasks: Sequence[Task], count: int) -> Iterator[tuple[Task, Interpreted | None]]:
    """What each script shows, as it comes in; None for one that has to be looked at again, to say what is wrong."""
    global _batch
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    import lora_lint.flow.interpreter  # noqa: F401  for all of them
    from lora_lint.registry import all_rules

    all_rules()
    _batch = batch
    chunks = [range(start, min(start + CHUNK, len(tasks))) for start in range(0, len(tasks), CHUNK)]
    pool = ProcessPoolExecutor(count, get_context("fork"), _quiet)
    try:
        futures = {pool.submit(_interpret, [tasks[number] for number in chunk]): chunk for chunk in chunks}
        for future in as_completed(futures):
            yield from zip((tasks[number] for number in futures[future]), future.result())
    except BrokenProcessPool:
        return  # one was killed; what is missing is interpreted here
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _batch = None


def _quiet() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts means the parent, which ends all


def _interpret(tasks: Sequence[Task]) -> list[Interpreted | None]:
    assert _batch is not None
    found: list[Interpreted | None] = []
    for task in tasks:
        try:
            found.append(_batch.interpret(task))
        except Exception:
            found.append(None)
    return found
