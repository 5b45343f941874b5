"""What a run printed, as far as it is the script's own."""

from __future__ import annotations

import os
import re
from pathlib import Path

WARNING = re.compile(r".*:\d+: \w*Warning: ")
FRAME = re.compile(r'\s+File "')
OURS = os.path.join("lora_lint_runner", "child", "")


def tail(path: Path, count: int) -> list[str]:
    """The last lines that a run printed, without what no terminal should see."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.path.getsize(path) - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    lines = [line.rsplit("\r", 1)[-1] for line in text.split("\n")]
    shown = [printable(line)[:300] for line in lines]
    return [line for line in _without_echoes(_without_ours(shown)) if line.strip()][-count:]


def printable(text: str) -> str:
    """A text of the script without what would steer a terminal."""
    return "".join(c for c in text if c.isprintable() or c in "\t\n")


def _without_ours(lines: list[str]) -> list[str]:
    """Tracebacks without the frames of the runner itself: they are between the script and its libraries."""
    found, ours = [], False
    for line in lines:
        if FRAME.match(line):
            ours = OURS in line
        elif not line.startswith("    "):
            ours = False
        if not ours:
            found.append(line)
    return found


def _without_echoes(lines: list[str]) -> list[str]:
    """Warnings without the line of code that gave them."""
    return [
        line
        for line, before in zip(lines, ["", *lines], strict=False)
        if not (line.startswith("  ") and WARNING.match(before))
    ]
