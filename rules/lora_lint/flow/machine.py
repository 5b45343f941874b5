"""The interpreter's state and its few primitives: explore, choose, decide, emit, fail.

Expressions are evaluated in direct style on one current world. Where a value or a path is not decided, `choose` picks
one of several outcomes, and `explore` runs the statement again for each of the others: only here does one world become
many. What was computed up to a choice is not computed again but taken from the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import libcst as cst

from lora_lint.flow.fold import MOST_WORLDS, fold
from lora_lint.flow.modules import Loader, Module, no_loader
from lora_lint.flow.terms import known, learn, pick
from lora_lint.flow.values import (
    FALSE,
    TRUE,
    Bound,
    Cls,
    Const,
    DictRec,
    Gate,
    InstRec,
    ListRec,
    ModelRef,
    ObjRef,
    Site,
    Sym,
    Term,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.world import Log, World
from lora_lint.knowledge.tables import Knowledge
from lora_lint.lifecycle.records import BaseModel, Oid
from lora_lint.lifecycle.trace import Call, Condition, Ending, Event
from lora_lint.lifecycle.words import describe

T = TypeVar("T")

MOST_RUNS = 48  # of one statement, by different choices
DEEPEST_CALL = 14


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


class Outcome(NamedTuple):
    """What one path of an expression ends in: a value, or an exception that leaves it."""

    value: Value | Raised
    world: World


class Choice:
    """A point of a statement at which paths part, and the outcome that is being followed."""

    __slots__ = ("outcomes", "pick")

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes
        self.pick = 0


class Exits:
    """Where the paths go that leave a block early."""

    __slots__ = ("breaks", "continues", "raises", "returns")

    def __init__(self) -> None:
        self.breaks: list[World] = []
        self.continues: list[World] = []
        self.returns: list[tuple[Value, World]] = []
        self.raises: list[tuple[Raised, World]] = []


class Running(NamedTuple):
    """A call of a project function that is being interpreted: the call, its statement and frame, the callee."""

    site: Site
    statement: cst.CSTNode | None
    frame: Oid
    function: cst.CSTNode


class Scope(NamedTuple):
    """A function's code being run: module, variables, exits, the handlers around it and the calls that led there."""

    module: Module
    frame: Oid
    exits: Exits
    guards: list[tuple[str, ...]]
    stack: list[Running]
    statement: cst.CSTNode | None


