"""A trainer that evaluates between steps, and what the next step finds behind that, or behind a callback."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.provenance import gradients_of
from lora_lint.flow.scope import Args
from lora_lint.flow.tried import note_test
from lora_lint.flow.values import Const, InstRec, Method, ModelRef, ObjRef, Value
from lora_lint.flow.verbs.trainer_settings import setting
from lora_lint.flow.verbs.trainers import accepted, own_method
from lora_lint.flow.verbs.training import switched_off, train
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Oid

EVERY = 500  # steps, where the arguments do not say of how many
EVALUATED = {"steps": "max_steps", "epoch": "num_train_epochs"}  # by `eval_strategy`: what says how often it can be


def _evaluate(call: LibCall) -> Value:
    """`trainer.evaluate()`, `trainer.predict(rows)`: nothing changes."""
    found = call.instance()
    model = found[1].fields.get("model") if found is not None else None
    model = call.machine.settle(model, call.node) if model is not None else None
    if isinstance(model, ModelRef):
        note_test(call.machine, model.oid, call.node)
    return call.unknown(models=gradients_of(call.machine, call.args.values()))


def evaluate_between(machine: Machine, ref: ObjRef, record: InstRec, model: Value, node: cst.CSTNode) -> bool:
    """The script's own `evaluate` is called between steps, where the arguments ask for that: as
    `self.evaluate(ignore_keys=...)` (transformers 4.46, 5.23). Has it switched the
    adapters off, perhaps behind the last step?"""
    own, asked = own_method(machine, record, "evaluate"), setting(machine, record, "eval_strategy")
    often = EVALUATED.get(str(asked.value)) if isinstance(asked, Const) else None
    more = _steps_behind(machine, record) if often == "max_steps" else True
    if own is None or often is None or more is None:
        return False
    assumed, before, off = len(machine.world.assumed), _open_in(machine, model), _is_off(machine, model)
    given: dict[str, Value] = {"ignore_keys": machine.unknown(node, "ignore_keys")}
    machine.call(Method(own, ref), Args([], accepted(own, given)), node)
    if not more or len(machine.world.assumed) != assumed:
        return _is_off(machine, model) and not off
    train_again(machine, record, model, often, node)
    if before and isinstance(model, ModelRef) and not _open_in(machine, model):
        train(machine, frozenset({model.oid}), node, Trained("trainer"))
    return False


def _steps_behind(machine: Machine, record: InstRec) -> bool | None:
    """Do steps come behind one after which a trainer evaluates, that does so by their number? None where it may never
    evaluate."""
    given = (setting(machine, record, name) for name in ("max_steps", "eval_steps", "logging_steps"))
    most, every, logged = (value.value if isinstance(value, Const) else value for value in given)
    every = every or logged or EVERY
    if most is None:
        return True
    if not isinstance(most, int) or not isinstance(every, (int, float)) or most < every:
        return None
    return most > every


def _open_in(machine: Machine, model: Value) -> list[Oid]:
    """The adapters of a model that its next step trains."""
    life = machine.world.life
    if not isinstance(model, ModelRef) or model.oid not in life.models:
        return []
    return [adapter for adapter in life.active(model.oid) if life.adapters[adapter].frozen is None]


def train_again(machine: Machine, record: InstRec, model: Value, often: str, node: cst.CSTNode) -> None:
    """The next step or epoch behind a callback that has left the adapter merged or switched off."""
    if isinstance(model, ModelRef) and _is_off(machine, model):
        if setting(machine, record, often) != Const(1):
            train(machine, frozenset({(("off", model.oid), 0)}), node, Trained("trainer"))


def _is_off(machine: Machine, model: Value) -> bool:
    """Are the model's adapters switched off, or merged in place?"""
    life = machine.world.life
    return isinstance(model, ModelRef) and model.oid in life.models and switched_off(life, model.oid)


VERBS: dict[str, Verb] = {"evaluate": _evaluate}
