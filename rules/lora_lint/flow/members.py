"""Members of enumerations: constants that know their name and their class.

A member of a class that is a str or an int, too, is one here as well, so that all that holds for constants holds for
it. Others equal nothing but themselves.
"""

from __future__ import annotations

from typing import Any

from lora_lint.flow.values import Cls, Const, Value


class Member:
    """What members have in common."""

    cls: Cls
    name: str
    given: Value  # what the class gives it

    def __repr__(self) -> str:
        return f"{self.cls.node.name.value}.{self.name}"


class PlainMember(Member):
    """A member of `class Mode(Enum)`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlainMember) and (self.cls.frame, self.name) == (other.cls.frame, other.name)

    def __hash__(self) -> int:
        return hash((self.cls.frame, self.name))


class TextMember(Member, str):
    """A member of `class Mode(str, Enum)`."""


class NumberMember(Member, int):
    """A member of `class Mode(IntEnum)`."""


MIXED: dict[type, type[Member]] = {str: TextMember, int: NumberMember}


def member(cls: Cls, name: str, given: Value, mixed: type | None) -> Value:
    """The member of an enumeration whose class is `mixed`, too, if that is not None."""
    if mixed is None:
        made: Any = PlainMember()
    elif isinstance(given, Const) and type(given.value) is mixed:
        made = MIXED[mixed](given.value)  # type: ignore[call-arg]
    else:
        return given  # `auto()`: which text or number that is, is not known
    made.cls, made.name, made.given = cls, name, given
    return Const(made)


def member_in(value: Value) -> Member | None:
    """The member that a value is."""
    return value.value if isinstance(value, Const) and isinstance(value.value, Member) else None


def bare(value: Value) -> Value:
    """What stands for a member where it is compared with a value that is not known: that may be the member, or what it
    was made of, `Mode(text)`."""
    found = member_in(value)
    return found.given if found is not None and isinstance(found.given, Const) else value


def kind(value: Any) -> str:
    """The name of the class of a constant among Python's own."""
    if not isinstance(value, Member):
        return type(value).__name__
    return next((own.__name__ for own in MIXED if isinstance(value, own)), "")
