"""`--run --fix`: the correction goes into the user's files, once it is confirmed."""

from __future__ import annotations

import lora_lint
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.verdict.judging import CONFIRMED


class NotWritten(Exception):
    """A confirmed correction that could not be written; the text says which and why."""


def write_confirmed(outcome: Outcome) -> Outcome:
    """Writes what was confirmed. Raises NotWritten where a file cannot be written, or was changed while it ran."""
    correction = outcome.correction
    if outcome.verdict.word != CONFIRMED or correction is None or not correction.files:
        return outcome
    try:
        changed = [path for path, before in correction.originals.items() if path.read_bytes() != before]
        if changed:
            raise NotWritten(f"{changed[0]}: was changed while it ran; nothing was written")
        for path, text in correction.files.items():
            lora_lint.write_whole(str(path), text.encode("utf-8", "surrogatepass"))
    except (OSError, lora_lint.Unwritten) as error:
        names = ", ".join(str(path) for path in correction.files)
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise NotWritten(f"{names}: the correction could not be written: {why}") from None
    outcome.notes.append(f"the correction was written to {', '.join(str(p) for p in correction.files)}")
    return outcome._replace(written=True)
