"""The interpreter, put together, and how an entry script is run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import libcst as cst

from lora_lint.flow import classes, models, unknowns
from lora_lint.flow.calls import foreign, functions, library, methods
from lora_lint.flow.expressions import EXPRESSIONS
from lora_lint.flow.gradients import leave_out_passing
from lora_lint.flow.machine import Machine, Parts
from lora_lint.flow.modules import Loader, Module, Site, no_loader
from lora_lint.flow.objects import attributes, enums, instances
from lora_lint.flow.objects.annotations import class_named, instance_of
from lora_lint.flow.quiet import Quiet
from lora_lint.flow.scope import Started
from lora_lint.flow.statements import COMPOUND, SIMPLE, TARGETS
from lora_lint.flow.statements.cases import case_as_test
from lora_lint.flow.uncalled import finish_raises, uncalled
from lora_lint.flow.values import Bound, Cls, Const, Func, Generator, Lib, Method, ModelRef, ObjRef, Param, Partial, Sym
from lora_lint.flow.verbs import VERBS, contexts, exit_stacks, parameters, pipelines, state_dicts
from lora_lint.flow.verbs.other_base import note_other_runs
from lora_lint.flow.worlds.exits import Exits, OutOfSteps
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge.tables import Knowledge
from lora_lint.lifecycle.mentioned import Mentioned
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import Asked, Left, Lifecycle, Test, nothing

PARTS = Parts(
    simple=SIMPLE,
    compound=COMPOUND,
    expressions={**EXPRESSIONS, cst.Lambda: functions.lambda_},
    targets=TARGETS,
    getters={
        **attributes.GETTERS,
        **enums.GETTERS,
        ModelRef: models.get_from_model,
        Bound: models.get_from_bound,
        Param: parameters.get_from_param,
        Sym: unknowns.get_from_unknown,
    },
    setters={
        **attributes.SETTERS,
        ModelRef: models.set_on_model,
        Param: parameters.set_on_param,
        Sym: unknowns.set_on_unknown,
    },
    callers={
        Func: functions.call_function,
        Method: functions.call_method,
        Partial: functions.call_partial,
        Generator: functions.resume,
        Cls: classes.instantiate,
        ObjRef: functions.call_instance,
        Lib: library.call_library,
        Bound: methods.call_bound,
        ModelRef: models.call_forward,
        Sym: foreign.call_unknown,
        Const: foreign.call_unknown,
    },
    verbs=VERBS,
    enter=contexts.enter,
    leave=contexts.leave,
    suppresses=contexts.suppresses,
    call_model=models.call_model,
    call_weights=state_dicts.weights_method,
    call_object=methods.call_object,
    call_unknown=foreign.call_unknown,
    call_method_of_unknown=unknowns.call_method_of_unknown,
    construct=library.construct,
    make_instance=classes.make_instance,
    method_of=instances.method_of,
    component=pipelines.component,
    class_named=class_named,
    instance_of=instance_of,
)


def interpret(
    module: Module,
    knowledge: Knowledge,
    loader: Loader = no_loader,
    *,
    alone: bool = True,
    states: bool = False,
    everything: bool = True,
    started: Started | None = None,
    left_beside: Callable[[Place], Sequence[Left]] = nothing,
    quiet: Quiet | None = None,
) -> Lifecycle:
    """Runs an entry script on abstract values: its top level, then the functions and classes nobody called.

    `alone` is false for a module that others import: what it does not call itself is theirs to call. With `states` the
    state of every expression that holds a model is recorded, for editors. Without `everything`, functions and classes
    that nobody called and that cannot lead to a finding are left out. `started` is how it is run, where that is
    known. `left_beside` says what the project's other scripts leave in a place. `quiet` goes from script to script.
    """
    machine = Machine(PARTS, knowledge, loader)
    machine.started = started or Started()
    if states:
        machine.states = {}
    machine.module = module
    machine.frame = module.frame
    machine.follow(module)
    machine.parents[module.frame] = None
    start = World()
    start.frame(module.frame)
    try:
        worlds = _top_level(machine, module, start)
        if alone:
            machine.alone = True
            uncalled(machine, module, worlds, everything, quiet or Quiet())
    except OutOfSteps:
        machine.note("the step budget was spent: the rest of the script was not followed")
    except RecursionError:
        machine.note("the script is nested too deeply: not all of it was followed")
    mentioned = partial(_mentioned, machine.modules)
    asked = _asked(knowledge)
    leave_out_passing(machine.events)
    found = Lifecycle(machine.events, machine.endings, machine.notes, _code, _test, machine.states, asked, mentioned)
    found.left_beside, found.by_default, found.rows_of = left_beside, partial(_by_default, machine), _rows
    note_other_runs(knowledge, found)
    found.steps, found.blurred = machine.steps, machine.blurred
    found.passes = machine.passes
    found.release_tests = {site: asked for site, asked in machine.release_tests.items() if asked}
    return found


def _by_default(machine: Machine, term: Hashable) -> Hashable:
    usual = machine.usual.get(term) if isinstance(term, tuple) else None
    return usual.value if usual is not None else term


def _mentioned(modules: list[Module]) -> Mentioned:
    return Mentioned(module.text for module in modules)


def _asked(knowledge: Knowledge) -> Callable[[str, str], Asked]:
    """The question after releases, in the words of the lifecycle."""
    words = {True: Sure.YES, False: Sure.NO, None: Sure.MAYBE}

    def asked(library: str, wanted: str) -> Asked:
        holds, specifier, place = knowledge.runs_with(library, wanted)
        return Asked(words[holds], specifier, place)

    return asked


def _code(site: object, node: cst.CSTNode) -> str:
    assert isinstance(site, Site)
    return " ".join(site.module.code(node).split())


def _rows(site: object) -> str:
    assert isinstance(site, Site)
    return site.module.rows(site.node)


def _test(site: object) -> Test:
    assert isinstance(site, Site)
    if isinstance(site.node, cst.MatchPattern) and isinstance(site.near, cst.Match):
        return Test(case_as_test(lambda node: _code(site, node), site.near.subject, site.node), written=False)
    return Test(_code(site, site.node))


def _top_level(machine: Machine, module: Module, start: World) -> list[World]:
    machine.exits = exits = Exits()
    worlds = exits.through(
        lambda: machine.block(module.tree.body, [start]), lambda ended: exit_stacks.run_at_exit(machine, ended)
    )
    machine.finish(worlds, "end")
    finish_raises(machine, exits)
    return worlds + [world for _, world in exits.raises]
