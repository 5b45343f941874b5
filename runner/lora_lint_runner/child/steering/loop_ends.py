"""What ends a loop of the script's that would not end by itself: raised in it, see `loops`."""

from __future__ import annotations


class Interrupted(KeyboardInterrupt):
    """The run's own Ctrl-C in a loop that has no end."""

    def __init__(self) -> None:
        super().__init__("the loop has no end: what stands after it is never reached")


class Starved(RuntimeError):
    """A stream goes round and round, and there is nothing to give."""

    def __init__(self, row: int) -> None:
        super().__init__(f"the loop at line {row} goes round and gives no row")


class InVain(RecursionError):
    """A loop tries again and again, and catches an error each time."""

    def __init__(self, row: int, error: BaseException | None) -> None:
        super().__init__(f"the loop at line {row} goes round and catches each time: {type(error).__name__}: {error}")
