"""A script on standard input: `lora-lint - --stdin-filename train.py`."""

from __future__ import annotations

import os
import sys

from lora_lint.cli.options import Options, UsageError

STDIN = "-"


def name_of(options: Options) -> str:
    """What standard input is called: by the path that was given for it, or as a file `-` in the working folder."""
    return os.path.abspath(options.stdin_filename or STDIN)


def read() -> bytes:
    """All of standard input. Raises UsageError where it is closed."""
    if sys.stdin is None:
        raise UsageError("-: standard input is closed")
    return sys.stdin.buffer.read()
