"""Are two lives in one state? Then two paths can go on as one.

Objects may have been made at different lines: what counts is what the operations of PEFT would do with them from here
on. Where something was trained or saved is for the story; whether it is kept, and how well, is state.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter

from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import (
    UNKNOWN,
    Adapter,
    BaseModel,
    Config,
    Content,
    EitherConfig,
    Keeping,
    Kept,
    Model,
    Oid,
    PeftModel,
    Sure,
    Token,
    Wrapper,
    Written,
    configs_in,
)

EITHER = ("either",)  # the source of a model that one call has loaded by several names, on several paths

Live = Callable[[], set[Oid]]  # finds the models of a life that variables still lead to


class Match:
    """Pairs the objects of life `b` with those of life `a` as they turn out to be alike.

    A `lenient` match takes weights for alike that one path trained or kept and the other did not, and number formats:
    of what differs nothing is known in the union, which can only make rules silent.
    """

    def __init__(self, a: Life, b: Life, live_a: Live = set, live_b: Live = set, *, lenient: bool = False) -> None:
        self.a, self.b, self.lenient = a, b, lenient
        self.unsure: dict[Token, Content] = {}  # of `a`: what the union holds in place of its content
        self.vague: dict[Oid, BaseModel] = {}  # models of `a`, as the union holds them
        self.opened: dict[Oid, Adapter] = {}  # adapters of `a`, frozen on one path only, or of another config there
        self._live_models: dict[str, Live | set[Oid]] = {
            "a": live_a,
            "b": live_b,
        }  # that the variables of each still lead to
        self.paired: dict[Oid, Oid] = {}  # b's object -> a's
        self.tokens: dict[Token, Token] = {}

    def whole(self) -> bool:
        """True where everything that both lives know is in one state."""
        a, b = self.a, self.b
        if a.version == b.version:
            return True
        if a.models is not b.models:
            for oid, model in b.models.items():
                if oid in a.models and a.models[oid] is not model and not self.model(oid, oid):
                    return False
        if a.adapters is not b.adapters:
            for oid, adapter in b.adapters.items():
                if oid in a.adapters and a.adapters[oid] is not adapter and not self.adapter(oid, oid):
                    return False
        if a.contents is not b.contents:
            return all(self.token(t, t) for t in self._live() if t in a.contents and t in b.contents)
        return True

    def _live(self) -> set[Token]:
        """Contents that still matter on both paths: what adapters hold, and what was folded into a model."""
        return _live_in(self.a) & _live_in(self.b)

    def model(self, x: Oid, y: Oid) -> bool:
        """Is `a`'s model x in the state of `b`'s model y?"""
        mate = self.paired.get(y)
        if mate is not None and (mate == x or mate != y or self._is_live("a", y)):
            return mate == x  # else `a` has that object too, but nothing leads to it any more
        if x != y and (x in self.b.models or x in self.paired.values()):
            if self.paired.get(x, x) != x or self._is_live("b", x):
                return False
            self.paired.pop(x, None)  # nor does anything lead to it in `b`
        self.paired[y] = x
        m, n = self.a.models[x], self.b.models[y]
        if isinstance(m, BaseModel) and isinstance(n, BaseModel):
            both = m
            if _less(m) != _less(n) and (self.lenient or self._is_beside(m, n)):
                both = _vague(m, n)
                n = n._replace(**{name: getattr(both, name) for name in VAGUE})
            m = both
            if (m.source, m.named) != (n.source, n.named):
                both = _of_either_name(m, n, same=x == y)
            if both != self.a.models[x]:
                self.vague[x] = both
        return self._same_model(m, n)

    def _is_beside(self, m: BaseModel, n: BaseModel) -> bool:
        """Has the script put its adapters on another model? Then of this one, a VAE, a reference, less counts."""
        return bool(self.a.adapters) and not any((m.layers, n.layers, m.merged, n.merged, m.stripped, n.stripped))

    def _is_live(self, life: str, oid: Oid) -> bool:
        found = self._live_models[life]
        if callable(found):
            found = self._live_models[life] = found()
        return oid in found

    def _same_model(self, m: Model, n: Model) -> bool:
        if isinstance(m, BaseModel) and isinstance(n, BaseModel):
            return (
                len(m.layers) == len(n.layers)
                and len(m.merged) == len(n.merged)
                and len(m.stripped) == len(n.stripped)
                and (m.known, m.integration, m.active, m.trainable, m.used, m.quantized)
                == (n.known, n.integration, n.active, n.trainable, n.used, n.quantized)
                and (m.disabled is None) == (n.disabled is None)
                and (m.resized_at is None) == (n.resized_at is None)
                and (m.trained_at is None) == (n.trained_at is None)
                and m.traits == n.traits
                and all(map(self.adapter, m.layers, n.layers))
                and all(map(self.token, m.merged, n.merged))
                and all(map(self.token, m.stripped, n.stripped))
            )
        if isinstance(m, PeftModel) and isinstance(n, PeftModel):
            return (
                [name for name, _ in m.adapters] == [name for name, _ in n.adapters]
                and (m.active, m.known, m.tuner, m.task) == (n.active, n.known, n.tuner, n.task)
                and (m.disabled is None) == (n.disabled is None)
                and (m.folded is None) == (n.folded is None)
                and all(self.adapter(p, q) for (_, p), (_, q) in zip(m.adapters, n.adapters, strict=True))
                and self.model(m.base, n.base)
            )
        if isinstance(m, Wrapper) and isinstance(n, Wrapper):
            return m.kind == n.kind and self.model(m.inner, n.inner)
        return False

    def adapter(self, x: Oid, y: Oid) -> bool:
        if y in self.paired:
            return self.paired[y] == x
        self.paired[y] = x
        p: Adapter = self.a.adapters[x]
        q: Adapter = self.b.adapters[y]
        both = p
        if (p.frozen and p.frozen.cause) != (q.frozen and q.frozen.cause) or p.beside is not q.beside:
            if not self.lenient:
                return False
            both = both._replace(frozen=None)
        if p.config is not q.config and p.config != q.config:
            both = both._replace(config=_of_either_config(p.config, q.config))
        if both is not p:
            self.opened[x] = both
        return p.name == q.name and p.origin == q.origin and self.token(p.token, q.token)

    def token(self, x: Token, y: Token) -> bool:
        x, y = self.a.canonical(x), self.b.canonical(y)
        if y in self.tokens:
            return self.tokens[y] == x
        self.tokens[y] = x
        p, q = self.a.contents[x], self.b.contents[y]
        if p is q or (p.trained is q.trained and p.keeping is q.keeping):
            return True
        if self.lenient:
            self.unsure[x] = either(p, q, x)
        return self.lenient

    def union(self, gated: dict[Place, tuple[Written, ...]]) -> Life:
        """One life for both: `a`'s, with what only `b` knows added. `gated` is the disk as `fold` joined it."""
        joined = self.a.copy()
        for table in ("models", "adapters", "contents"):
            mine, theirs = getattr(self.a, table), getattr(self.b, table)
            if theirs is not mine:
                extra = {key: value for key, value in theirs.items() if key not in mine}
                if extra:
                    joined.own(table).update(extra)
        self._join_copies(joined)
        if self.unsure:
            joined.own("contents").update(self.unsure)
        if self.vague:
            joined.own("models").update(self.vague)
        if self.opened:
            joined.own("adapters").update(self.opened)
        theirs_too = () if self.b.aliases is self.a.aliases else self.b.aliases.items()
        own = _live_in(self.a)  # what `a` still holds under a name is not what `b` has joined under it
        for y, x in (*theirs_too, *self.tokens.items()):
            if y not in joined.aliases and y not in own and joined.canonical(x) != y:  # no way round in circles
                joined.own("aliases")[y] = x
        if gated != joined.disk:
            joined.own("disk").clear()
            joined.own("disk").update(gated)
        return joined

    def _join_copies(self, joined: Life) -> None:
        """Weights that both paths keep as well, in different places: both places count."""
        for y, x in self.tokens.items():
            p, q = self.a.contents[x], self.b.contents[y]
            extra = tuple(kept for kept in q.kept if kept not in p.kept)
            if extra:
                joined.own("contents")[x] = p._replace(kept=(*p.kept, *extra))
        for token, q in self.b.contents.items():  # weights that were trained over since: kept is what one path kept
            known = self.a.contents.get(token)
            if known is None or known is q:
                continue
            mine = joined.contents[token]
            if token not in self.tokens and mine is not q:
                extra = tuple(kept for kept in q.kept if kept not in mine.kept)
                if extra:
                    joined.own("contents")[token] = mine._replace(kept=(*mine.kept, *extra))


