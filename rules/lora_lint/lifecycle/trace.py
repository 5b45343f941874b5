"""What happened: the ordered events of every model, and how the script can end.

This is the one thing that all readers read. Rules yield findings from it, hover and inlay hints print it, the runner
compares it with what it observed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, overload

from lora_lint.lifecycle.events.kind import KINDS
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.mentioned import Mentioned
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Site, Sure, Written

F = TypeVar("F", covariant=True)  # what an event tells: a class of `lifecycle.events`
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


ANY_LIBRARY = "*"  # in what a test asks for: nobody knows of which


class Condition(NamedTuple):
    """The script came this way because `site` (a test in the source) was true, or was not.

    `unlikely`: it answers otherwise, as long as an attribute has the value that its library's object keeps by itself.
    """

    site: Site
    holds: bool
    unlikely: bool = False


class Test(NamedTuple):
    """A test of the script as an expression. `written`: the source at its site says just this; a case of a `match` asks
    the same in other words."""

    text: str
    written: bool = True


class Call(NamedTuple):
    """A call on the way to an event, the statement that it stands in, and the function that it runs."""

    site: Site
    statement: Any
    function: Any


class Event(Generic[F]):
    """One thing that happens to a model on one path.

    `facts` say what happened: their class is its kind. `oid` is the object that it happens to and `life` the state of
    everything just before. `path` are the calls that lead to `site`, outermost first. `weak` marks a path that rests on
    an exception nobody raised in plain sight, `crashed` one that a certain exception has ended already. `statement` is
    the statement that `site` stands in.
    """

    __slots__ = ("conditions", "crashed", "facts", "id", "life", "oid", "path", "site", "statement", "weak")

    def __init__(
        self,
        id: int,
        facts: F,
        site: Site,
        path: tuple[Call, ...],
        oid: Oid | None,
        life: Life,
        conditions: tuple[Condition, ...],
        weak: bool,
        crashed: bool,
    ) -> None:
        self.id, self.facts, self.site, self.path, self.oid = id, facts, site, path, oid
        self.life, self.conditions = life, conditions
        self.weak, self.crashed = weak, crashed
        self.statement: Any = None

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return KINDS[type(self.facts)].name

    def shares(self, other: AnyEvent) -> int:
        """How many of the calls that lead here lead to another event, too."""
        pairs = zip(self.path, other.path, strict=False)
        return next((at for at, (own, its) in enumerate(pairs) if own != its), min(len(self.path), len(other.path)))

    def site_at(self, depth: int) -> Site:
        """What leads here of the function that so many calls lead to: another call, or the event itself."""
        return self.path[depth].site if depth < len(self.path) else self.site

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} at {self.site}>"


AnyEvent = Event[object]


class Ending(NamedTuple):
    """One way the script can end: `how` is "end", "exit" or "raise". `events` are the ids on the way there."""

    life: Life
    events: frozenset[int]
    how: str
    crashed: bool
    weak: bool


class Left(NamedTuple):
    """One thing that lies in a place after a run, the state of the models in this run, and the script that was run."""

    place: Place
    written: Written
    life: Life
    by: Lifecycle


def nothing(place: Place) -> Sequence[Left]:
    """What is left in a place to a script that goes on with no other one."""
    return ()


def alone(place: Place) -> Sequence[Lifecycle]:
    """The other scripts of a script that has none."""
    return ()


class Asked(NamedTuple):
    """Whether the releases that a script may run with lie in a range, and what in the project says so.

    `specifier` and `place` are what a requirement file asks for and where; empty where the settings decide, or where
    nothing is known (then `sure` is MAYBE). A place alone names no release: see `unreleased`.
    """

    sure: Sure
    specifier: str = ""
    place: str = ""

    @property
    def pinned(self) -> bool:
        return bool(self.specifier)

    @property
    def unreleased(self) -> bool:
        """May the script run with what is no release: a copy of the library in the project, or a commit of it?"""
        return bool(self.place) and not self.specifier


class Lifecycle:
    """All events of one entry script in the order they were met, and all its endings.

    `states` says for expressions that hold a model which states it was seen in; it is only filled when asked for.
    """

    def __init__(
        self,
        events: list[AnyEvent],
        endings: list[Ending],
        notes: Iterable[str] = (),
        code: Callable[[Site, Any], str] = lambda site, node: "",
        test: Callable[[Site], Test] = lambda site: Test(""),
        states: Mapping[Site, list[str]] | None = None,
        runs_with: Callable[[str, str], Asked] = lambda library, wanted: Asked(Sure.MAYBE),
        mentioned: Callable[[], Mentioned] = lambda: Mentioned(()),
    ) -> None:
        self.events = events
        self.endings = endings
        self.notes = list(notes)
        self.steps = 0  # that it took to follow the script
        self.blurred = False  # were paths joined whose models differ? What holds on which condition is then not known
        self.release_tests: Mapping[Site, frozenset[str]] = {}  # tests that ask for releases, and of which libraries
        # of adapters, by where they are made: where the model that they are on in is run, and is it with gradients?
        self.passes: Mapping[Site, Mapping[Site, bool]] = {}
        self.tries = False  # does the name of the script say that it only tries something out?
        # may another script of the project write a weights file under the old name?
        self.old_weights_beside: Callable[[], bool] = lambda: False
        # which weights files do other scripts of the project put back into models?
        self.restored_beside: Callable[[], frozenset[str]] = frozenset
        # what the other scripts of the project leave in a place that they name as this one does
        self.left_beside: Callable[[Place], Sequence[Left]] = nothing
        # those other scripts, where they name a place so
        self.scripts_beside: Callable[[Place], Sequence[Lifecycle]] = alone
        # what an option, or a part of the name of a model, is where nobody says otherwise
        self.by_default: Callable[[Hashable], Hashable] = lambda term: term
        # the rows of its file that a site stands in
        self.rows_of: Callable[[Site], str] = lambda site: ""
        self.faults: list[str] = []  # of rules and fixes, which are silent for it
        self.states = dict(states or {})
        self._code = code
        self._test = test
        self._runs_with = runs_with
        self._mentioned = mentioned
        self._by_kind: dict[type, list[Event[Any]]] = {}
        for event in events:
            self._by_kind.setdefault(type(event.facts), []).append(event)
        self._after: dict[int, list[Ending]] = {}

    def runs_with(self, library: str, wanted: str) -> Asked:
        """Does the script run with a release of the library in this range (`"<0.20"`)?"""
        return self._runs_with(library, wanted)

    @cached_property
    def mentioned(self) -> Mentioned:
        """What the modules that were followed say anywhere, be it in code that was not run."""
        return self._mentioned()

    def test(self, site: Site) -> Test:
        """The test at the site of a condition."""
        return self._test(site)

    def code_of(self, site: Site, node: Any) -> str:
        """The source text of a part of the module that a site is in."""
        return self._code(site, node)

    @overload
    def of(self, kind: type[A], /) -> Iterator[Event[A]]: ...

    @overload
    def of(self, first: type[A], second: type[B], /) -> Iterator[Event[A | B]]: ...

    @overload
    def of(self, first: type[A], second: type[B], third: type[C], /) -> Iterator[Event[A | B | C]]: ...

    @overload
    def of(self, *kinds: type) -> Iterator[AnyEvent]: ...

    def of(self, *kinds: type) -> Iterator[Event[Any]]:
        """Events of these kinds."""
        if len(kinds) == 1:
            return iter(self._by_kind.get(kinds[0], ()))
        return (event for kind in kinds for event in self._by_kind.get(kind, ()))

    def guarded(self, event: AnyEvent, library: str) -> bool:
        """Has the script asked for the release of a library, or what it can, to come this way?"""
        tests = (self.release_tests.get(condition.site, frozenset()) for condition in event.conditions)
        return any(library in asked or ANY_LIBRARY in asked for asked in tests)

    @property
    def kinds(self) -> Set[type]:
        """The kinds of which there are events."""
        return self._by_kind.keys()

    def has(self, *kinds: type) -> bool:
        return not self._by_kind.keys().isdisjoint(kinds)

    def after(self, event: AnyEvent) -> list[Ending]:
        """The endings that a path through this event can reach by itself: crashes and raised errors left out."""
        if event.id not in self._after:
            self._after[event.id] = [
                e for e in self.endings if event.id in e.events and e.how != "raise" and not e.crashed
            ]
        return self._after[event.id]

    def always(self, event: AnyEvent, holds: Callable[[Ending], bool]) -> bool:
        """True where every ending after the event satisfies the test, and there is one."""
        endings = self.after(event)
        return bool(endings) and all(holds(ending) for ending in endings)
