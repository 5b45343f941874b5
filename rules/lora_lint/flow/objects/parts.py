"""Modules inside of a model, each by where its tensors lie: a few stand for all, as those tensors do.

So what a loop over `named_modules()`, or over the blocks, does to each is done to the layers of the adapters that lie
there. An unknown value stands for such a module, its term says which: whatever else is asked of it nobody knows.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.weights import head_of, parameters
from lora_lint.flow.values import Const, Param, Sym, Tup, Value
from lora_lint.flow.worlds.world import NOTES, World
from lora_lint.knowledge.blocks import LIST, blocks_in, lie_in_blocks
from lora_lint.knowledge.keys import is_of_adapter
from lora_lint.knowledge.spoken_keys import Key
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Config, Oid

CLOSED = "closed"  # in the notes: the tensors of an adapter that the script has frozen one by one
WHOLE = ""  # how the keys begin of a model itself
BLOCKS = "blocks"  # said of a list of blocks that is gone through as it is


class Part(NamedTuple):
    """A module of a model, and how the keys of its tensors begin."""

    model: Oid
    prefix: str


def module_at(machine: Machine, owner: object) -> Part | None:
    """The module that a term stands for: one that a loop goes through, or a path that leads to what holds all blocks.

    Before there are adapters in a model nobody needs to know.
    """
    life = machine.world.life
    match owner:
        case ("item", oid, ("each", _, str(prefix))) if oid in life.models:
            return Part(oid, prefix)
    names: list[str] = []
    while isinstance(owner, tuple) and owner[:1] == ("attribute",):
        names.insert(0, str(owner[-1]))
        owner = owner[1]
    if not isinstance(owner, tuple) or owner not in life.models:
        return None
    base = life.base(owner)
    if not base.known or not base.layers:
        return None
    if not names:
        return Part(owner, WHOLE)
    found = blocks_in(base.source, ".".join(names))
    return Part(owner, head_of(life, owner) + found) if found else None


def inside(life: Life, part: Part, *, deep: bool = True) -> list[Param]:
    """The representative parameters of a module, those of the modules in it as well where `deep`.

    Those of an adapter whose layers may lie elsewhere, too, are left out of what holds some of its layers.
    """
    found = [param for param in parameters(life, part.model) if _is_in(param.key, part.prefix)]
    if not deep:
        found = [param for param in found if param.key.count(".") == _depth(part.prefix)]
    if _holds_all(life, part) or any(map(is_of_adapter, part.prefix.split("."))):
        return found
    return [param for param in found if param.adapter is None or _lies_in_blocks(life, param.adapter)]


def _is_in(key: str, prefix: str) -> bool:
    return not prefix or key.startswith(f"{prefix}.")


def _holds_all(life: Life, part: Part) -> bool:
    """Is it the model itself, or what wrappers put around it?"""
    return _is_in(head_of(life, part.model), part.prefix)


def _lies_in_blocks(life: Life, adapter: Oid) -> bool:
    config = life.adapters[adapter].config
    return isinstance(config, Config) and lie_in_blocks(config.cls, dict(config.fields))


def _depth(prefix: str) -> int:
    return prefix.count(".") + 1 if prefix else 0


# -- what holds them ---------------------------------------------------------------------------------------------------


def listing(part: Part, how: str, node: cst.CSTNode, machine: Machine, models: frozenset[Oid]) -> Sym:
    """`model.named_modules()`."""
    return Sym(("item", part.model, ("each", machine.site(node), how, part.prefix)), models | {part.model})


def listed(machine: Machine, value: Value, node: cst.CSTNode) -> list[Value] | None:
    """The modules that stand for those which a loop goes through; None where it goes through something else."""
    if not isinstance(value, Sym):
        return None
    life = machine.world.life
    match value.term:
        case ("item", oid, ("each", _, str(how), str(prefix))) if oid in life.models:
            whole = Part(oid, prefix)
        case _:
            found = module_at(machine, value.term)
            if found is None or not found.prefix.endswith(LIST):
                return None
            whole, how = found, BLOCKS
    modules = _below(life, whole)
    if how in ("modules", "named_modules"):
        modules = {whole.prefix: "", **modules}
    else:
        modules = {prefix: name for prefix, name in modules.items() if _depth(prefix) == _depth(whole.prefix) + 1}
    site, models = machine.site(node), value.models
    parts = [(name, Sym(("item", whole.model, ("each", site, prefix)), models)) for prefix, name in modules.items()]
    return [Tup((Const(name), part)) if how.startswith("named_") else part for name, part in parts]


def _below(life: Life, whole: Part) -> dict[str, str]:
    """The modules inside of one: how the keys of each begin, and its name. What adapters are put on tells best what
    others like it are called."""
    found: dict[str, str] = {}
    start = _depth(whole.prefix)
    for param in sorted(inside(life, whole), key=lambda param: param.adapter is not None):
        for stop in range(start + 1, param.key.count(".") + 1):
            found[".".join(param.key.split(".")[:stop])] = _cut(param.key, start, stop)
    return found


def _cut(key: str, start: int, stop: int) -> str:
    """What names in a key from one on to another, as what stands for many where the key does."""
    text = ".".join(key.split(".")[start:stop])
    if not isinstance(key, Key) or not key.path:
        return text
    if key.sure:
        return key.made(lambda one: ".".join(one.split(".")[start:stop])) or text
    before = key.head + key.path
    if start == 0 and key.head.startswith(f"{text}."):
        return text
    if start == 0 and text.startswith(before):
        return Key(text, key.path, text.removeprefix(before), False, key.words)
    return Key(text, text, "", False, key.words)


def closes(before: World, after: World) -> bool:
    """Are tensors of adapters frozen that were not, and all adapters and models still those that they were?"""
    old, new = before.life, after.life
    if new.adapters.keys() != old.adapters.keys() or new.models.keys() != old.models.keys():
        return False
    return any(closed_in(after, oid) - closed_in(before, oid) for oid in new.adapters)


def closed_in(world: World, adapter: Oid) -> frozenset[str]:
    found = world.frames.get(NOTES, {}).get((adapter, CLOSED))
    closed: frozenset[str] = found.value if isinstance(found, Const) else frozenset()
    return closed
