"""Where a run is that is about to be ended from outside: on a signal it writes its stack into its box.

The first line of the file is the process to ask.
"""

from __future__ import annotations

import faulthandler
import os
import signal
from typing import Any

FILE = "stack.txt"
_open: dict[str, Any] = {}


def tell_on_demand(box: str) -> None:
    """From now on the signal is answered, where there is one to be had."""
    if hasattr(faulthandler, "register"):
        _open[box] = file = open(os.path.join(box, FILE), "w", encoding="utf-8")  # noqa: SIM115 - as long as it runs
        file.write(f"{os.getpid()}\n")
        file.flush()
        faulthandler.register(signal.SIGUSR2, file, all_threads=False)
