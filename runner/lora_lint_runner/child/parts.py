"""What the parts of a run ask each other for; which module makes each is none of their business."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol


class Paths(Protocol):
    """Leads paths of the script into the box: `guard.paths`."""

    moved: str
    copies: list[tuple[str, str]]
    removing: Callable[[Any], None]

    def there(self, folder: Any) -> None: ...
    def inside(self, path: Any) -> str: ...
    def reading(self, path: Any) -> Any: ...
    def writing(self, path: Any) -> Any: ...
    def owning(self, path: Any) -> Any: ...


class Demands(Protocol):
    """What the script's demands of a score came to."""

    failed: list[tuple[str, int, int]]

    def demanded(self, left: Any, order: str, right: Any, wanted: bool, row: int, place: int) -> Any: ...


class Filters(Protocol):
    """What tests that leave rows out came to: `filters`."""

    @property
    def keeping_none(self) -> list[tuple[str, int, int]]: ...
    @property
    def wanted(self) -> list[Any]: ...
    def compared(self, how: str, left: Any, right: Any) -> Any: ...
    def waived(self, row: int, column: int) -> bool: ...
    @property
    def affixes(self) -> list[Any]: ...
    @property
    def unfound(self) -> list[Any]: ...
    def want(self, cell: object, values: Any, *, is_column: bool = False) -> None: ...
    def missed(self, column: str, table: dict[Any, Any]) -> None: ...
    def filtered(self, found: Any, keeps: bool, row: int, column: int) -> Any: ...
    def waives(self, spot: tuple[str, int, int]) -> bool: ...
    def note(self, spot: tuple[str, int, int], kept: bool) -> None: ...


class Skipping(Protocol):
    """What branches came to that pass steps of the training by: `steering.skipping`."""

    @property
    def always(self) -> list[tuple[str, int, int]]: ...

    def asked(self, found: Any, row: int, column: int) -> Any: ...


class Leaving(Protocol):
    """What branches came to in which the script ends for want of rows: `leaving`."""

    @property
    def last(self) -> tuple[str, int, int] | None: ...
    def asked(self, found: Any, row: int, column: int) -> Any: ...


class Scores(Protocol):
    """Answers comparisons of scores that saves wait for: `scores`."""

    @property
    def refused(self) -> list[tuple[str, int, int]]: ...
    @property
    def to_come(self) -> list[tuple[str, int, int]]: ...
    def grew(
        self, left: Any, order: str, right: Any, row: int, place: int, named: tuple[tuple[str, str, bool], ...] = ()
    ) -> Any: ...


class Loops(Protocol):
    """Cuts the script's own loops: `loops`."""

    cut: set[str]
    whole: bool | str
    short: set[Any]
    unreached: bool
    tired: bool
    overtime: bool
    sites: list[tuple[str, int, int]]
    seen: set[tuple[str, int]]
    instead: Callable[[], Iterable[Any]] | None

    def reached(self) -> None: ...

    def came(self, site: Any) -> bool: ...


class Events(Protocol):
    """Watches models being trained: `observe.events`."""

    steps: int
    backwards: int
    fast: bool
    models: Any
    moved: Any
    unheld: Any
    flat: Any


class Saves(Protocol):
    """Watches models being saved: `observe.saves`."""

    saved: list[dict[str, Any]]

    def around(
        self, how: str, kind: str, model: Any, place: Any, real: Any, *, hub: bool = False, folder: Any = None
    ) -> Any: ...


class Filler(Protocol):
    """Fills in arguments that nobody gave: `stand_in.command_line.arguments`."""

    options: dict[str, Any]
    given: set[str]
    run: Any

    def pattern(self, name: str) -> str: ...

    def value(self, name: str, kind: Any = None, choices: Any = None) -> Any: ...
    def wants(self, name: str) -> bool: ...
    def knows(self, name: str) -> bool: ...
    def said(self, name: str, value: Any) -> None: ...
    def chosen(self, choices: Any, compared: Any) -> str: ...
    def completed_function(self, component: Any, given: list[str]) -> list[str]: ...


class Hub(Protocol):
    """Makes the models that are asked for: `stand_in.models.hub`."""

    busy: bool
    made: Any
    places: dict[str, str]

    def ensure(self, name: Any, asked: Any = ...) -> str: ...

    def folder_there(self, name: str) -> None: ...


class Data(Protocol):
    """Makes the rows that are asked for: `stand_in.made_up.datasets`."""

    made_up: bool
    real: bool
