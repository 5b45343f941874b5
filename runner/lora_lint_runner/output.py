"""Where reports go: to standard output, or to the file that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import lora_lint
from lora_lint_runner.options import UsageError


def foresee(files: Iterable[Path | None]) -> None:
    """Raises UsageError where a report could not be written, before hours are spent on what it is to say."""
    for file in files:
        if file is None:
            continue
        if file.is_dir():
            raise UsageError(f"{file}: cannot be written: it is a folder")
        if not file.parent.is_dir():
            raise UsageError(f"{file}: cannot be written: there is no folder {file.parent}")
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            raise UsageError(f"{file}: cannot be written: no permission")


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
