"""A look back at one moment of a run: what a name or an expression was worth then, and how a value could be written.

Fixes need it: a line can only be moved or added where its names mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Module
from lora_lint.flow.objects.strings import atoms_of, is_path, place_of
from lora_lint.flow.values import DictRec, Gate, InstRec, ListRec, ModelRef, ObjRef, Value
from lora_lint.flow.worlds.exits import Exits, Gone, OutOfSteps, Raised
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid


class Level(NamedTuple):
    """One function on the way to the moment: its module and variables, and the statement that was being run."""

    module: Module
    frame: Oid
    statement: cst.CSTNode | None
    plain: bool  # false in a lambda or comprehension, where no statement can be put


class View:
    """The world at one moment, and the functions that were running."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.world: World = machine.world.copy()
        self._calls = machine.stack
        self._last = machine.module, machine.frame, machine.statement, machine.frame not in machine.comprehensions

    @cached_property
    def levels(self) -> list[Level]:
        """The functions that were running, outermost first. Most moments are never looked back at."""
        found: list[Level] = []
        plain = True
        for running in self._calls:
            found.append(Level(running.site.module, running.frame, running.statement, plain))
            plain = isinstance(running.function, cst.FunctionDef)
        module, frame, statement, own = self._last
        found.append(Level(module, frame, statement, plain and own))
        return found

    def value(self, node: cst.CSTNode, level: Level) -> Value | None:
        """What an expression is worth there and then; None where that is not certain."""
        machine = self._machine
        scope = machine.scope()
        with Aside(machine):
            machine.module, machine.frame, machine.exits = level.module, level.frame, Exits()
            try:
                found = machine.explore(self.world.copy(), lambda: machine.evaluate(node))
            except (Gone, Raised, OutOfSteps, RecursionError):
                return None
            finally:
                machine.enter_scope(scope)
        return found[0][0] if len(found) == 1 else None

    def place(self, node: cst.CSTNode, level: Level) -> Place | None:
        """The directory that an expression names there and then."""
        return place_of(self.world, self.value(node, level), self._machine.usual)

    def has_changed(self, name: str, level: Level, later: View) -> bool:
        """Does a variable hold something else at a later moment, or has an object that it leads to changed by then?

        What it holds may hang on tests that were not made yet.
        """
        value, then = (dict(view.variables(level)).get(name) for view in (self, later))
        if value != then:
            return True
        return any(self.world.heap.get(oid) != later.world.heap.get(oid) for oid in self._led_to(value))

    def _led_to(self, value: Value | None) -> set[Oid]:
        found: set[Oid] = set()
        todo: list[object] = [value]
        while todo:
            current = todo.pop()
            if isinstance(current, Gate):
                todo += [current.then, current.other]
            elif isinstance(current, tuple):
                todo += current
            elif isinstance(current, ObjRef) and current.oid not in found:
                found.add(current.oid)
                record = self.world.heap.get(current.oid)
                if isinstance(record, InstRec):
                    todo += record.fields.values()
                elif isinstance(record, (DictRec, ListRec)):
                    todo += record.items
        return found

    def ends_in_slash(self, node: cst.CSTNode, level: Level) -> bool:
        """Does a text, as the script gives it or an option's default has it, end in a slash? A path never does."""
        value = self.value(node, level)
        atoms = atoms_of(self.world, value) if value is not None and not is_path(value) else None
        last = atoms[-1] if atoms else ""
        if isinstance(last, tuple) and last in self._machine.usual:
            last = self._machine.usual[last].value
        return isinstance(last, str) and last.endswith(("/", "\\"))

    def variables(self, level: Level) -> Iterator[tuple[str, Value]]:
        """The variables that are visible, the nearest first."""
        seen: set[str] = set()
        frame: Oid | None = level.frame
        while frame is not None:
            for name, value in self.world.frames.get(frame, {}).items():
                if isinstance(name, str) and name.isidentifier() and name not in seen:
                    seen.add(name)
                    yield name, value
            frame = self._machine.parents.get(frame)

    def names(self, level: Level) -> Iterator[tuple[str, Value]]:
        """The variables that are visible, and then the attributes of instances among them."""
        instances: list[tuple[str, ObjRef]] = []
        for name, value in self.variables(level):
            yield name, value
            if isinstance(value, ObjRef):
                instances.append((name, value))
        for name, reference in instances:
            record = self.world.heap.get(reference.oid)
            if isinstance(record, InstRec):
                for field, value in record.fields.items():
                    if field.isidentifier():
                        yield f"{name}.{field}", value

    def model_names(self, oid: Oid, level: Level) -> list[str]:
        """How a model can be written there."""
        return [name for name, value in self.names(level) if isinstance(value, ModelRef) and value.oid == oid]

    def place_names(self, place: Place, level: Level) -> list[str]:
        """How a directory can be written there by a name."""
        found = []
        for name, value in self.names(level):
            if atoms_of(self.world, value) is not None:
                named = place_of(self.world, value, self._machine.usual)
                if named is not None and named.segments == place.segments:
                    found.append(name)
        return found


def view_of(machine: Machine) -> View:
    """The present moment, kept for later."""
    return View(machine)
