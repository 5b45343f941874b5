"""Abstract values. They are treated as immutable; what changes lives in a world's heap and is pointed to by an id."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.lifecycle.records import Oid

Term = tuple[Any, ...]  # what an unknown value stands for; equal terms are equal values


class Value:
    """Base of all abstract values."""

    __slots__ = ()


@dataclass(slots=True, unsafe_hash=True)
class Const(Value):
    """A Python constant."""

    value: Any


@dataclass(slots=True, unsafe_hash=True)
class Text(Value):
    """A string or path with holes: literal pieces and terms. `path` marks a pathlib.Path."""

    parts: tuple[Hashable, ...]
    path: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Sym(Value):
    """A value the script only knows when it runs.

    `models` are the models it was computed from with gradients on (a loss knows what it trains). `kind` is the
    qualified name of its class, where that is known.
    """

    term: Term
    models: frozenset[Oid] = frozenset()
    kind: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Gate(Value):
    """One value where a term is true, another where it is false."""

    term: Term
    then: Value
    other: Value


@dataclass(slots=True, unsafe_hash=True)
class ModelRef(Value):
    """A model of the world's life."""

    oid: Oid


@dataclass(slots=True, unsafe_hash=True)
class ObjRef(Value):
    """An object of the world's heap: a list, a dict, an instance."""

    oid: Oid


@dataclass(slots=True, unsafe_hash=True)
class Tup(Value):
    """A tuple. `open` means that there may be more items."""

    items: tuple[Value, ...]
    open: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Lib(Value):
    """A library object by its qualified name, or by several where an import depends on a condition."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Bound(Value):
    """An attribute of a value that is about to be called: `receiver.name`."""

    receiver: Value
    name: str


@dataclass(slots=True, unsafe_hash=True)
class Func(Value):
    """A function or lambda of the linted project, with the frame it closes over and its default values."""

    module: Module
    node: cst.FunctionDef | cst.Lambda
    frame: Oid
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: Cls | None = None
    kind: str = ""  # "static", "class", "property", "context" for decorated ones


@dataclass(slots=True, unsafe_hash=True)
class Cls(Value):
    """A class of the linted project; `frame` holds its namespace."""

    module: Module
    node: cst.ClassDef
    frame: Oid
    bases: tuple[Value, ...]
    record: bool = False  # a dataclass or pydantic model: fields become constructor arguments


@dataclass(slots=True, unsafe_hash=True)
class Method(Value):
    """A function bound to its first argument."""

    func: Func
    self: Value


@dataclass(slots=True, unsafe_hash=True)
class Partial(Value):
    """functools.partial and the like: a callable with some arguments given."""

    func: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


@dataclass(slots=True, unsafe_hash=True)
class Generator(Value):
    """A generator that has not run: the call that made it."""

    func: Func
    call: Oid


@dataclass(slots=True, unsafe_hash=True)
class Super(Value):
    """`super()` inside a method: the instance, and the class after which the look-up begins."""

    self: Value
    after: Cls


@dataclass(slots=True, unsafe_hash=True)
class ModuleRef(Value):
    """A module of the linted project."""

    module: Module


@dataclass(slots=True, unsafe_hash=True)
class Param(Value):
    """One representative parameter (or its tensor) of a model, with the key it has in a state dict.

    `adapter` is the adapter it belongs to, None for a weight of the base model.
    """

    model: Oid
    adapter: Oid | None
    key: str


TRUE, FALSE, NONE = Const(True), Const(False), Const(None)


def const(value: Any) -> Const:
    if value is True:
        return TRUE
    if value is False:
        return FALSE
    return NONE if value is None else Const(value)


@dataclass(slots=True)
class ListRec:
    """A list or set on the heap. `open` means that there may be more items than those known."""

    items: tuple[Value, ...]
    open: bool = False
    kind: str = "list"


@dataclass(slots=True)
class DictRec:
    """A dict on the heap, with known keys in order. `open` means that there may be more."""

    items: tuple[tuple[Value, Value], ...]
    open: bool = False


@dataclass(slots=True)
class InstRec:
    """An instance: of a project's class (`cls`), of a library's (`lib`), or of a project's class on top of one."""

    cls: Cls | None
    lib: str
    fields: dict[str, Value]
    site: Site | None = None


@dataclass(slots=True)
class WeightsRec:
    """A state dict: the model, and how its keys relate to the model's own.

    `keys` is "own" (as `model.state_dict()` gives them), "adapter" (as `get_peft_model_state_dict` does: LoRA only,
    the adapter's name removed), "prefixed" (a wrapper's prefix stands before them) or "base" (the plain model inside
    a PeftModel).
    """

    model: Oid
    keys: str
    tokens: tuple[Any, ...]


Record = ListRec | DictRec | InstRec | WeightsRec
