"""Calls of functions of the project: interpreted where they are called, with their arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeGuard

import libcst as cst

from lora_lint.flow.calls.arguments import bind_parameters
from lora_lint.flow.calls.callbacks import led_to
from lora_lint.flow.calls.coroutines import is_async, note_made, put_aside
from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.results import given_back, spelled
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import UNROLL
from lora_lint.flow.objects.parts import module_at
from lora_lint.flow.objects.passes import dropped
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.renewal import renew
from lora_lint.flow.scope import Args, Remembered, Running
from lora_lint.flow.values import (
    NONE,
    Bound,
    Cls,
    Const,
    Func,
    Gate,
    Generator,
    InstRec,
    Method,
    ModelRef,
    ObjRef,
    Partial,
    Sym,
    Text,
    Tup,
    Value,
)
from lora_lint.flow.worlds.exits import Exits, Raised
from lora_lint.flow.worlds.paths import Outcome
from lora_lint.flow.worlds.terms import large, leaves, terms_of
from lora_lint.flow.worlds.world import World, mentions
from lora_lint.lifecycle.records import Oid

DEEPEST_CALL = 14
DEEPEST_RECURSION = 6
DEEPEST_BLIND = 2  # recursion through data of which nothing is known: it is a tree, and deeper down comes nothing new
CACHED = ("cached", 0)  # the frame that holds what cached functions gave
RESULT, NUMBER = "return", "yield"  # keywords, so no variable of the script has these names


def call_function(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> Value:
    """Calls a function; a generator function gives a generator that has not run."""
    machine.called.add(func.node)
    if isinstance(func.node, cst.FunctionDef) and func.module.yields(func.node):
        return _not_run(machine, func, args, node)
    if is_async(func):
        if dropped(machine.statement, node):
            return machine.unknown(node)  # a coroutine that nobody awaits
        if func.around is None and put_aside(machine.statement, node):
            return note_made(machine, _not_run(machine, func, args, node))
    if isinstance(func.around, Partial):
        plain = Func(func.module, func.node, func.frame, func.defaults, func.owner, func.kind)
        return machine.call(func.around, Args([plain, *args.pos], args.kw, args.open), node)
    if func.kind == "cached":
        return _cached(machine, func, args, node)
    given = machine.choose(lambda: _remembered(machine, func, args, node))
    if func.around is not None:
        hand_over(machine, [*args.values(), given, func.around], node)
    return given


def _not_run(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> Generator:
    """A call that runs later: its arguments are bound now."""
    frame = _frame(machine, func)
    machine.world.frame(frame).update(bind_parameters(machine, func, args))
    return Generator(func, frame)


def _cached(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> Value:
    """A function under `lru_cache`: what it gave for the same arguments, as long as these are known."""
    key = (func.node, tuple(args.pos), tuple(args.kw.items()))
    found = machine.world.frames.get(CACHED, {}).get(key)
    if found is None:
        found = machine.choose(lambda: _remembered(machine, func, args, node))
        machine.world.frame(CACHED)[key] = found
    return found


def _remembered(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> list[Outcome]:
    """A helper that did nothing to a model and gave an unknown value gives it again for the same arguments. One that
    left nothing in the trace either is not run again."""
    world = machine.world
    # one that tries a model out tells another tale once that is trained
    moment = world.life.version if any(isinstance(value, ModelRef) for value in args.values()) else 0
    at = (args.open, world.muted, world.crashed, moment)
    key = (func.node, func.frame, tuple(args.pos), tuple(args.kw.items()), at)
    found = machine.unknown_results.get(key)
    if found is not None and found.silent:
        for term in found.made_of:
            renew(machine, term, node)
        return [Outcome(found.value, world)]
    version, events, given = world.life.version, len(machine.events), len(machine.given_terms)
    outcomes = invoke(machine, func, args, node)
    returned = [outcome for outcome in outcomes if not isinstance(outcome.value, Raised)]
    if len(returned) != 1:
        return outcomes
    value, after = returned[0]
    if isinstance(value, Raised) or not _is_open(value):
        return outcomes
    if after.life.version != version or not after.assumed.keys() <= world.assumed.keys():
        return outcomes
    if found is None:
        made_of = [term for term in machine.given_terms[given:] if mentions(terms_of(value), term)]
        silent = len(machine.events) == events and len(outcomes) == 1
        machine.unknown_results[key] = Remembered(value, made_of, silent)
        return outcomes
    return [Outcome(found.value, after) if outcome is returned[0] else outcome for outcome in outcomes]


def _is_open(value: Value) -> TypeGuard[Sym | Gate]:
    """Is a value unknown, or one of several that are unknown or constants?"""
    return isinstance(value, Sym) or (
        isinstance(value, Gate) and all(isinstance(leaf, (Sym, Const)) for leaf in leaves(value))
    )


def _frame(machine: Machine, func: Func) -> Oid:
    """A frame that no other call of the function uses in this world."""
    n = 0
    site = machine.site(func.node, func.module)
    while (site, n) in machine.world.frames:
        n += 1
    frame: Oid = (site, n)
    machine.parents[frame] = func.frame
    return frame


def invoke(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> list[Outcome]:
    """All outcomes of a call on the current world."""
    if _too_deep(machine, func, args):
        _pass_over(machine, func, args, node)
        return [Outcome(machine.unknown(node, "deep"), machine.world)]
    frame = _frame(machine, func)
    machine.world.frame(frame).update(bind_parameters(machine, func, args))
    outcomes = run_frame(machine, func, frame, node)
    given = spelled(args)
    if not given:
        return outcomes
    site = machine.site(node)
    return [given_back(outcome, given, site) for outcome in outcomes]


def _too_deep(machine: Machine, func: Func, args: Args) -> bool:
    deep = sum(1 for running in machine.stack if running.function is func.node)
    if deep < DEEPEST_BLIND:
        return len(machine.stack) >= DEEPEST_CALL
    given = [*args.pos, *args.kw.values()]
    if any(isinstance(value, Sym) and module_at(machine, value.term) is not None for value in given):
        return deep >= DEEPEST_CALL  # it walks through a model
    if deep >= DEEPEST_RECURSION or len(machine.stack) >= DEEPEST_CALL:
        return True
    rest = given[1:] if given and _is_instance(machine, given[0]) else given  # of a method, whatever its instance holds
    blind = any(type(value) is Sym for value in rest) or not rest
    return blind and all(_goes_along(machine, value) for value in rest) and not models_in(machine, given)


def _goes_along(machine: Machine, value: Value) -> bool:
    """Is it unknown, or what a walk through unknown data takes along: the path so far, what it has gathered, a setting
    that stays as it is? A number that is counted says how deep it goes."""
    if isinstance(value, Const):
        counts = isinstance(value.value, int | float) and not isinstance(value.value, bool)
        return not counts or value in machine.world.frames.get(machine.frame, {}).values()
    if isinstance(value, ObjRef):
        return not _is_instance(machine, value)
    return isinstance(value, Sym | Text)


def _pass_over(machine: Machine, func: Func, args: Args, node: cst.CSTNode) -> None:
    """A call that is not followed does what code that is not seen may do to the models that it gets, or mentions."""
    models = [ModelRef(oid) for oid in (*models_in(machine, args.values()), *led_to(machine, func))]
    if models:
        hand_over(machine, models, node)
        machine.note(
            f"calls more than {DEEPEST_CALL} deep, or {DEEPEST_RECURSION} deep of one function, were not followed"
        )


def _is_instance(machine: Machine, value: Value) -> bool:
    return isinstance(value, ObjRef) and isinstance(machine.world.heap.get(value.oid), InstRec)


def run_frame(machine: Machine, func: Func, frame: Oid, node: cst.CSTNode) -> list[Outcome]:
    """Runs a function's body on a frame that holds its arguments."""
    scope = machine.scope()
    exits = Exits()
    machine.exits = exits
    machine.stack = [*machine.stack, Running(machine.site(node), machine.statement, machine.frame, func.node)]
    machine.module, machine.frame = func.module, frame
    if func.owner is not None:
        machine.owners[frame] = func.owner
    world = machine.world
    ended: list[tuple[Value, World]]
    try:
        if isinstance(func.node, cst.FunctionDef):
            ended = [(NONE, after) for after in machine.block(func.node.body, [world])]
        else:
            body = func.node.body
            ended = machine.explore(world, lambda: machine.evaluate(body))
        exits.returns += ended
    finally:
        machine.enter_scope(scope)
    outcomes = [Outcome(value, after) for value, after in _returned(machine, frame, exits, node)]
    for error, after in exits.raises:
        _leave(machine, frame, after)
        outcomes.append(Outcome(error, after))
    return outcomes


