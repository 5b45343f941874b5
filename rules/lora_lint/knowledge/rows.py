"""The shape of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Row(NamedTuple):
    """What a call means: a verb, the names of its parameters in order, and details that the verb understands.

    Two are for every verb: `gates` takes arguments that hang on a test as they are, and parts the paths itself ("data":
    only what is no model, and comes of none);
    `uses_up` goes through generators among the arguments to their end.
    """

    verb: str
    params: tuple[str, ...] = ()
    options: Mapping[str, Any] = {}

    def position(self, name: str) -> int | None:
        """The place of a parameter among the positional ones."""
        return self.params.index(name) if name in self.params else None


class Plain(NamedTuple):
    """A plain value that an attribute is known to have."""

    value: Any


class Holds(NamedTuple):
    """An attribute that is an instance of a library class: the same one each time it is read."""

    cls: str


class Kept(NamedTuple):
    """An attribute that stays as the constructor was given it, or else has this value from a release of its library on.

    In earlier releases it is set to `before` where one process runs.
    """

    value: Any
    since: str
    before: Any


def row(verb: str, params: str = "", **options: Any) -> Row:
    return Row(verb, tuple(params.split()), options)


def rows(verb: str, names: str, params: str = "", **options: Any) -> dict[str, Row]:
    """One row under several names."""
    return dict.fromkeys(names.split(), row(verb, params, **options))


class Table(NamedTuple):
    """The table of one library.

    `functions` by the name after the library's own ("get_peft_model", "AutoModel.from_pretrained", a class for what
    calling it means); `methods` by class, then method; `attributes` by class or module; `bases` gives the class a class
    is built on, with its library.
    """

    functions: Mapping[str, Row] = {}
    methods: Mapping[str, Mapping[str, Row]] = {}
    attributes: Mapping[str, Mapping[str, Plain | Holds | Kept]] = {}
    bases: Mapping[str, str] = {}
    families: tuple[tuple[str, Row], ...] = ()  # (pattern of a name, row), tried in order
