"""What is known of all models on one path, and the questions that it answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, TypeVar

from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import (
    Adapter,
    BaseModel,
    Content,
    Keeping,
    Model,
    Oid,
    PeftModel,
    Token,
    Wrapper,
    Written,
)

Self = TypeVar("Self", bound="State")

_versions = itertools.count(1)
MANY = 10  # adapters: looking through them takes longer than finding one by its hash


class State:
    """Models, adapters, trained contents, directories on one path. Copies are cheap: tables are shared until written.

    `version` changes with every write, so two lives with one version are equal.
    """

    __slots__ = ("_owned", "adapters", "aliases", "contents", "disk", "models", "version")

    def __init__(self) -> None:
        self.models: dict[Oid, Model] = {}
        self.adapters: dict[Oid, Adapter] = {}
        self.contents: dict[Token, Content] = {}
        self.disk: dict[Place, tuple[Written, ...]] = {}
        self.aliases: dict[Token, Token] = {}
        self.version = 0
        self._owned: tuple[str, ...] = ("models", "adapters", "contents", "disk", "aliases")

    def copy(self: Self) -> Self:
        twin = object.__new__(self.__class__)
        twin.models, twin.adapters, twin.contents = self.models, self.adapters, self.contents
        twin.disk, twin.aliases, twin.version = self.disk, self.aliases, self.version
        twin._owned = self._owned = ()
        return twin

    def own(self, table: str) -> Any:
        """The table, ready to be written."""
        self.version = next(_versions)
        if table not in self._owned:
            setattr(self, table, dict(getattr(self, table)))
            self._owned += (table,)
        return getattr(self, table)

    def unwrapped(self, oid: Oid) -> Oid:
        """The model inside torch.compile and DistributedDataParallel wrappers."""
        model = self.models[oid]
        while type(model) is Wrapper:
            oid = model.inner
            model = self.models[oid]
        return oid

    def root(self, oid: Oid) -> Oid:
        """The plain model at the bottom of all wrappers."""
        model = self.models[oid]
        while type(model) is not BaseModel:
            oid = model.inner if type(model) is Wrapper else model.base
            model = self.models[oid]
        return oid

    def base(self, oid: Oid) -> BaseModel:
        model = self.models[oid]
        while type(model) is not BaseModel:
            model = self.models[model.inner if type(model) is Wrapper else model.base]
        return model

    def peft(self, oid: Oid) -> PeftModel | None:
        model = self.models[oid]
        while type(model) is Wrapper:
            model = self.models[model.inner]
        return model if type(model) is PeftModel else None

    def emptied(self, oid: Oid) -> bool:
        """True for a PeftModel whose layers were taken out by `merge_and_unload()` or `unload()`."""
        peft = self.peft(oid)
        if peft is None or not peft.adapters:
            return False
        base = self.base(oid)
        taken_out = base.merged_at is not None or base.stripped_at is not None
        return taken_out and not any(adapter in base.layers for _, adapter in peft.adapters)

    def held(self, oid: Oid) -> list[Oid]:
        """The adapters that a call on this object reaches: the wrapper's own, or those injected into a plain model."""
        return self._held(self.peft(oid), self.base(oid))

    def _held(self, peft: PeftModel | None, base: BaseModel) -> list[Oid]:
        if peft is None:
            return list(base.layers)
        layers = base.layers if len(base.layers) < MANY else set(base.layers)
        mine = [adapter for _, adapter in peft.adapters if adapter in layers]
        inner = self.models[self.unwrapped(peft.base)]
        if isinstance(inner, PeftModel):  # a PeftModel inside a PeftModel
            mine += [adapter for adapter in self.held(peft.base) if adapter not in mine]
        return mine

    def active(self, oid: Oid) -> list[Oid]:
        """The adapters that are switched on."""
        peft, base = self.peft(oid), self.base(oid)
        held = self._held(peft, base)
        if peft is None and not base.integration:  # layers that a PeftModel put in: they are on where it has them on
            on = self._on()
            return [adapter for adapter in held if on.get(adapter, True)]
        names = peft.active if peft is not None else base.active
        return [adapter for adapter in held if self.adapters[adapter].name in names]

    def _on(self) -> dict[Oid, bool]:
        """Of each adapter that a PeftModel has: does one have it on?"""
        on: dict[Oid, bool] = {}
        for model in self.models.values():
            if isinstance(model, PeftModel):
                for _, adapter in model.adapters:
                    on[adapter] = on.get(adapter, False) or self.adapters[adapter].name in model.active
        return on

    def switched_off(self, adapter: Oid) -> bool:
        """True while a model that holds the adapter has its adapters disabled, which closes their tensors, too."""
        for model in self.models.values():
            if isinstance(model, PeftModel):
                held = any(adapter == other for _, other in model.adapters)
            else:
                held = isinstance(model, BaseModel) and adapter in model.layers
            if held and not isinstance(model, Wrapper) and model.disabled is not None:
                return True
        return False

    def token(self, adapter: Oid) -> Token:
        return self.adapters[adapter].token

    def content(self, token: Token) -> Content:
        return self.contents[self.canonical(token)]

    def canonical(self, token: Token) -> Token:
        aliases, last = self.aliases, token
        hops = 0
        while last in aliases:
            last = aliases[last]
            hops += 1
        if hops > 1:  # what shares the table comes to the same: the way is not gone twice
            aliases[token] = last
        return last

    def keeping(self, token: Token) -> Keeping:
        """How well these weights are kept; unknown weights count as kept."""
        token = self.canonical(token)
        return self.contents[token].keeping if token in self.contents else Keeping.KEPT

    def written(self, place: Place) -> tuple[Written, ...]:
        return self.disk.get(place, ())

    def places_like(self, place: Place) -> Iterator[tuple[Place, bool]]:
        """Every known place that is this one: (place, True) literally, (place, False) while options keep defaults."""
        hub, segments = place.hub, place.segments
        usual = place.usual or segments
        for other in self.disk:  # as `Place.same` and `same_by_default`, for a script that saves a thousand times
            if other.hub is hub:
                if other.segments == segments:
                    yield other, True
                elif (other.usual or other.segments) == usual:
                    yield other, False
