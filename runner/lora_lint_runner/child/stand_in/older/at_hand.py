"""What was at work when a script stopped."""

from __future__ import annotations

import traceback


def classes_at_hand(error: BaseException) -> set[tuple[str, str]]:
    """Module and name of the classes, and those above them, whose methods an exception came through."""
    held = [frame.f_locals.get("self") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return {(cls.__module__, cls.__name__) for value in held for cls in type(value).__mro__}
