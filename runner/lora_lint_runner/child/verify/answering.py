"""Does a reloaded model answer as the trained one did?"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..observe.outputs import Answer
from . import placing

CLOSE, SAME = 2e-3, 1e-4  # how far apart answers may be, of the largest number in them
MISSED = "part of what was trained is not in the files"


class Reloaded(NamedTuple):
    """`ok` is None where it could not be tried; `text` says why, or what is wrong; `anew` names what of the base each
    load draws anew."""

    ok: bool | None
    text: str = ""
    difference: float | None = None
    anew: str = ""


def compared(before: Any, after: Any, answer: Answer, tolerance: float) -> Reloaded:
    """The reloaded model should answer as the saved one did, and not as the base does."""
    import torch

    if after is None or after.shape != answer.output.shape:
        return Reloaded(None, "the reloaded model could not be asked")
    if not torch.isfinite(answer.output).all():
        return Reloaded(False, "the trained model answers NaN or Inf")
    gap = float((after - answer.output).abs().max())
    scale = max(1.0, float(answer.output.abs().max()))
    if gap <= tolerance * scale:
        return Reloaded(True, "", gap)
    as_base = before is not None and before.shape == after.shape and float((after - before).abs().max()) < 1e-7
    if placing.device_of(answer) is not None and not as_base:
        if placing.nearer_than_base(before, after, answer):
            return Reloaded(True, "", gap)
        return Reloaded(None, f"not compared: {gap:.2g} apart, and on this device no two loads answer quite the same")
    why = "it answers as the bare base does" if as_base else MISSED
    text = f"reloaded on a fresh base it answers otherwise than the trained model ({gap:.2g} apart): {why}"
    return Reloaded(False, text, gap)
