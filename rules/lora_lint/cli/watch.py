"""`--watch`: lints again whenever a file changes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import strftime

from lora_lint import ConfigError
from lora_lint.cli.lint import run as lint
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.stdin import STDIN

SUFFIXES = (".py", ".ipynb", ".md", ".markdown", ".toml", ".txt", ".cfg", ".gitignore")


def run(options: Options) -> int:
    """Lints until it is interrupted. Raises UsageError."""
    try:
        from watchfiles import Change, DefaultFilter, watch
    except ModuleNotFoundError:
        raise UsageError("--watch needs the package watchfiles: pip install 'lora-lint[watch]'") from None
    if STDIN in options.paths:
        raise UsageError("--watch needs files or folders, not standard input")
    paths = [path for path in options.paths or ["."] if os.path.exists(path)]
    if not paths:
        raise UsageError(f"{options.paths[0]}: no such file or folder")

    class Scripts(DefaultFilter):
        def __call__(self, change: Change, path: str) -> bool:
            return path.endswith(SUFFIXES) and super().__call__(change, path)

    _once(options)
    with suppress(KeyboardInterrupt):
        for _ in watch(*paths, watch_filter=Scripts()):
            _once(options)
    return 0


def _once(options: Options) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[2J\x1b[H")
    try:
        lint(options)
    except (ConfigError, UsageError) as error:
        print(f"lora-lint: {error}", file=sys.stderr)
    print(f"lora-lint: linted at {strftime('%H:%M:%S')}, watching for changes", file=sys.stderr)
    sys.stdout.flush()
