"""What was at work when a script stopped."""

from __future__ import annotations

import traceback


def classes_at_hand(error: BaseException) -> set[tuple[str, str]]:
    """Module and name of the classes, and those above them, whose methods an exception came through."""
    held = [frame.f_locals.get("self") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return {(cls.__module__, cls.__name__) for value in held for cls in type(value).__mro__}


def names_at_hand(error: BaseException) -> tuple[str, ...]:
    """What the function in which an exception was raised asks for by its name, or of something."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1].f_code.co_names if frames else ()
