"""What the script holds at one moment: models, adapters, their trained content, and what lies where on disk.

All records are immutable; a `Life` replaces them. An object is known by its `Oid`, which is the place in the program
that made it and a running number, so two paths through a script that do the same thing give equal records.

Facts about PEFT in this file were seen on peft 0.21.2 and transformers 5.23.0; docs/facts.md says what sees them again.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple, final

from lora_lint.lifecycle.places import Place

Site = Hashable  # where in the program; opaque here
Oid = tuple[Site, int]


class Sure(Enum):
    """How certain a fact is on the path at hand."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class Keeping(Enum):
    """How well trained weights are kept, from not at all to for good."""

    NOWHERE = 0
    TEMPORARY = 1  # in a directory that is removed before the script ends
    WEIGHTS = 2  # tensors without adapter_config.json: nothing can load them as an adapter
    CHECKPOINT = 3  # only in a checkpoint-N directory of a Trainer
    UNSURE = 4  # code that is not seen may have saved them
    KEPT = 5


class Frozen(NamedTuple):
    """Why an adapter does not train: `cause` is a word that rules know, `site` the line that did it."""

    cause: str  # "loaded", "config", "requires_grad", "kbit", "disabled", "inactive", "reference", "switched"
    site: Site


class Kept(NamedTuple):
    """One copy of trained weights outside the process; of several paths that were joined, on some (`by_path`)."""

    how: Keeping
    place: Place | None
    site: Site
    by_path: bool = False


class Content(NamedTuple):
    """The weights of one adapter between two trainings.

    `trained` says whether this script trained them; `kept` lists the copies that outlive the process. Weights loaded
    from elsewhere are `elsewhere`: they need no keeping.
    """

    trained: Sure
    trained_at: Site | None
    kept: tuple[Kept, ...] = ()
    elsewhere: bool = False

    @property
    def keeping(self) -> Keeping:
        if self.elsewhere:
            return Keeping.KEPT
        return max((kept.how for kept in self.kept), key=attrgetter("value")) if self.kept else Keeping.NOWHERE


DEFAULT = "default"  # the name that PEFT gives an adapter which is given none
Token = tuple[Oid, int]  # an adapter and how many trainings it has seen


class Adapter(NamedTuple):
    """One named set of LoRA (or other PEFT) weights.

    `name` is None where the script computes it. `origin` is "created", "loaded", "blended" (add_weighted_adapter) or
    "unknown". `config` is the object the adapter was made from, opaque here.
    """

    name: Hashable
    site: Site
    origin: str
    token: Token
    frozen: Frozen | None = None
    config: Hashable = None
    undecided: Hashable = None  # whether it was loaded trainable, where a test of the script may tell later
    half: bool = False  # trainable weights in float16
    sources: tuple[Token, ...] = ()  # of a blended adapter: the weights that it was computed from
    trial: bool = False  # made in a trial of a search, which measures it and lets it go
    copy_of: Oid | None = None  # the adapter that this one is a copy of, by copy.deepcopy
    beside: bool = False  # a prompt: no layer of the model is changed for it


@final
class BaseModel(NamedTuple):
    """A transformers (or diffusers, or torch) model object.

    `layers` are the adapters whose layers sit inside it: `get_peft_model` and a trainer's `peft_config` put them there
    in place. `merged` lists the adapter weights that were folded into it, `stripped` those that `unload()` threw
    away. `integration` is true where transformers' own `add_adapter`/`load_adapter` attached them. `traits` are further
    facts: "half" (its weights are in float16), "new head" (the checkpoint has none), "own letters" (its head has a row
    for each letter of the script, and it has no embedding), "folded in" (the adapters' weights that are in the files
    which it is loaded of, and which the script has written), "tied" (input and output embedding are one), "pipeline" (a
    bundle of models), "part" (what kind of pipeline it is made for), "remade" (another library has put methods of its
    own in the place of these), "small by itself" (its library quantizes where nothing is asked for: was nothing
    asked for?), "may be adapted" (its library gives a PeftModel where an adapter is loaded). `named` is the class that
    an Auto class makes of a model of this name: for people to read, nothing hangs on it.
    """

    cls: str
    site: Site
    source: Hashable = None
    named: str = ""
    known: bool = True
    layers: tuple[Oid, ...] = ()
    integration: bool = False
    active: tuple[Hashable, ...] = ()
    disabled: Site | None = None
    trainable: Sure = Sure.YES
    trained_at: Site | None = None
    merged: tuple[Token, ...] = ()
    merged_at: Site | None = None
    stripped: tuple[Token, ...] = ()
    stripped_at: Site | None = None
    used: bool = False  # after a merge: somebody called or saved the result
    quantized: str = ""
    resized_at: Site | None = None
    traits: tuple[tuple[str, Hashable], ...] = ()