def _live_in(life: Life) -> set[Token]:
    live = {life.canonical(adapter.token) for adapter in life.adapters.values()}
    for model in life.models.values():
        if isinstance(model, BaseModel):
            live.update(life.canonical(token) for token in (*model.merged, *model.stripped))
    return live


# what a lenient match does not ask for, and none of a model that no adapter was put on where another has one
VAGUE = ("trainable", "quantized", "traits", "trained_at", "used")
_less = attrgetter(*VAGUE)


def _vague(m: BaseModel, n: BaseModel) -> BaseModel:
    """A plain model that is one or the other."""
    return m._replace(
        trainable=m.trainable if m.trainable is n.trainable else Sure.MAYBE,
        quantized=m.quantized if m.quantized == n.quantized else "maybe",
        traits=tuple(trait for trait in m.traits if trait in n.traits),
        trained_at=m.trained_at or n.trained_at,
        used=m.used or n.used,
    )


def _of_either_name(m: BaseModel, n: BaseModel, *, same: bool) -> BaseModel:
    """A plain model that was loaded by one name or the other: what a name tells holds for neither. Where one call has
    loaded both, which name it is on which path is kept beside."""
    if m.source == n.source:
        return m._replace(named="")
    if same and all(isinstance(source, str) or source == EITHER for source in (m.source, n.source)):
        return m._replace(source=EITHER, named="")
    told = (source for source in (m.source, n.source) if not isinstance(source, str) and source != EITHER)
    return m._replace(source=next(told, None), named="")


