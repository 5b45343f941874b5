"""Where reports go: to standard output, or to the file that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import lora_lint
from lora_lint_runner.options import UsageError

SCRIPTS = (".py", ".ipynb")


def foresee(files: Iterable[Path | None]) -> None:
    """Raises UsageError where a report could not be written, or would take the place of a script or of another report,
    before hours are spent on what it is to say."""
    named = [file for file in files if file is not None]
    if len({os.path.realpath(file) for file in named}) < len(named):
        raise UsageError(f"{named[0]}: two reports cannot be one file: give --report another one than --output-file")
    for file in named:
        if file.is_dir():
            raise UsageError(f"{file}: cannot be written: it is a folder")
        if file.exists() and os.path.realpath(file).endswith(SCRIPTS):
            raise UsageError(f"{file}: is a script: a report would overwrite it; name another file")
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