@final
class PeftModel(NamedTuple):
    """The wrapper that `get_peft_model` and `PeftModel.from_pretrained` return.

    `tuner` is true for a bare `LoraModel`, which has no `save_pretrained` of its own, `mixed` for a PeftMixedModel,
    whose `save_pretrained` raises NotImplementedError (peft 0.21). The wrapper is *emptied* once
    the layers of its adapters are gone from the base; no test at run time can tell.
    """

    base: Oid
    site: Site
    adapters: tuple[tuple[Hashable, Oid], ...]
    active: tuple[Hashable, ...]
    known: bool = True
    disabled: Site | None = None
    folded: Site | None = None  # merge_adapter(): merged in place, until unmerge_adapter()
    tuner: bool = False
    mixed: bool = False
    task: str | None = None  # the class depends on task_type: "" is a bare PeftModel, None is not known
    extended: bool = False  # another library has put methods of its own on it


@final
class Wrapper(NamedTuple):
    """An object around a model: torch.compile ("compiled"), DistributedDataParallel or DataParallel ("parallel"),
    FullyShardedDataParallel ("sharded")."""

    kind: str
    inner: Oid
    site: Site


Model = BaseModel | PeftModel | Wrapper


STIRRED = "stirred"


class Written(NamedTuple):
    """One thing that was written to a place: `what` is "adapter", "model", "weights", "config" or "checkpoint"; or
    STIRRED, where something was taken away from there, and nobody knows whether what was written before was.

    `found`: it lay there before, and a load has shown it; what else lies in the folders around is not known.
    """

    what: str
    tokens: tuple[Token, ...]
    site: Site
    model: Oid | None = None
    temporary: bool = False
    found: bool = False
    when: tuple[tuple[tuple[Any, ...], bool], ...] = ()  # only on paths on which these terms have these truth values


NOT_SEEN = ("**", "loaded")  # what stands among the fields for others


class Config(NamedTuple):
    """What is known of an adapter's config at the moment it is put on a model: its class and plain field values.

    A field whose value the script computes is `UNKNOWN`; one that is not given is absent. `astray` are modules of a
    field that has to name some of another's, and names others: the class raises.
    """

    cls: str
    site: Site
    fields: tuple[tuple[str, Hashable], ...] = ()
    astray: tuple[str, ...] = ()

    def get(self, name: str) -> Hashable:
        """A field, None where it is not given."""
        return dict(self.fields).get(name)

    @property
    def open(self) -> bool:
        """Are there fields that are not seen: given by `**`, or those of a config that is loaded?"""
        return any(name in NOT_SEEN for name, _ in self.fields)


class EitherConfig(NamedTuple):
    """The configs of an adapter that is made by one method on one path, and by another method on another."""

    configs: tuple[Config, ...]


def configs_in(config: Hashable) -> tuple[Config, ...]:
    """Those that an adapter may have been made from; none where nothing is known."""
    if isinstance(config, EitherConfig):
        return config.configs
    return (config,) if isinstance(config, Config) else ()


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN = _Unknown.UNKNOWN  # the value of a field that the script computes
