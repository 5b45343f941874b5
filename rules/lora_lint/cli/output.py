"""Where output goes, and whether it is coloured."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

import lora_lint
from lora_lint.cli.options import Options, UsageError
from lora_lint.report.colour import plain

if TYPE_CHECKING:
    from lora_lint import Problem, Result

HIDDEN = 1.0  # seconds before progress is shown


def coloured(stream: IO[str]) -> bool:
    """Colour on a terminal only; NO_COLOR and FORCE_COLOR decide before that."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Lines:
    """The lines of files as they are shown; texts from standard input are given."""

    def __init__(self, given: Mapping[str, bytes] | None = None) -> None:
        self._given = given or {}
        self._read: dict[str, dict[int | None, list[str]]] = {}

    def __call__(self, filename: str, cell: int | None) -> Sequence[str]:
        """The lines of a file, or of a notebook's cell; none where it can no longer be read."""
        if filename not in self._read:
            self._read[filename] = self._lines(filename)
        return self._read[filename].get(cell, ())

    def _lines(self, filename: str) -> dict[int | None, list[str]]:
        try:
            data = self._given.get(filename)
            if data is None:
                with open(filename, "rb") as file:
                    data = file.read()
            return lora_lint.lines_in(filename, data)
        except (OSError, lora_lint.Unreadable):
            return {}


def emit(text: str, options: Options, stream: IO[str] | None = None) -> None:
    """Prints a report, or puts it into the file that was asked for. Raises UsageError."""
    if options.output_file is None:
        (stream or sys.stdout).write(text)
        return
    try:
        lora_lint.put(options.output_file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{options.output_file}: cannot be written: {error.strerror}") from None


def tell_problems(problems: Sequence[Problem], *, quiet: bool = False) -> None:
    """A line on standard error for everything that could not be linted; where it is `quiet`, only for what is grave."""
    for problem in problems:
        if quiet and not problem.grave:
            continue
        place = plain(shown(problem.filename)) + (f":{problem.row}" if problem.row else "")
        print(f"lora-lint: {place}: {problem.message}", file=sys.stderr)


def shown(path: str) -> str:
    """A path from the working folder, where it lies below it."""
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


def exit_code(result: Result, options: Options, *, found: bool) -> int:
    """1 where something was `found`, 2 where something could not be linted, else 0.

    2 also where something was found while lora-lint itself failed. With --exit-zero 2 is only that, or that nothing
    could be linted at all.
    """
    if any(problem.internal for problem in result.problems) or (result.problems and not result.linted):
        return 2
    if options.exit_zero:
        return 0
    return 1 if found else 2 if any(problem.grave for problem in result.problems) else 0


class Progress:
    """A line on standard error for what takes longer than a second, on a terminal only."""

    def __init__(self, options: Options) -> None:
        self._on = sys.stderr.isatty() and not options.quiet
        self._started = self._said = 0.0

    def teller(self) -> Callable[[int, int], None] | None:
        """What is to be told how many files of how many are done."""
        if not self._on:
            return None
        from time import monotonic

        self._started = monotonic()
        return self._tell

    def _tell(self, done: int, total: int) -> None:
        from time import monotonic

        now = monotonic()
        if now - self._started > HIDDEN and now - self._said > 0.1:
            self._said = now
            sys.stderr.write(f"\r\x1b[2Klinting {done} of {total} files")
            sys.stderr.flush()

    def end(self) -> None:
        """Takes the line away."""
        if self._said:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
