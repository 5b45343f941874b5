"""Where reports go: to standard output, or to the file that was asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import lora_lint
from lora_lint_runner.options import UsageError


def deliver(text: str, file: Path | None) -> None:
    """Prints a report, or puts it into a file. Raises UsageError where the file cannot be written."""
    if file is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        lora_lint.put(str(file), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from None
