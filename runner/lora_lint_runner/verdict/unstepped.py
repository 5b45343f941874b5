"""What is said of a run that came to its end, and in which no optimizer made a step."""

from __future__ import annotations

from lora_lint_runner.verdict.observed import Observed
from lora_lint_runner.verdict.printed import WARNING


def unstepped(after: Observed) -> str:
    """How it ended, over what, as far as that is known, and its last words."""
    said = [line for line in after.output if not WARNING.match(line)]
    last = f"; its last line: {said[-1]}" if said else ""
    if after.left_at is not None:
        return f"the script ends itself at {after.left_at.text} without a training step{last}"
    return f"the script came to its end without a training step{over(after)}{last}"


def over(after: Observed) -> str:
    """What it has caught on its way, to be put behind what came of it."""
    if after.caught is None:
        return ""
    place = f"{after.caught.where.text}: " if after.caught.where is not None else ""
    return f"; it has caught, and gone on: {place}{after.caught.text}"