def _returned(machine: Machine, frame: Oid, exits: Exits, node: cst.CSTNode) -> list[tuple[Value, World]]:
    """What a call returns, with the worlds joined that agree: the value rides along as a variable."""
    if len(exits.returns) == 1:
        _leave(machine, frame, exits.returns[0][1])
        return exits.returns
    carrier: Oid = (RESULT, 0)
    for value, world in exits.returns:
        world.frame(carrier)[RESULT] = value
        _leave(machine, frame, world)
    joined: list[tuple[Value, World]] = []
    for world in machine.fold([world for _, world in exits.returns], node):
        joined.append((world.frames[carrier][RESULT], world))
        world.drop_frame(carrier)
    return joined


def _leave(machine: Machine, frame: Oid, world: World) -> None:
    """Local variables end with the call, unless a function that was defined there still sees them."""
    if frame not in machine.captured:
        world.drop_frame(frame)


def call_method(machine: Machine, method: Method, args: Args, node: cst.CSTNode) -> Value:
    return machine.call(method.func, Args([method.self, *args.pos], args.kw, args.open), node)


def call_partial(machine: Machine, partial: Partial, args: Args, node: cst.CSTNode) -> Value:
    joined = Args([*partial.args, *args.pos], {**dict(partial.kwargs), **args.kw}, args.open)
    return machine.call(partial.func, joined, node)


