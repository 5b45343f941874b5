"""Abstract values. They are treated as immutable; what changes lives in a world's heap and is pointed to by an id."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar, final

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.lifecycle.records import Oid

Term = tuple[Any, ...]  # what an unknown value stands for; equal terms are equal values


class Parts:
    """What is equal where its class and its parts are. What dataclasses write for each class takes longer to compile
    than LibCST takes for a script."""

    __slots__ = ("_hash",)
    _parts: ClassVar[Any]  # gives the parts of a value
    _hash: int  # once it was asked for: that of a value runs through all that it is made of

    def __init_subclass__(cls) -> None:
        parts = cls.__dict__.get("__slots__", ())
        if parts:
            cls._parts = attrgetter(*parts, *(["__class__"] if len(parts) == 1 else []))

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and (parts := self._parts)(self) == parts(other)

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            found = self._hash = hash(self._parts(self))
            return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._parts(self)}"


class Value(Parts):
    """Base of all abstract values. They are told apart by `type(value) is Sym` where it is asked often: `isinstance`
    takes long to say no."""

    __slots__ = ()


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Const(Value):
    """A Python constant."""

    value: Any


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Text(Value):
    """A string or path with holes: literal pieces and terms. `path` marks a pathlib.Path."""

    parts: tuple[Hashable, ...]
    path: bool = False


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Sym(Value):
    """A value the script only knows when it runs.

    `models` are the models it was computed from with gradients on (a loss knows what it trains). `kind` is the
    qualified name of its class, where that is known.
    """

    term: Term
    models: frozenset[Oid] = frozenset()
    kind: str = ""


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Gate(Value):
    """One value where a term is true, another where it is false."""

    term: Term
    then: Value
    other: Value


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ModelRef(Value):
    """A model of the world's life."""

    oid: Oid


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ObjRef(Value):
    """An object of the world's heap: a list, a dict, an instance."""

    oid: Oid


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Tup(Value):
    """A tuple. `open` means that there may be more items."""

    items: tuple[Value, ...]
    open: bool = False


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Lib(Value):
    """A library object by its qualified name, or by several where an import depends on a condition."""

    name: str


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Bound(Value):
    """An attribute of a value that is about to be called: `receiver.name`."""

    receiver: Value
    name: str


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Func(Value):
    """A function or lambda of the linted project, with the frame it closes over and its default values."""

    module: Module
    node: cst.FunctionDef | cst.Lambda
    frame: Oid
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: Cls | None = None
    kind: str = ""  # "static", "class", "property" and others for decorated ones: `METHOD_KINDS`
    around: Value | None = None  # a decorator: one that is not seen has what calls get and give


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Cls(Value):
    """A class of the linted project; `frame` holds its namespace."""

    module: Module
    node: cst.ClassDef
    frame: Oid
    bases: tuple[Value, ...]
    record: bool = False  # a dataclass or pydantic model: fields become constructor arguments


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Method(Value):
    """A function bound to its first argument."""

    func: Func
    self: Value


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Partial(Value):
    """functools.partial and the like: a callable with some arguments given."""

    func: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    method: bool = False  # of `functools.partialmethod`: an instance is its first argument


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Generator(Value):
    """A generator that has not run: the call that made it, and the number of its first value under `enumerate`."""

    func: Func
    call: Oid
    start: int | None = None


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Super(Value):
    """`super()` inside a method: the instance, and the class after which the look-up begins."""

    self: Value
    after: Cls


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ModuleRef(Value):
    """A module of the linted project."""

    module: Module


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Param(Value):
    """One representative parameter (or its tensor) of a model, with the key it has in a state dict.

    `adapter` is the adapter it belongs to, None for a weight of the base model. `detached`: a tensor as a state dict
    has it, which never asks for a gradient. `taken`: where that state dict was asked for, while the tensor shares the
    memory of the parameter; empty for a copy.
    """

    model: Oid
    adapter: Oid | None
    key: str
    detached: bool = False
    taken: tuple[Any, ...] = ()


TRUE, FALSE, NONE = Const(True), Const(False), Const(None)


def const(value: Any) -> Const:
    if value is True:
        return TRUE
    if value is False:
        return FALSE
    return NONE if value is None else Const(value)


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ListRec(Parts):
    """A list or set on the heap. `open` means that there may be more items than those known, or fewer where they were
    `picked` by a test that is open. `maybe_empty`: none of those known may be there, each kept by such a test.
    `perhaps` are those that were added behind one."""

    items: tuple[Value, ...]
    open: bool = False
    kind: str = "list"
    maybe_empty: bool = False
    picked: bool = False
    perhaps: tuple[Value, ...] = ()

    def others(self) -> bool:
        """May it hold others than those known, and those that are perhaps there?"""
        return self.open and not self.picked


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DictRec(Parts):
    """A dict on the heap, with known keys in order. `open` means that there may be more; `factory` makes what a key
    holds that is asked for and not there."""

    items: tuple[tuple[Value, Value], ...]
    open: bool = False
    factory: Value | None = None
    maybe_empty: bool = False


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class InstRec(Parts):
    """An instance: of a project's class (`cls`), of a library's (`lib`), or of a project's class on top of one."""

    cls: Cls | None
    lib: str
    fields: dict[str, Value]
    site: Site | None = None


@final
@dataclass(slots=True, eq=False, repr=False, match_args=False)
class WeightsRec(Parts):
    """A state dict: the model, and how its keys relate to the model's own.

    `keys` is "own" (as `model.state_dict()` gives them), "adapter" (as `get_peft_model_state_dict` does: LoRA only,
    the adapter's name removed), "prefixed" (a wrapper's prefix stands before them) or "base" (the plain model inside
    a PeftModel). `detached` as in `Param`: False where `keep_vars` asks for the parameters themselves. `taken` as
    in `Param`.
    """

    model: Oid
    keys: str
    tokens: tuple[Any, ...]
    detached: bool = True
    taken: tuple[Any, ...] = ()


Record = ListRec | DictRec | InstRec | WeightsRec