class Args:
    """The arguments of a call. `open` means that there may be more: `*rows`, `**options` of unknown content."""

    __slots__ = ("kw", "open", "pos")

    def __init__(self, pos: list[Value] | None = None, kw: dict[str, Value] | None = None, open: bool = False) -> None:
        self.pos = pos if pos is not None else []
        self.kw = kw if kw is not None else {}
        self.open = open

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument by keyword, else by position; None where it is not given."""
        if name in self.kw:
            return self.kw[name]
        if position is not None and position < len(self.pos):
            return self.pos[position]
        return None

    def values(self) -> list[Value]:
        return [*self.pos, *self.kw.values()]


class Parts(NamedTuple):
    """The handlers that make up the interpreter, by type of node or value. `interpreter` puts them together."""

    simple: Mapping[type[cst.CSTNode], Callable[[Machine, Any], None]]
    compound: Mapping[type[cst.CSTNode], Callable[[Machine, Any, list[World]], list[World]]]
    expressions: Mapping[type[cst.CSTNode], Callable[[Machine, Any], Value]]
    targets: Mapping[type[cst.CSTNode], Callable[[Machine, Any, Value], None]]
    getters: Mapping[type[Value], Callable[[Machine, Any, str, cst.CSTNode], Value]]
    setters: Mapping[type[Value], Callable[[Machine, Any, str, Value, cst.CSTNode], None]]
    callers: Mapping[type[Value], Callable[[Machine, Any, Args, cst.CSTNode], Value]]
    verbs: Mapping[str, Callable[[Any], Value]]
    enter: Callable[[Machine, Value, cst.CSTNode], Value]
    leave: Callable[[Machine, Value, cst.CSTNode], None]
    call_model: Callable[[Machine, ModelRef, str, Args, cst.CSTNode], Value]
    call_weights: Callable[[Machine, ObjRef, WeightsRec, str, Args, cst.CSTNode], Value]
    call_object: Callable[[Machine, ObjRef, InstRec, Args, cst.CSTNode], Value]
    call_unknown: Callable[[Machine, Any, Args, cst.CSTNode], Value]
    call_method_of_unknown: Callable[[Machine, object, str, frozenset[Oid], Args, cst.CSTNode], Value | None]
    construct: Callable[[Machine, ObjRef, str, Args, cst.CSTNode], None]
    component: Callable[[Machine, Oid, BaseModel, str, cst.CSTNode], Value | None]
    class_named: Callable[[Machine, cst.CSTNode], str]
    instance_of: Callable[[Machine, str, Term, cst.CSTNode], Value]


class Machine:
    """Interprets one entry module and what it imports of the project."""

    def __init__(self, parts: Parts, knowledge: Knowledge, loader: Loader = no_loader, budget: int = 20_000) -> None:
        self.parts = parts
        self.knowledge = knowledge
        self.loader = loader
        self.budget = budget
        self.steps = 0
        self.notes: list[str] = []
        self.world = World()
        self.module: Module
        self.frame: Oid
        self.parents: dict[Oid, Oid | None] = {}
        self.redirects: dict[tuple[Oid, str], Oid] = {}
        self.captured: set[Oid] = set()
        self.unknown_results: dict[object, Sym] = {}  # of helpers that have no effect, by function and arguments
        self.comprehensions: set[Oid] = set()
        self.ranging: list[Site] = []  # loops over a long range that are being run
        self.compared: set[Site] = set()  # those of them whose number is compared
        self.called: set[cst.CSTNode] = set()
        self.owners: dict[Oid, Cls] = {}
        self.defining: list[Cls] = []
        self.classes: list[Cls] = []
        self.usual: dict[Term, Const] = {}
        self.stack: list[Running] = []
        self.exits = Exits()
        self.statement: cst.CSTNode | None = None
        self.guards: list[tuple[str, ...]] = []  # exception classes that the enclosing try statements handle
        self.yielding: list[Callable[[Value], None]] = []
        self.events: list[Event] = []
        self.endings: list[Ending] = []
        self.modules: list[Module] = []
        self.alone = False  # running what nobody calls: its parameters may be anything
        self.argv: list[str] | None = None  # a known command line; None where the script may be given any
        self.states: dict[Hashable, list[str]] | None = None  # of expressions that hold a model, when asked for
        self._script: list[Choice] = []
        self._cursor = 0

    # -- running -----------------------------------------------------------------------------------------------------

    def block(self, body: cst.BaseSuite | Sequence[cst.CSTNode], worlds: list[World]) -> list[World]:
        """Runs statements one after the other on all worlds."""
        compound = self.parts.compound
        statements: Any = getattr(body, "body", body)  # of a suite, or the statements themselves
        for statement in statements:
            if not worlds:
                return worlds
            kind = type(statement)  # asked by identity: these classes are abstract, and isinstance is dear on them
            if kind is cst.SimpleStatementLine:
                alone = len(statement.body) == 1
                for small in statement.body:
                    worlds = self.simple(small, worlds, statement if alone else small)
            elif kind in compound:
                self.step()
                self.statement = statement
                worlds = compound[kind](self, statement, worlds)
            else:  # the body of `if x: a; b`
                worlds = self.simple(statement, worlds, statement)
        return worlds

    def simple(self, node: cst.BaseSmallStatement, worlds: list[World], line: cst.CSTNode) -> list[World]:
        self.statement = line
        action = self.parts.simple.get(type(node))
        if action is None:
            on_all = self.parts.compound.get(type(node))  # imports; `pass` and the like change nothing
            return on_all(self, node, worlds) if on_all is not None else worlds
        done: list[World] = []
        for world in worlds:
            self.step()
            self.statement = line
            done += [after for _, after in self.explore(world, lambda: action(self, node))]
        return self.fold(done, node) if len(done) > len(worlds) else done  # else nothing parted here

    def evaluate(self, node: cst.CSTNode) -> Value:
        """The value of an expression on the current path."""
        handler = self.parts.expressions.get(type(node))
        value = handler(self, node) if handler is not None else self.unknown(node)
        if self.states is not None and isinstance(value, ModelRef):
            self.states.setdefault(self.site(node), []).append(describe(self.world.life, value.oid))
        return value

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        """Binds a value to a target: a name, an attribute, an item, or a pattern of them."""
        handler = self.parts.targets.get(type(target))
        if handler is not None:
            handler(self, target, value)
            if self.states is not None and isinstance(value, ModelRef):
                self.states.setdefault(self.site(target), []).append(describe(self.world.life, value.oid))

    def get(self, value: Value, name: str, node: cst.CSTNode) -> Value:
        """An attribute of a value."""
        value = self.settle(value, node)
        handler = self.parts.getters.get(type(value))
        return handler(self, value, name, node) if handler is not None else Bound(value, name)

    def set(self, value: Value, name: str, new: Value, node: cst.CSTNode) -> None:
        value = self.settle(value, node)
        handler = self.parts.setters.get(type(value))
        if handler is not None:
            handler(self, value, name, new, node)

    def call(self, callee: Value, args: Args, node: cst.CSTNode) -> Value:
        """Calls a value."""
        callee = self.settle(callee, node)
        handler = self.parts.callers.get(type(callee))
        return handler(self, callee, args, node) if handler is not None else self.unknown(node)

    def unknown(self, node: cst.CSTNode, *more: Any, models: frozenset[Oid] = frozenset(), kind: str = "") -> Sym:
        """A value of which only is known where it came up."""
        return Sym(("met", self.site(node), *more), models, kind)

    # -- where we are --------------------------------------------------------------------------------------------------

    def scope(self) -> Scope:
        """Where execution stands: kept aside while another function's code runs."""
        return Scope(self.module, self.frame, self.exits, list(self.guards), list(self.stack), self.statement)

    def enter_scope(self, scope: Scope) -> None:
        self.module, self.frame, self.exits = scope.module, scope.frame, scope.exits
        self.guards, self.stack, self.statement = scope.guards, scope.stack, scope.statement

    # -- paths -------------------------------------------------------------------------------------------------------

    @property
    def exhausted(self) -> bool:
        return self.steps > self.budget

    def explore(self, world: World, action: Callable[[], T]) -> list[tuple[T, World]]:
        """Runs an action on a world once for each way its choices can go; exceptions go to the exits."""
        saved = self._script, self._cursor
        script: list[Choice] = []
        done: list[tuple[T, World]] = []
        runs = 0
        while True:
            self._script, self._cursor = script, 0
            self.world = world.copy()
            runs += 1
            try:
                result = action()
                done.append((result, self.world))
            except Raised as error:
                self.exits.raises.append((error, self.world))
            except Gone:
                pass
            while script and script[-1].pick + 1 >= len(script[-1].outcomes):
                script.pop()
            if not script or runs >= MOST_RUNS:
                break
            script[-1].pick += 1
        self._script, self._cursor = saved
        return done

    def choose(self, outcomes: Callable[[], Sequence[Outcome]]) -> Value:
        """Follows one of several outcomes, which are computed once; its world becomes the current one."""
        at = self._cursor
        self._cursor += 1
        if at == len(self._script):
            self._script.append(Choice(outcomes()))
        choice = self._script[at]
        if not choice.outcomes:
            raise Gone
        value, world = choice.outcomes[choice.pick]
        self.world = world.copy()
        if isinstance(value, Raised):
            raise value
        return value

    def known(self, value: Value) -> bool | None:
        """The truth of a value, where this world decides it."""
        value = pick(self.world, value)
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Sym):
            return known(self.world, value.term)
        if isinstance(value, Gate):
            return None
        if isinstance(value, Tup):
            return bool(value.items) or (None if value.open else False)
        if isinstance(value, ObjRef):
            record = self.world.heap.get(value.oid)
            if isinstance(record, (ListRec, DictRec)):
                return bool(record.items) or (None if record.open else False)
        return True

    def truth(self, value: Value, node: cst.CSTNode) -> bool:
        """The truth of a value on the path at hand; where it is open, paths part."""
        while True:
            decided = self.known(value)
            if decided is not None:
                return decided
            value = pick(self.world, value)
            if isinstance(value, Gate):
                branch = self.decide(value.term, node)
                value = value.then if branch else value.other
            elif isinstance(value, Sym):
                return self.decide(value.term, node)
            else:
                return self.decide(("full", value), node)

    def decide(self, term: Term, node: cst.CSTNode) -> bool:
        """Takes a term for true on one path and for false on another."""
        site = self.module.site(node)

        def both() -> list[Outcome]:
            yes, no = self.world.copy(), self.world.copy()
            learn(yes, term, True, site)
            learn(no, term, False, site)
            return [Outcome(TRUE, yes), Outcome(FALSE, no)]

        found = known(self.world, term)
        return found if found is not None else self.choose(both) is TRUE

    def settle(self, value: Value, node: cst.CSTNode) -> Value:
        """The value itself where it hangs on a gate: paths part at the gate."""
        value = pick(self.world, value)
        while isinstance(value, Gate):
            value = pick(self.world, value.then if self.decide(value.term, node) else value.other)
        return value

    def fold(self, worlds: list[World], node: cst.CSTNode) -> list[World]:
        """Joins worlds; under a spent budget only one goes on."""
        worlds = fold(worlds, node)
        if self.exhausted and len(worlds) > 1:
            self.note("the step budget was spent: some paths were left out")
            return worlds[:1]
        if len(worlds) >= MOST_WORLDS:
            self.note("too many paths at once: some were left out")
        return worlds

    def step(self) -> None:
        self.steps += 1
        if self.steps > 4 * self.budget:
            raise OutOfSteps

    def mentions(self, text: str) -> bool:
        """Does a text stand anywhere in the modules that were followed?"""
        return any(text in module.text for module in self.modules)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    # -- events ------------------------------------------------------------------------------------------------------

    def site(self, node: cst.CSTNode) -> Site:
        return self.module.site(node)

    def emit(self, kind: str, node: cst.CSTNode, oid: Oid | None, /, **facts: Any) -> Event:
        """Records what happens to a model here."""
        return self.emit_at(kind, self.site(node), oid, facts)

    def emit_at(self, kind: str, site: Site, oid: Oid | None, facts: Mapping[str, Any]) -> Event:
        world = self.world
        path = tuple(Call(call.site, call.statement, call.function) for call in self.stack)
        conditions = tuple(Condition(a.site, a.holds) for a in world.assumed.values() if a.site is not None)
        event = Event(
            len(self.events), kind, site, path, oid, world.life.copy(), facts, conditions, world.weak, world.crashed
        )
        event.statement = self.statement
        self.events.append(event)
        world.log = Log(event.id, world.log)
        return event

    def fail(self, node: cst.CSTNode, error: str, oid: Oid | None = None, **facts: Any) -> Value:
        """A call that certainly raises. Where nothing catches it, the path counts as crashed and only shows types."""
        self.emit("failed", node, oid, error=error, caught=self.catches(error), **facts)
        if self.catches(error):
            raise Raised(f"builtins.{error}")
        self.world.crashed = True
        return Sym(("failed", self.site(node)))

    def catches(self, error: str) -> bool:
        """Does an enclosing try statement handle this exception?"""
        return any(matches(f"builtins.{error}", handled) is not False for handled in self.guards)

    def finish(self, worlds: Iterable[World], how: str) -> None:
        for world in worlds:
            self.endings.append(Ending(world.life, events_of(world.log), how, world.crashed, world.weak))


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


def events_of(log: Log | None) -> frozenset[int]:
    """All events on the way to a world."""
    found: set[int] = set()
    seen: set[int] = set()
    todo = [log]
    while todo:
        entry = todo.pop()
        while entry is not None and id(entry) not in seen:
            seen.add(id(entry))
            if entry.event >= 0:
                found.add(entry.event)
            if entry.also is not None:
                todo.append(entry.also)
            entry = entry.before
    return frozenset(found)
