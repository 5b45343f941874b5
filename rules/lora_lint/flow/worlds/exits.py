"""How a path leaves a block before its end, and which handler stops it."""

from __future__ import annotations

from collections.abc import Callable

from lora_lint.flow.values import Value
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.records import Oid

RAISED: Oid = ("raised", 0)  # the frame that holds an exception on its way to the handler that it is given to
ERROR = "error"


class Raised(Exception):
    """The linted script raises: `kind` is the qualified name of the exception's class, "" where not known."""

    def __init__(self, kind: str, *, implicit: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.implicit = implicit


class Gone(Exception):
    """No path goes on from here."""


class OutOfSteps(Exception):
    """The step budget is spent several times over."""


class Exits:
    """Where the paths go that leave a block early.

    `through` sends them through one more block on their way: that of a `finally`, or the end of a `with`.
    """

    __slots__ = ("breaks", "continues", "raises", "returns")

    def __init__(self) -> None:
        self.breaks: list[World] = []
        self.continues: list[World] = []
        self.returns: list[tuple[Value, World]] = []
        self.raises: list[tuple[Raised, World]] = []

    def take(self) -> Exits:
        """All paths that have left so far; none is left here."""
        taken = Exits()
        for name in self.__slots__:
            setattr(taken, name, getattr(self, name))
            setattr(self, name, [])
        return taken

    def add(self, others: Exits) -> None:
        for name in self.__slots__:
            getattr(self, name).extend(getattr(others, name))

    def sizes(self) -> list[int]:
        """How many paths have left so far, for `forget`."""
        return [len(getattr(self, name)) for name in self.__slots__]

    def forget(self, sizes: list[int]) -> None:
        """Forgets the paths that have left since."""
        for name, size in zip(self.__slots__, sizes, strict=True):
            del getattr(self, name)[size:]

    def through(self, body: Callable[[], list[World]], last: Callable[[list[World]], list[World]]) -> list[World]:
        """Runs a body, and `last` on every path that comes out of it, in whichever way."""
        before = self.take()
        ended = body()
        inside = self.take()
        self.add(before)
        ended = last(ended) if ended else []
        self.breaks += last(inside.breaks) if inside.breaks else []
        self.continues += last(inside.continues) if inside.continues else []
        self.returns += [(value, after) for value, world in inside.returns for after in last([world])]
        self.raises += [(error, after) for error, world in inside.raises for after in last([world])]
        return ended


def matches(kind: str, handled: tuple[str, ...]) -> bool | None:
    """Does a handler for these classes catch an exception of this class? None where that is not known."""
    if not kind:
        return None
    unsure = False
    for name in handled:
        caught = _subclass(kind, name)
        if caught:
            return True
        unsure = unsure or caught is None
    return None if unsure else False


def _subclass(kind: str, handled: str) -> bool | None:
    if kind == handled or handled == "builtins.BaseException":
        return True
    mine, theirs = _builtin(kind), _builtin(handled)
    if mine is not None and theirs is not None:
        return issubclass(mine, theirs)
    if handled == "builtins.Exception":
        return True
    return None


def _builtin(name: str) -> type[BaseException] | None:
    import builtins

    root, _, last = name.partition(".")
    found = getattr(builtins, last, None) if root == "builtins" else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
