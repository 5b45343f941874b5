"""What a script does after its last save (it evaluates at length, it serves the model) is waited for within a part of
the time that a run has. Then it is interrupted: what was saved is still to be looked at."""

from __future__ import annotations

import _thread
import threading
import time

from .context import Run

SHARE = 0.6  # of the time limit


def install(run: Run) -> None:
    """Begins to wait."""
    if run.spec.time_limit and any(not site.skipped for site in run.spec.sites):
        threading.Thread(target=_wait, args=(run, run.spec.time_limit * SHARE), daemon=True).start()


def _wait(run: Run, seconds: float) -> None:
    time.sleep(seconds)
    while not run.met.ended:
        if _all_reached(run):
            run.met.interrupted = True
            _thread.interrupt_main()
            return
        time.sleep(1)


def _all_reached(run: Run) -> bool:
    seen = tuple(run.loops.seen)
    sites = [site for site in run.spec.sites if not site.skipped]
    return all(any(f == s.filename and s.row <= row <= s.end_row for f, row in seen) for s in sites)
