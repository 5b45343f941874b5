"""`--run --fix`: the correction goes into the user's files, once it is confirmed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import lora_lint
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.verdict.words import CONFIRMED


class NotWritten(Exception):
    """A confirmed correction that could not be written; the text says which and why."""


def write_confirmed(outcome: Outcome) -> Outcome:
    """Writes what was confirmed, all of it or nothing.

    Raises NotWritten where a file cannot be written, or was changed while it ran.
    """
    correction = outcome.correction
    if correction is None or not correction.files:
        return outcome
    if outcome.verdict.word != CONFIRMED:
        outcome.notes.append("the correction was not written, since it is not confirmed")
        return outcome
    written: list[Path] = []
    for path, content in correction.files.items():
        try:
            lora_lint.replace(str(path), correction.originals[path], content)
        except lora_lint.Unwritten as error:
            for earlier in written:
                with suppress(lora_lint.Unwritten):
                    lora_lint.replace(str(earlier), correction.files[earlier], correction.originals[earlier])
            raise NotWritten(f"{path}: the correction was not written: {error}") from None
        written.append(path)
    outcome.notes.append(f"the correction was written to {', '.join(str(p) for p in correction.files)}")
    return outcome._replace(written=True)
