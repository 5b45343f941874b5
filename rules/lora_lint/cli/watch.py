"""`--watch`: lints again whenever a file changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from time import strftime

from lora_lint import SUFFIXES, ConfigError
from lora_lint.cli.lint import run as lint
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.stdin import STDIN

WATCHED = (*SUFFIXES, ".toml", ".txt", ".cfg", ".gitignore")  # with what settings and pins are read from


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
            return path.endswith(WATCHED) and super().__call__(change, path)

    _once(options)
    deep = any(os.path.isdir(path) for path in paths)
    with suppress(KeyboardInterrupt):
        for _ in watch(*_folders(paths), watch_filter=Scripts(), recursive=deep, ignore_permission_denied=True):
            _once(options)
    return 0


def _folders(paths: Iterable[str]) -> set[str]:
    """The folders to watch. Of a file its own: an editor puts a new file in its place, and the old one is silent."""
    found = set()
    for path in paths:
        if os.path.isdir(path):
            found.add(path)
        else:  # what changes behind a link changes there
            found |= {os.path.dirname(os.path.abspath(path)), os.path.dirname(os.path.realpath(path))}
    return found


def _once(options: Options) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[2J\x1b[H")
    try:
        lint(options)
    except (ConfigError, UsageError) as error:
        print(f"lora-lint: {error}", file=sys.stderr)
    print(f"lora-lint: linted at {strftime('%H:%M:%S')}, watching for changes", file=sys.stderr)
    sys.stdout.flush()
