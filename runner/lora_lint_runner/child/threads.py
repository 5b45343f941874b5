"""Which line started a thread: what a library does in it, called by no line of the user's, is done there."""

from __future__ import annotations

import threading
from typing import Any

from .context import Run


def install(run: Run) -> None:
    """From now on each thread knows. One of a pool does the work of many lines, and is of none."""

    def starting(real: Any) -> Any:
        def start(self: Any) -> None:
            pooled = str(getattr(getattr(self, "_target", None), "__module__", "")).startswith("concurrent.")
            if run.code.asks() and not pooled:
                run.code.threads[self] = run.code.here()
            real(self)

        return start

    run.patches.replace(threading.Thread, "start", starting)
