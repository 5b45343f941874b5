"""Forward, backward, optimizers, freezing: what gets trained."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

import libcst as cst

from lora_lint.flow.calls.callbacks import FROM_ELSEWHERE
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.provenance import MADE_UP, gradients_of, is_made_up
from lora_lint.flow.tried import note_test
from lora_lint.flow.values import NONE, TRUE, Const, Value
from lora_lint.flow.verbs.parameters import layers_closed_at
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import leaves
from lora_lint.flow.worlds.world import NOTES
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Frozen, Keeping, Oid

BACKWARD = Trained("backward")


def _forward(call: LibCall) -> Value:
    """`model(**batch)`: what comes out knows which model made it, unless no gradient is wanted."""
    machine = call.machine
    oid = call.target()
    life = machine.world.life
    life.use(oid)
    given = gradients_of(machine, call.args.values())
    _note_made_up(call, oid)
    off = switched_off(life, oid)
    if call.name != "generate" and not off:
        _note_pass(call, oid)
    if machine.world.muted or call.name == "generate":
        note_test(machine, oid, call.node)
        return call.unknown(models=given)
    if off:
        machine.world.frame(NOTES)[oid, "ran while off"] = Const(True)
        return call.unknown(models=given | {(("off", oid), 0)})
    return call.unknown(models=given | {oid})


def _note_pass(call: LibCall, oid: Oid) -> None:
    """Where the model is run with its adapters on, and whether a gradient may come to them."""
    machine, life, site = call.machine, call.machine.world.life, call.machine.site(call.node)
    for adapter in life.active(oid):
        places = machine.passes.setdefault(life.adapters[adapter].site, {})
        places[site] = places.get(site, False) or not machine.world.muted


def _note_made_up(call: LibCall, oid: Oid) -> None:
    """Does the model see nothing but tensors that the script fills by itself? They teach it nothing."""
    machine = call.machine
    key = machine.world.life.root(oid), MADE_UP
    tensors = [leaf for value in call.args.values() for leaf in leaves(value) if not isinstance(leaf, Const)]
    holds = bool(tensors) and not call.args.open and all(is_made_up(leaf) for leaf in tensors)
    if holds or key in machine.world.frames.get(NOTES, {}):
        machine.world.frame(NOTES)[key] = Const(holds)


def switched_off(life: Life, oid: Oid) -> bool:
    """The adapters have no effect on a forward pass: disabled, or merged in place."""
    peft = life.peft(oid)
    return _disabled(life, oid) or (peft is not None and peft.folded is not None)


def _disabled(life: Life, oid: Oid) -> bool:
    """The adapters are disabled: they are no part of a training either."""
    peft = life.peft(oid)
    if peft is not None:
        return peft.disabled is not None
    base = life.base(oid)
    return base.disabled is not None and bool(base.layers)


def train(machine: Machine, oids: frozenset[Oid], node: cst.CSTNode, asked: Trained = BACKWARD) -> None:
    """A step of training for the models that a loss was computed from; `asked` is what the call says of it."""
    life = machine.world.life
    off = {oid[0][1] for oid in oids if isinstance(oid[0], tuple) and oid[0][:1] == ("off",)}
    # a pass with the adapters off adds nothing where another one had them on
    trained = [(oid, oid not in oids) for oid in life.models if oid in oids or oid in off]
    for oid, is_off in sorted(trained, key=itemgetter(1)):
        _train_one(machine, oid, node, asked, off=is_off)


def _train_one(machine: Machine, oid: Oid, node: cst.CSTNode, asked: Trained, *, off: bool) -> None:
    life = machine.world.life
    site = machine.site(node)
    active = life.active(oid)
    for adapter in active:
        record = life.adapters[adapter]
        if isinstance(record.undecided, Value) and machine.known(record.undecided) is False:
            life.freeze(adapter, Frozen("loaded", record.site))
    disabled = off or _disabled(life, oid)
    open_ = [a for a in active if life.adapters[a].frozen is None]
    frozen = [a for a in active if life.adapters[a].frozen is not None]
    noted = _noted_on(machine, oid)
    machine.emit(
        node,
        oid,
        asked._replace(
            adapters=tuple(open_) if not disabled else (),
            frozen=tuple(frozen),
            disabled=disabled,
            active=tuple(active),
            held=tuple(life.held(oid)),
            half=tuple(a for a in open_ if life.adapters[a].half),
            reentrant=noted("reentrant"),
            input_grads=noted("input grads"),
            recomputed=noted("recomputed"),
            copies=tuple((a, at) for a in open_ if (at := layers_closed_at(machine, oid, a)) is not None),
            made_up=asked.how == "backward" and noted(MADE_UP) is True,
            view=view_of(machine),
        ),
    )
    if disabled:
        return
    trained = life.train(oid, site)
    for adapter in trained:
        if adapter in machine.world.frames.get(FROM_ELSEWHERE, {}):
            life.keep(life.token(adapter), Keeping.UNSURE, None, site)
    if asked.how == "backward":
        for adapter in trained:
            machine.world.frame(NOTES)[adapter, "gradient"] = TRUE


def _noted_on(machine: Machine, oid: Oid) -> Callable[[str], object]:
    """What was last noted on a model's root, by name; None where nothing was."""
    notes, root = machine.world.frames.get(NOTES, {}), machine.world.life.root(oid)

    def noted(name: str) -> object:
        found = notes.get((root, name))
        return found.value if isinstance(found, Const) else None

    return noted


def _backward(call: LibCall) -> Value:
    """`accelerator.backward(loss)`."""
    train(call.machine, gradients_of(call.machine, call.args.values()), call.node)
    return NONE


def _made_up(call: LibCall) -> Value:
    """`torch.randint(0, 100, (1, 8))`."""
    return call.unknown(MADE_UP)


VERBS: dict[str, Verb] = {"forward": _forward, "made_up": _made_up, "backward": _backward}
