"""How a path leaves a block before its end, and which handler stops it."""

from __future__ import annotations

from lora_lint.flow.values import Value
from lora_lint.flow.world import World


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
    """Where the paths go that leave a block early."""

    __slots__ = ("breaks", "continues", "raises", "returns")

    def __init__(self) -> None:
        self.breaks: list[World] = []
        self.continues: list[World] = []
        self.returns: list[tuple[Value, World]] = []
        self.raises: list[tuple[Raised, World]] = []


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