def resume(machine: Machine, generator: Generator, args: Args, node: cst.CSTNode) -> Value:
    """Runs a generator to its end; what it yields goes to `machine.yielding`."""
    numbered = generator.start is not None and machine.yielding
    if numbered:
        machine.yielding.append(partial(_number, machine, generator, machine.yielding[-1]))
    try:
        return machine.choose(lambda: run_frame(machine, generator.func, generator.call, node))
    finally:
        if numbered:
            machine.yielding.pop()


def _number(machine: Machine, generator: Generator, deliver: Callable[[Value], None], item: Value) -> None:
    """What `enumerate` makes of the value that a generator yields; the numbers of many are not told apart."""
    variables = machine.world.frame(generator.call)
    number = variables.get(NUMBER, Const(generator.start))
    if isinstance(number, Const):
        last = number.value >= (generator.start or 0) + UNROLL
        variables[NUMBER] = Sym(("index", generator.call)) if last else Const(number.value + 1)
    deliver(Tup((number, item)))


def function_value(
    machine: Machine, node: cst.FunctionDef | cst.Lambda, owner: Cls | None = None, kind: str = ""
) -> Func:
    """A function as it is defined here: its defaults are computed now, its variables live as long as it does."""
    defaults: list[tuple[str, Value]] = []
    params = node.params
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            value = machine.evaluate(param.default)
            defaults.append((param.name.value, machine.unknown(param.default) if large(value) else value))
    frame = machine.frame
    if owner is not None and frame == owner.frame:
        outer = machine.parents.get(frame)
        frame = outer if outer is not None else machine.module.frame
    machine.captured.add(frame)
    return Func(machine.module, node, frame, tuple(defaults), owner, kind)


def lambda_(machine: Machine, node: cst.Lambda) -> Value:
    return function_value(machine, node)


def call_instance(machine: Machine, value: ObjRef, args: Args, node: cst.CSTNode) -> Value:
    """`instance(...)`: its `__call__`, or what calling it means for its library class."""
    method = machine.get(value, "__call__", node)
    if isinstance(method, (Method, Bound)):
        return machine.call(method, args, node)
    record = machine.world.heap.get(value.oid)
    if isinstance(record, InstRec):
        return machine.parts.call_object(machine, value, record, args, node)
    return machine.unknown(node)
