"""The state of every model on one path through the script, and what the operations of PEFT do to it.

The operations are those of the libraries, named as in PEFT: wrap, inject, merge, unload, train, keep. Which call of
which library performs which operation is data in `knowledge`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from lora_lint.lifecycle.disk import Disk
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import (
    Adapter,
    BaseModel,
    Content,
    Frozen,
    Keeping,
    Oid,
    PeftModel,
    Site,
    Sure,
    Token,
    Wrapper,
)


class Life(Disk):
    """The state of all models on one path, and how operations change it."""

    __slots__ = ()

    # -- making ------------------------------------------------------------------------------------------------------

    def fresh(self, site: Site) -> Oid:
        n = 0
        while (site, n) in self.models or (site, n) in self.adapters:
            n += 1
        return (site, n)

    def create(self, site: Site, cls: str, **facts: Any) -> Oid:
        """A plain model, loaded or built."""
        oid = self.fresh(site)
        self.own("models")[oid] = BaseModel(cls, site, **facts)
        return oid

    def replace(self, oid: Oid, **changes: Any) -> None:
        self.own("models")[oid] = self.models[oid]._replace(**changes)

    def replace_adapter(self, oid: Oid, **changes: Any) -> None:
        self.own("adapters")[oid] = self.adapters[oid]._replace(**changes)

    def trait(self, oid: Oid, name: str) -> Hashable:
        """A fact about the plain model at the bottom, None where it was not noted."""
        return dict(self.base(oid).traits).get(name)

    def note(self, oid: Oid, **facts: Hashable) -> None:
        """Notes facts about the plain model at the bottom; None says that one does not hold."""
        traits = {**dict(self.base(oid).traits), **facts}
        self.replace_base(oid, traits=tuple(sorted((name, fact) for name, fact in traits.items() if fact is not None)))

    def replace_base(self, oid: Oid, **changes: Any) -> None:
        self.replace(self.root(oid), **changes)

    def adapter(
        self,
        site: Site,
        name: Hashable,
        origin: str,
        *,
        frozen: Frozen | None = None,
        place: Place | None = None,
        config: Hashable = None,
    ) -> Oid:
        """A new adapter; one loaded from a place that this script saved to holds the weights that were saved there."""
        oid = self.fresh((site, "adapter"))
        token: Token = (oid, 0)
        known = self.saved_at(place) if place is not None else None
        if known is not None:
            token = known
        else:
            elsewhere = origin != "created"
            trained = Sure.MAYBE if origin == "unknown" else Sure.NO
            self.own("contents")[token] = Content(trained, None, elsewhere=elsewhere)
        self.own("adapters")[oid] = Adapter(name, site, origin, token, frozen, config)
        return oid

    def put_in(self, base: Oid, adapter: Oid) -> None:
        """Layers go into the plain model in place, which freezes its own weights."""
        root = self.base(base)
        self.replace_base(base, layers=(*root.layers, adapter), trainable=Sure.NO)

    def wrap(self, base: Oid, adapter: Oid, site: Site, **facts: Any) -> Oid:
        """`get_peft_model` and kin: a wrapper around the object, the layers inside the base."""
        oid = self.fresh(site)
        name = self.adapters[adapter].name
        self.own("models")[oid] = PeftModel(base, site, ((name, adapter),), (name,), **facts)
        self.put_in(base, adapter)
        return oid

    def add(self, oid: Oid, adapter: Oid) -> None:
        """A further adapter on a PeftModel: it is there, and not active."""
        target = self.unwrapped(oid)
        peft = self.models[target]
        assert isinstance(peft, PeftModel)
        name = self.adapters[adapter].name
        self.replace(target, adapters=(*(pair for pair in peft.adapters if pair[0] != name), (name, adapter)))
        self.put_in(peft.base, adapter)

    def inject(self, oid: Oid, adapter: Oid, *, active: bool = True) -> None:
        """transformers' own `add_adapter`: layers in place, no wrapper, the new adapter is the active one."""
        self.put_in(oid, adapter)
        changes: dict[str, Any] = {"integration": True}
        if active:
            changes["active"] = (self.adapters[adapter].name,)
        self.replace_base(oid, **changes)

    def around(self, kind: str, inner: Oid, site: Site) -> Oid:
        """A torch.compile or DistributedDataParallel wrapper."""
        oid = self.fresh(site)
        self.own("models")[oid] = Wrapper(kind, inner, site)
        return oid

    def deepcopy(self, oid: Oid, site: Site) -> Oid:
        """A copy of the object and all inside it; the trained weights are the same weights."""
        model = self.models[oid]
        if isinstance(model, Wrapper):
            return self.around(model.kind, self.deepcopy(model.inner, site), site)
        twins: dict[Oid, Oid] = {}
        root = self.root(oid)
        for adapter in self.base(oid).layers:
            twin = self.fresh((site, "adapter"))
            self.own("adapters")[twin] = self.adapters[adapter]._replace(copy_of=adapter)
            twins[adapter] = twin

        def clone(old: Oid) -> Oid:
            record = self.models[old]
            new = self.fresh(site)
            if isinstance(record, BaseModel):
                layers = tuple(twins[layer] for layer in record.layers)
                self.own("models")[new] = record._replace(layers=layers)
            elif isinstance(record, PeftModel):
                self.own("models")[new] = record  # holds the number while the inner ones are made
                inner = clone(record.base)
                pairs = tuple((name, twins.get(adapter, adapter)) for name, adapter in record.adapters)
                self.own("models")[new] = record._replace(base=inner, adapters=pairs)
            else:
                self.own("models")[new] = record
                self.own("models")[new] = record._replace(inner=clone(record.inner))
            return new

        return clone(oid) if oid != root else clone(root)

    # -- the operations ----------------------------------------------------------------------------------------------

    def merge(self, oid: Oid, site: Site, names: Iterable[Hashable] | None = None) -> Oid:
        """`merge_and_unload()`: folds the active adapters into the base, takes all layers out, returns the base."""
        chosen = set(names) if names is not None else None
        active = [a for a in self.active(oid) if chosen is None or self.adapters[a].name in chosen]
        if chosen:
            active = [a for a in self.held(oid) if self.adapters[a].name in chosen]
        tokens = tuple(token for adapter in active for token in (*self.adapters[adapter].sources, self.token(adapter)))
        base = self.base(oid)
        self.replace_base(oid, merged=(*base.merged, *tokens), merged_at=site, used=False)
        return self._take_out(oid)

    def use(self, oid: Oid) -> None:
        """Somebody works with a plain model: what a merge returned was not for nothing."""
        base = self.base(oid)
        if (base.merged or base.stripped) and not base.used and self.peft(oid) is None:
            self.replace_base(oid, used=True)

    def unload(self, oid: Oid, site: Site) -> Oid:
        """`unload()`: takes all layers out without folding them in, returns the base."""
        tokens = tuple(self.token(adapter) for adapter in self.held(oid))
        base = self.base(oid)
        self.replace_base(oid, stripped=(*base.stripped, *tokens), stripped_at=site, used=False)
        return self._take_out(oid)

    def _take_out(self, oid: Oid) -> Oid:
        peft = self.peft(oid)
        gone = set(self.held(oid))
        layers = tuple(layer for layer in self.base(oid).layers if layer not in gone)
        self.replace_base(oid, layers=layers)
        return self.unwrapped(peft.base) if peft is not None else self.root(oid)

    def train(self, oid: Oid, site: Site, sure: Sure = Sure.YES) -> list[Oid]:
        """New weights for every active adapter that is not frozen; returns those adapters."""
        trained = [a for a in self.active(oid) if self.adapters[a].frozen is None]
        for adapter in trained:
            owner, n = self.adapters[adapter].token
            token: Token = (adapter, n + 1) if owner == adapter else (adapter, 1)
            while token in self.contents:
                token = (adapter, token[1] + 1)
            self.own("contents")[token] = Content(sure, site)
            self.replace_adapter(adapter, token=token)
        if self.base(oid).trainable is not Sure.NO:
            self.replace_base(oid, trained_at=site)
        return trained

    def freeze(self, adapter: Oid, frozen: Frozen | None) -> None:
        """Freezes an adapter, or with None opens it again."""
        record = self.adapters[adapter]
        if record.frozen != frozen or record.undecided is not None:
            self.replace_adapter(adapter, frozen=frozen, undecided=None)

    def expose(self, oid: Oid, site: Site) -> None:
        """The model leaves what is seen of the script: whoever gets it may save the adapters that it still holds."""
        for adapter in self.held(oid):
            self.keep(self.token(adapter), Keeping.UNSURE, None, site)

    def hand_over(self, oid: Oid, site: Site) -> None:
        """Code that is not seen got the model: it may have trained it and may have saved it."""
        for adapter in self.held(oid):
            token = self.token(adapter)
            content = self.content(token)
            if content.trained is Sure.NO:
                self.own("contents")[self.canonical(token)] = content._replace(trained=Sure.MAYBE)
            self.keep(token, Keeping.UNSURE, None, site)
        base = self.base(oid)
        for token in (*base.merged, *base.stripped):
            self.keep(token, Keeping.UNSURE, None, site)
        if not base.used:
            self.replace_base(oid, used=True)
