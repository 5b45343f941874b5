"""Values that no other run of a script has: the time to the second, a number that is drawn for this once."""

from __future__ import annotations

from typing import Any

from lora_lint.flow.values import Const

ONCE = "once"  # how the terms of such values begin
TO_THE_MINUTE = ("%M", "%S", "%f", "%s", "%c", "%X", "%T", "%R")  # what a format has that tells two launches apart
SAME_LENGTH = ("replace", "lower", "upper", "strip")  # methods that leave nothing of a text out


def is_once(term: Any) -> bool:
    """Is it such a value, or a text of one that leaves out nothing that matters?"""
    if not isinstance(term, tuple) or len(term) < 2:
        return False
    if term[0] == "item" and isinstance(term[-1], Const) and isinstance(term[-1].value, tuple):  # `uuid4().hex[:8]`
        return isinstance(term[1], tuple) and term[1][:1] == ("attribute",) and is_once(term[1])
    if term[0] == "attribute":
        return term[-1] == "hex" and is_once(term[1])
    if term[0] == "of a text":
        return term[1] in SAME_LENGTH and is_once(term[2])
    return bool(term[0] == ONCE)


def dated(term: Any, form: str) -> Any:
    """The present time in this form: it comes once where the form tells the minute, else it is the same all day."""
    return (ONCE, term, form) if any(part in form for part in TO_THE_MINUTE) else ("dated", form)
