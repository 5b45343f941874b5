"""The interpreter's state, and what everything else is made of: run, evaluate, assign, get, set, call."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import libcst as cst

from lora_lint.flow.modules import Loader, Module, Site, no_loader
from lora_lint.flow.recording import Recording
from lora_lint.flow.releases import libraries_behind
from lora_lint.flow.scope import Args, Remembered, Scope, Started
from lora_lint.flow.values import (
    Bound,
    Cls,
    Const,
    DictRec,
    Func,
    Gate,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModelRef,
    ObjRef,
    Param,
    Partial,
    Sym,
    Term,
    Text,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.worlds.behind import models_behind, models_inside
from lora_lint.flow.worlds.paths import MOST_OF_IMPORTS, STEPS_A_LINE
from lora_lint.flow.worlds.terms import known, large, pick
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge.tables import Knowledge
from lora_lint.lifecycle.events.script import Checked
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import BaseModel, Oid
from lora_lint.lifecycle.words import describe

Simple = dict[type[cst.CSTNode], Callable[["Machine", Any], None]]
Compound = dict[type[cst.CSTNode], Callable[["Machine", Any, list[World]], list[World]]]
Expressions = dict[type[cst.CSTNode], Callable[["Machine", Any], Value]]
Targets = dict[type[cst.CSTNode], Callable[["Machine", Any, Value], None]]
Getters = dict[type[Value], Callable[["Machine", Any, str, cst.CSTNode], Value]]
Setters = dict[type[Value], Callable[["Machine", Any, str, Value, cst.CSTNode], None]]
Callers = dict[type[Value], Callable[["Machine", Any, Args, cst.CSTNode], Value]]

HOLDING = frozenset({Tup, Partial, Method})  # values that are made of others, however large
# what a result may be made of, as far as it is asked
MAKING = frozenset({ModelRef, Param, Sym, Bound, Method, Tup, Text})
ELSEWHERE = frozenset({Lib, Bound, Sym, Const})  # callees whose code is not followed


class Parts(NamedTuple):
    """What makes up the interpreter, by type of node or value. `interpreter` puts them together."""

    simple: Simple
    compound: Compound
    expressions: Expressions
    targets: Targets
    getters: Getters
    setters: Setters
    callers: Callers
    verbs: Mapping[str, Callable[[Any], Value]]
    enter: Callable[[Machine, Value, cst.CSTNode], Value]
    leave: Callable[[Machine, Value, cst.CSTNode], None]
    suppresses: Callable[[Machine, Value, World], Sequence[Value] | None]
    call_model: Callable[[Machine, ModelRef, str, Args, cst.CSTNode], Value]
    call_weights: Callable[[Machine, ObjRef, WeightsRec, str, Args, cst.CSTNode], Value]
    call_object: Callable[[Machine, ObjRef, InstRec, Args, cst.CSTNode], Value]
    call_unknown: Callable[[Machine, Any, Args, cst.CSTNode], Value]
    call_method_of_unknown: Callable[[Machine, object, str, frozenset[Oid], Args, cst.CSTNode], Value | None]
    construct: Callable[[Machine, ObjRef, str, Args, cst.CSTNode], None]
    make_instance: Callable[[Machine, Cls, Args, cst.CSTNode], Value]
    method_of: Callable[[Machine, Value, str], Method | None]
    component: Callable[[Machine, Oid, BaseModel, str, cst.CSTNode], Value | None]
    class_named: Callable[[Machine, cst.CSTNode], str]
    instance_of: Callable[[Machine, str, Term, cst.CSTNode], Value]


class Machine(Recording):
    """Interprets one entry module and what it imports of the project."""

    def __init__(self, parts: Parts, knowledge: Knowledge, loader: Loader = no_loader) -> None:
        super().__init__()
        self.parts = parts
        self._expressions = parts.expressions
        self.knowledge = knowledge
        self.loader = loader
        self.parents: dict[Oid, Oid | None] = {}
        self.redirects: dict[tuple[Oid, str], Oid] = {}
        self.captured: set[Oid] = set()
        self.state_taken = False  # was the state dict of a model that holds adapters asked for on some path?
        self.handed: set[Oid] = set()  # models that code which is not seen was given on some path
        self.stars: dict[Oid, list[str]] = {}  # libraries of which a module's frame has all names: `from peft import *`
        self.given_terms: list[Term] = []  # of what calls of code that is not seen gave, in order
        self.unknown_results: dict[object, Remembered] = {}  # of helpers without effect, by function and arguments
        self.made_of: dict[Term, set[Value]] = {}  # what was called, and with what, for a result not known
        self.comprehensions: set[Oid] = set()
        self.deferred: dict[cst.CSTNode, cst.FunctionDef] = {}  # generator expressions that are kept, as functions
        self.listings: dict[Term, tuple[Place | None, str]] = {}  # of listed files, the folder and the pattern
        self.release_tests: dict[Site, frozenset[str]] = {}  # tests that ask for releases, and of which libraries
        self.passes: dict[Hashable, dict[Hashable, bool]] = {}  # see `Lifecycle`
        self.compared: set[Site] = set()  # long ranges whose number the script compares
        self.tries = 0  # how often a model was run without gradients, or its weights were read
        self.called: set[cst.CSTNode] = set()
        self.owners: dict[Oid, Cls] = {}
        self.defining: list[Cls] = []
        self.classes: list[Cls] = []
        self.lines: dict[int, tuple[Cls, list[Cls]]] = {}  # their lineages, by the identity of the class
        self.given: dict[cst.CSTNode, Func | Cls] = {}  # definitions that code which is not followed was given
        self.usual: dict[Term, Const] = {}
        self.yielding: list[Callable[[Value], None]] = []
        self.modules: list[Module] = []
        self._of_imports = 0  # steps of the budget that imported modules gave
        self.alone = False  # running what nobody calls: its parameters may be anything
        self.started = Started()  # as any command line and environment may have it
        self.states: dict[Hashable, list[str]] | None = None  # of expressions that hold a model, when asked for

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
        run = partial(action, self, node)
        for world in worlds:
            self.statement = line
            for _, after in self.explore(world, run):
                done.append(after)
        return self.fold(done, node) if len(done) > len(worlds) else done  # else nothing parted here

    def evaluate(self, node: cst.CSTNode) -> Value:
        """The value of an expression on the current path."""
        part = self._expressions.get(type(node))
        value = part(self, node) if part is not None else self.unknown(node)
        if type(value) in HOLDING and large(value):
            value = self._cut_off(value, node)
        if self.states is not None:
            self._show(self.states, node, value)
        return value

    def _cut_off(self, value: Value, node: cst.CSTNode) -> Value:
        """A value that has grown too large is not followed: what is done with the models in it is not seen."""
        for oid in models_inside(value):
            if oid in self.world.life.models:
                self.world.life.hand_over(oid, self.site(node))
        return self.unknown(node)

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        """Binds a value to a target: a name, an attribute, an item, or a pattern of them."""
        part = self.parts.targets.get(type(target))
        if part is not None:
            part(self, target, value)
            if self.states is not None:
                self._show(self.states, target, value)

    def _show(self, states: dict[Hashable, list[str]], node: cst.CSTNode, value: Value) -> None:
        """Notes what the models are that a value is, or turns out to be."""
        value = pick(self.world, value)
        if isinstance(value, Gate):
            self._show(states, node, value.then)
            self._show(states, node, value.other)
        elif isinstance(value, ModelRef):
            states.setdefault(self.site(node), []).append(describe(self.world.life, value.oid))

    def get(self, value: Value, name: str, node: cst.CSTNode) -> Value:
        """An attribute of a value."""
        if type(value) is Gate:
            value = self.settle(value, node)
        part = self.parts.getters.get(type(value))
        return part(self, value, name, node) if part is not None else Bound(value, name)

    def set(self, value: Value, name: str, new: Value, node: cst.CSTNode) -> None:
        value = self.settle(value, node)
        part = self.parts.setters.get(type(value))
        if part is not None:
            part(self, value, name, new, node)

    def call(self, callee: Value, args: Args, node: cst.CSTNode) -> Value:
        """Calls a value."""
        if type(callee) is Gate:
            callee = self.settle(callee, node)
        kind = type(callee)
        part = self.parts.callers.get(kind)
        if kind in ELSEWHERE:
            self._note_given(callee, args)
        found = part(self, callee, args, node) if part is not None else self.unknown(node)
        if type(found) is Sym and not found.models:
            given = args.values()
            held = (item for value in given for item in self._held(value)) if kind is Lib else ()
            parts = [part for part in (callee, *given, *held) if type(part) in MAKING]
            if parts:
                self.made_of.setdefault(found.term, set()).update(parts)
        return found

    def _note_given(self, callee: Value, args: Args) -> None:
        """Functions and classes among the arguments, or in a dict or list there: they may be called from elsewhere."""
        for value in (*args.pos, *args.kw.values()):
            for item in self._held(value) if type(value) is ObjRef else (value,):
                if (type(item) is Func or type(item) is Cls) and not (
                    isinstance(callee, Lib) and self.knowledge.only_names(callee.name)
                ):
                    self.given.setdefault(item.node, item)

    def _held(self, value: Value) -> Sequence[Value]:
        """What a dict or a list holds."""
        record = self.world.heap.get(value.oid) if type(value) is ObjRef else None
        if type(record) is DictRec:
            return [item for _, item in record.items]
        return record.items if type(record) is ListRec else ()

    def unknown(self, node: cst.CSTNode, *more: Any, models: frozenset[Oid] = frozenset(), kind: str = "") -> Sym:
        """A value of which only is known where it came up."""
        return Sym(("met", self.site(node), *more), models, kind)

    def starred(self, frame: Oid, name: str) -> Lib | None:
        """What a name is that a module has from `from library import *`, as far as the tables know the library."""
        for library in reversed(self.stars.get(frame, ())):
            if self.knowledge.knows(f"{library}.{name}"):
                return Lib(f"{library}.{name}")
        return None

    def follow(self, module: Module) -> None:
        """Takes a module of the project among those that are interpreted."""
        more = STEPS_A_LINE * module.text.count("\n")
        if self.modules:
            more = min(more, MOST_OF_IMPORTS - self._of_imports)
            self._of_imports += more
        self.modules.append(module)
        self.budget += more

    def answers(self, value: ObjRef) -> Value | None:
        return self.parts.method_of(self, value, "__bool__")

    def answer(self, own: Value, node: cst.CSTNode) -> Value:
        return self.call(own, Args(), node)

    def is_on(self, value: Lib) -> bool | None:
        """What a module has that is not seen may be a switch."""
        return known(self.world, ("full", value)) if self.knowledge.may_be_switch(value.name) else True

    def asked(self, term: Term, node: cst.CSTNode) -> None:
        """A test that is made of a model may tell what it is: nobody knows how it comes out for which."""
        site = self.site(node)
        if site not in self.release_tests:
            self.release_tests[site] = libraries_behind(self.world, term, self.made_of)
        for oid in models_behind(term, self.made_of):
            if oid in self.world.life.models:
                self.emit(node, oid, Checked(test="other", names=[], answer=None))

    # -- where we are --------------------------------------------------------------------------------------------------

    def scope(self) -> Scope:
        """Where execution stands: kept aside while another function's code runs."""
        guards, stack, yielding = list(self.guards), list(self.stack), list(self.yielding)
        return Scope(self.module, self.frame, self.exits, guards, stack, self.statement, yielding)

    def enter_scope(self, scope: Scope) -> None:
        self.module, self.frame, self.exits = scope.module, scope.frame, scope.exits
        self.guards, self.stack, self.statement = scope.guards, scope.stack, scope.statement
        self.yielding = list(scope.yielding)
