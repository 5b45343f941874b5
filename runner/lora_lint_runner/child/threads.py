"""Which line started a thread: what a library does in it, called by no line of the user's, is done there."""

from __future__ import annotations

import threading
from typing import Any

from .context import Run


def install(run: Run) -> None:
    """From now on each thread knows; one of a pool, which does the work of many lines, for each piece of it."""

    def starting(real: Any) -> Any:
        def start(self: Any) -> None:
            pooled = str(getattr(getattr(self, "_target", None), "__module__", "")).startswith("concurrent.")
            if run.code.asks() and not pooled:
                run.code.threads[self] = run.code.here()
            real(self)

        return start

    run.patches.replace(threading.Thread, "start", starting)

    @run.patches.after("concurrent.futures.thread")
    def pools(module: Any) -> None:
        run.patches.replace(module.ThreadPoolExecutor, "submit", lambda real: _submitting(run, real))


def _submitting(run: Run, real: Any) -> Any:
    def submit(self: Any, function: Any, /, *args: Any, **options: Any) -> Any:
        where = run.code.here()
        if where["row"] is None:
            return real(self, function, *args, **options)

        def work() -> Any:
            run.code.threads[threading.current_thread()] = where
            try:
                return function(*args, **options)
            finally:
                run.code.threads.pop(threading.current_thread(), None)

        return real(self, work)

    return submit