def _of_either_config(p: Hashable, q: Hashable) -> Config | EitherConfig | None:
    """The config of an adapter that was made from one or the other: of each method what all of its configs say."""
    mine, theirs = configs_in(p), configs_in(q)
    if not mine or not theirs:
        return None
    found: dict[str, Config] = {}
    for config in (*mine, *theirs):
        found[config.cls] = _what_both_say(found[config.cls], config) if config.cls in found else config
    return EitherConfig(tuple(found.values())) if len(found) > 1 else next(iter(found.values()))


def _what_both_say(p: Config, q: Config) -> Config:
    said = {*p.fields} & {*q.fields}
    names = dict.fromkeys(name for name, _ in (*p.fields, *q.fields))
    known = dict(said)
    return p._replace(fields=tuple((name, known.get(name, UNKNOWN)) for name in names))


def either(p: Content, q: Content, token: Token) -> Content:
    """Weights that are one or the other: trained perhaps, and perhaps kept."""
    trained = p.trained if p.trained is q.trained else Sure.MAYBE
    kept = tuple(copy for copy in p.kept if copy in q.kept)
    if p.keeping is not q.keeping:
        kept = (*kept, Kept(Keeping.UNSURE, None, token[0][0], by_path=True))
    return Content(trained, p.trained_at or q.trained_at, kept, p.elsewhere and q.elsewhere)


def reached(life: Life, oids: Iterable[Oid]) -> set[Oid]:
    """All models that these models are built on, themselves included."""
    found: set[Oid] = set()
    todo = list(oids)
    while todo:
        oid = todo.pop()
        if oid in found or oid not in life.models:
            continue
        found.add(oid)
        model = life.models[oid]
        if isinstance(model, PeftModel):
            todo.append(model.base)
        elif isinstance(model, Wrapper):
            todo.append(model.inner)
    return found
