"""Methods of objects that are not known, where the name alone says enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.calls.foreign import take_places
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.instances import ATTRIBUTES
from lora_lint.flow.objects.openings import any_part, open_part, replace_child, within
from lora_lint.flow.objects.parts import inside, listing, module_at
from lora_lint.flow.objects.provenance import MADE_UP, gradients_of, is_made_up, parameters_of
from lora_lint.flow.objects.strings import place_of
from lora_lint.flow.renewal import renew
from lora_lint.flow.scope import Args
from lora_lint.flow.tried import note_test
from lora_lint.flow.unseen_steps import STEP, note_step
from lora_lint.flow.values import (
    NONE,
    TRUE,
    Bound,
    Const,
    DictRec,
    Func,
    Method,
    ModelRef,
    ObjRef,
    Param,
    Partial,
    Sym,
    Term,
    Tup,
    Value,
    const,
)
from lora_lint.flow.verbs.checkpointing import run_as_forward
from lora_lint.flow.verbs.new_tokens import learn_roles, note_tokens, texts_of
from lora_lint.flow.verbs.parameters import set_requires_grad
from lora_lint.flow.verbs.reports import record
from lora_lint.flow.verbs.training import train
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.once import dated, is_once
from lora_lint.flow.worlds.signs import NATURAL, never_negative
from lora_lint.flow.worlds.terms import make, part_of
from lora_lint.flow.worlds.world import MATERIAL
from lora_lint.knowledge import bare, kinds, measures, names
from lora_lint.knowledge.rows import Plain
from lora_lint.lifecycle.events.disk import SavedBeside
from lora_lint.lifecycle.events.script import Taken
from lora_lint.lifecycle.records import Oid


def get_from_unknown(machine: Machine, value: Sym, name: str, node: cst.CSTNode) -> Value:
    """`unknown.name`: what was set there, and a sign of a PeftModel where only that has it."""
    stored = machine.world.frames.get(ATTRIBUTES)
    if stored is not None and (value.term, name) in stored:
        return stored[value.term, name]
    if value.kind:
        known = machine.knowledge.attribute(value.kind, name)
        if isinstance(known, Plain):
            return const(known.value)
    if value.kind == names.PARAMETER and name in bare.SAME_WEIGHT:
        return Bound(value, name)
    if name in kinds.PEFT_ONLY:
        machine.emit(node, None, Taken(name))
    if name == names.MODEL_TYPE and (told := _model_type(machine, value.term)) is not None:
        return Const(told)
    return Sym(part_of(machine.site(node), "attribute", value.term, name), value.models)


def _model_type(machine: Machine, owner: Term) -> str | None:
    """`model.config.model_type`, of a model whose name tells it."""
    life = machine.world.life
    match owner:
        case ("attribute", oid, "config") if oid in life.models:
            return machine.knowledge.model_type(life.base(oid).source)
    return None


def set_on_unknown(machine: Machine, value: Sym, name: str, new: Value, node: cst.CSTNode) -> None:
    """`unknown.name = new`: remembered, and where it opens a part of a model for training, noted."""
    if name == bare.OPENING:
        open_part(machine, value.term, value.models, machine.known(new), node)
    replace_child(machine, value, new, node)
    machine.world.frame(ATTRIBUTES)[value.term, name] = new
    if name == bare.FORWARD and isinstance(new, (Func, Method, Partial)):
        for oid in within(value.term):
            if oid in machine.world.life.models:
                run_as_forward(machine, oid, new, node)


# -- methods -----------------------------------------------------------------------------------------------------------


class Called(NamedTuple):
    """A method of something unknown being called: `models` are those that it was computed from."""

    machine: Machine
    owner: object
    name: str
    models: frozenset[Oid]
    args: Args
    node: cst.CSTNode

    @property
    def given(self) -> frozenset[Oid]:
        """The models that the arguments were computed from."""
        return gradients_of(self.machine, self.args.values())

    @property
    def first(self) -> Value | None:
        return self.machine.settle(self.args.pos[0], self.node) if self.args.pos else None


def call_method_of_unknown(
    machine: Machine, owner: object, name: str, models: frozenset[Oid], args: Args, node: cst.CSTNode
) -> Value | None:
    """`loss.backward()` trains what the loss was computed from; None where the name says nothing."""
    if name == STEP:
        note_step(machine, owner, node)
    if name.startswith(bare.SETTERS) and isinstance(owner, tuple):
        _set_as_named(machine, owner, name.partition("_")[2], args, node)
    word = bare.METHODS.get(name)
    return METHODS[word](Called(machine, owner, name, models, args, node)) if word is not None else None


def _set_as_named(machine: Machine, owner: Term, name: str, args: Args, node: cst.CSTNode) -> None:
    """`trainee.set_model(get_peft_model(trainee.model, config))`: of an object that had a model of that name before."""
    [model] = args.pos if len(args.pos) == 1 and not args.kw else [None]
    had = part_of(machine.site(node), "attribute", owner, name)
    if isinstance(model, ModelRef) and had in machine.world.frames.get(MATERIAL, {}):
        machine.set(ObjRef(owner) if owner in machine.world.heap else Sym(owner), name, model, node)


def _train(call: Called) -> Value:
    train(call.machine, call.models | call.given, call.node)
    return NONE


def _made_of_it(call: Called) -> Value:
    """`loss.mean()`, `model.cuda()`: another value each time, where it is one of another object."""
    if call.name in bare.READING:
        for oid in within(call.owner):
            if oid in call.machine.world.life.models:
                note_test(call.machine, oid, call.node)
    take_places(call.machine, call.args.values(), call.node)  # `archive.add(folder)`
    renew(call.machine, call.machine.unknown(call.node).term, call.node)
    more: tuple[str, ...] = ()
    if isinstance(call.owner, tuple) and is_made_up(Sym(call.owner)) and not call.given:
        more = (MADE_UP,)
    elif call.name in measures.ALWAYS or (call.name in measures.OF_TENSORS and never_negative(call.owner)):
        more = (NATURAL,)
    return call.machine.unknown(call.node, *more, models=call.models | call.given)


def _its_parts(call: Called) -> Value:
    """`layer.modules()`: of a model, as all that is within it."""
    part = module_at(call.machine, call.owner)
    if part is not None and not call.args.pos and not call.args.kw and not call.args.open:
        return listing(part, call.name, call.node, call.machine, call.models)
    return _any_of_them(call)


def _any_of_them(call: Called) -> Value:
    for oid in within(call.owner):
        if oid in call.machine.world.life.models:
            return any_part(call.machine, oid, call.node, call.models)
    return call.machine.unknown(call.node, models=call.models)


def _its_parameters(call: Called) -> Value:
    """`unknown.parameters()`: an optimizer may be made of them."""
    part, deep = module_at(call.machine, call.owner), call.args.kw.get("recurse", TRUE)
    if part is not None and not call.args.pos and {*call.args.kw} <= {"recurse"} and isinstance(deep, Const):
        return _known_parameters(call, inside(call.machine.world.life, part, deep=bool(deep.value)))
    if any(oid in call.machine.world.life.models for oid in within(call.owner)) or not isinstance(call.owner, tuple):
        return _any_of_them(call)
    return parameters_of(call.machine, call.owner, call.node, call.models)


def _known_parameters(call: Called, params: list[Param]) -> Value:
    """There may be others, of modules that nothing stands for."""
    items: list[Value] = [*params]
    if call.name.startswith("named_"):
        items = [Tup((call.machine.unknown(call.node, str(n)), param)) for n, param in enumerate(params)]
    return Tup(tuple(items), open=bool(items))


def _open(call: Called) -> Value:
    opened = call.args.get("requires_grad", 0) or TRUE
    part = module_at(call.machine, call.owner)
    for param in inside(call.machine.world.life, part) if part is not None else ():
        set_requires_grad(call.machine, param, call.machine.known(opened), call.node)
    open_part(call.machine, call.owner, call.models, call.machine.known(opened), call.node)
    return call.machine.unknown(call.node, models=call.models)


def _item(call: Called) -> Value | None:
    """`settings.get("merge")`: the same each time."""
    key = call.args.pos[0] if call.args.pos else None
    if not isinstance(key, Const) or not isinstance(key.value, str):
        return None
    return Sym(make(call.machine.site(call.node), "item", call.owner, *call.args.pos), call.models)


def _of_text(call: Called) -> Value | None:
    """`settings.get("method").lower()`: the same each time, for the same arguments."""
    if call.args.kw or call.args.open or not all(isinstance(arg, Const) for arg in call.args.pos):
        return None
    return Sym(make(call.machine.site(call.node), "of a text", call.name, call.owner, *call.args.pos), call.models)


def _push(call: Called) -> Value | None:
    """`SomeClass.push_to_hub(model, repo)`."""
    model = call.first
    if not isinstance(model, ModelRef):
        return None
    rest = Args(call.args.pos[1:], call.args.kw, call.args.open)
    return call.machine.call(call.machine.get(model, call.name, call.node), rest, call.node)


def _save(call: Called) -> Value | None:
    """`SomeClass.save_pretrained(model, out)`, or a tokenizer or the like is saved."""
    machine, node = call.machine, call.node
    saved = _push(call)
    if saved is None and call.first is not None and isinstance(node, cst.Call):
        place = place_of(machine.world, call.first, machine.usual)
        path = node.args[0].value if node.args else None
        machine.emit(node, None, SavedBeside(place=place, path_node=path, view=view_of(machine)))
    return saved


def _new_tokens(call: Called) -> None:
    """A tokenizer learns words that the model is to learn."""
    if call.first is not None and not isinstance(_first_record(call), DictRec):
        note_tokens(call.machine, texts_of(call.machine, call.first))


def _special_tokens(call: Called) -> None:
    """By their roles: a padding token needs no learning."""
    roles = _first_record(call)
    if isinstance(roles, DictRec) and not roles.open:
        learn_roles(call.machine, [(key.value, token) for key, token in roles.items if isinstance(key, Const)])


def _first_record(call: Called) -> object:
    given = call.first
    return call.machine.world.heap.get(given.oid) if isinstance(given, ObjRef) else None


def _recorded(call: Called) -> None:
    """`results.to_csv(name)`: a table of results, or a line of them."""
    record(call.machine, call.args, call.node)


def _dated(call: Called) -> Value | None:
    """`datetime.now().strftime("%Y%m%d-%H%M%S")`: as another one each time as the time is that it is of."""
    form = call.first if len(call.args.pos) == 1 and not call.args.kw else None
    if isinstance(form, Const) and isinstance(form.value, str) and is_once(call.owner):
        return Sym(dated(call.owner, form.value))
    return None


METHODS: Mapping[str, Callable[[Called], Value | None]] = {  # by the word that `knowledge.bare` has for a name
    "train": _train,
    "made of it": _made_of_it,
    "its parts": _its_parts,
    "its parameters": _its_parameters,
    "open": _open,
    "item": _item,
    "of a text": _of_text,
    "save": _save,
    "push": _push,
    "new tokens": _new_tokens,
    "special tokens": _special_tokens,
    "record": _recorded,
    "dated": _dated,
}
