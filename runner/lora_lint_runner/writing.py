"""`--run --fix`: the correction goes into the user's files, once it is confirmed."""

from __future__ import annotations

from lora_lint_runner import correcting
from lora_lint_runner.judging import CONFIRMED
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.outcome import Outcome


def write_confirmed(outcome: Outcome, options: Options) -> Outcome:
    """Writes what was confirmed. Raises UsageError where a file cannot be written, or has changed meanwhile."""
    if outcome.verdict.word != CONFIRMED or not outcome.applied:
        return outcome
    import lora_lint

    corrected = correcting.correct(outcome.script, options)
    for path, text in corrected.files.items():
        try:
            lora_lint.write_whole(str(path), text.encode("utf-8", "surrogatepass"))
        except (OSError, lora_lint.Unwritten) as error:
            raise UsageError(f"{path}: cannot be written: {error}") from None
    return outcome._replace(written=True)
