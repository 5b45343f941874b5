"""Where a run hangs that is ended for want of time: its own word, see `child.stack`."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time
from pathlib import Path

from lora_lint_runner.child.stack import FILE

PATIENCE = 1.0  # seconds
FRAME = re.compile(r'File "(.+)", line (\d+)')


def ask(box: Path) -> None:
    """Has the process of a box write down where it is."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((box / FILE).read_text(encoding="utf-8").splitlines()[0])
        os.kill(pid, signal.SIGUSR2)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and "most recent call first" not in (box / FILE).read_text(encoding="utf-8"):
            time.sleep(0.02)
        time.sleep(0.02)  # the rest of what it is writing


def place(box: Path) -> tuple[str, int] | None:
    """The innermost line of the user's own at which it was, under the name that the file has in the project."""
    try:
        spec = json.loads((box / "spec.json").read_text(encoding="utf-8"))
        told = (box / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):
        return None
    work = os.path.realpath(spec["work"]) + os.sep
    frames = [found for line in reversed(_last(told)) if (found := FRAME.search(line))]
    own = [(os.path.realpath(found.group(1)), int(found.group(2))) for found in frames]
    mine = [(path, row) for path, row in own if path.startswith(work) and "site-packages" not in path]
    if not mine:
        return None
    path, row = mine[-1]
    return os.path.join(spec["home"], path[len(work) :]), row


def _last(told: list[str]) -> list[str]:
    """The lines of the last stack, the innermost first."""
    starts = [number for number, line in enumerate(told) if "most recent call first" in line]
    return told[starts[-1] :] if starts else []
