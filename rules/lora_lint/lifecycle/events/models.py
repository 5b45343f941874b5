"""A model comes to be, and gets or loses adapters."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from lora_lint.lifecycle.events.kind import Node, View, kind
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Config, Oid, Site, Token

Unmatched = tuple[str, tuple[str, ...], tuple[str, ...]]  # a family, target modules that it does not have, all it has


class Head(NamedTuple):
    """A head that is random at first, and the `task` type under which PEFT trains and saves it along ("" where it has
    none): one of its `names`, or all that it may have. `beyond` is what of the head no task type covers; `model` is the
    name that the model was loaded by, "" where that is not known."""

    task: str
    names: tuple[str, ...]
    beyond: tuple[str, ...] = ()
    model: str = ""


@kind("created", "created")
class Created:
    """A model is built or loaded."""


@kind("wrapped", "wrapped")
class Wrapped(NamedTuple):
    """A PeftModel is put around a model, with a new adapter.

    `by` is "call", "keywords" (the config's fields are keywords of the call) or "trainer". `inside` are the adapters
    that a trainer merges into the base first; where releases in the range `raises` refuse, there is no `result`, nor
    where a setting of the adapter that is there `differs`. `tied` are the names of input and output embedding where
    they are one weight. `own` are new layers of a network of the script's own that is wrapped as a whole.
    """

    by: str
    config: Config | None
    name: Hashable
    new_tokens: bool = False
    unmatched: Unmatched | None = None
    tied: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()
    head: Head | None = None
    own: tuple[str, ...] = ()
    inside: tuple[Oid, ...] = ()
    raises: str = ""
    differs: str = ""
    view: View = None
    result: Oid | None = None
    adapter: Oid | None = None


@kind("added", "adapter added")
class Added(NamedTuple):
    """A model that is there gets a new adapter.

    `problem` is why it raises: "signature", "name" (taken), or "". `integration`: by the method of transformers.
    """

    name: Hashable
    problem: str
    integration: bool
    config: Config | None = None
    unmatched: Unmatched | None = None
    tied: tuple[str, ...] = ()
    view: View = None
    adapter: Oid | None = None


@kind("loaded", "adapter loaded")
class Loaded(NamedTuple):
    """A saved adapter is loaded.

    `onto` is what gets it: "base" is wrapped, "peft" has one already, "integration" (by the method of transformers),
    "pipeline". `auto`: the base model is loaded along with it. `trainable`: the script asks for that, in plain words.
    `by_old_name`: what gets it is a variable from before a merge that has changed the model behind it. `made_for`: the
    name of the base model that it was saved from, where what gets it is certainly another one. `tolerant`: the script
    has thought of tensors of another size. `looks_for`: how the keys begin that a pipeline looks for, where that is
    known; others are passed over.
    """

    place: Place | None
    onto: str
    name: Hashable = None
    auto: bool = False
    trainable: bool = False
    path_node: Node = None
    view: View = None
    result: Oid | None = None
    adapter: Oid | None = None
    by_old_name: bool = False
    made_for: str = ""
    tolerant: bool = False
    looks_for: str = ""


@kind("weights_put", "weights loaded")
class WeightsPut(NamedTuple):
    """A state dict is put into a model: tensors are `nameless` where their keys lack the name that it looks for.

    `astray` are those of adapters in a state dict of which the model has no key at all: a wrapper that was
    around the one that it was taken from puts its name before each, and this model has none, or another. `unread`: it
    comes of a file that the script has not written until here; `out_of` is where that lies, and by which keys it is in
    it, or it is `one_of` those in a folder that a pattern matches ("": all of them). `taken`: where they were asked
    for, if they are those of this very model, which keeps what it has.
    """

    nameless: bool
    file: str
    strict: bool | None
    held: tuple[Oid, ...]
    astray: tuple[Token, ...] = ()
    by_peft: bool = False  # by `set_peft_model_state_dict`
    unread: bool = False
    out_of: tuple[Place, tuple[Hashable, ...]] | None = None
    one_of: tuple[Place, str] | None = None
    taken: tuple[Site, ...] = ()


@kind("state_taken", "state dict taken", silent=True)
class StateTaken(NamedTuple):
    """The state dict of a model that holds adapters is asked for: its tensors share the memory of the parameters.
    `chosen` as in `Saved`."""

    chosen: bool


@kind("moved", "moved", silent=True)
class Moved:
    """The parameters of a model, of which a state dict was taken, may get other memory: on another device, as another
    type."""


@kind("blended", "adapter blended")
class Blended(NamedTuple):
    """An adapter is computed from others; None where their names are not known."""

    sources: list[Hashable] | None
    name: Hashable = None
    adapter: Oid | None = None


@kind("activated", "adapter activated")
class Activated(NamedTuple):
    """Adapters are made the active ones, and opened for training; None where their names are not known. `misnamed`: of
    these, what no adapter is called; a PeftModel `raises` then, the LoraModel inside it switches all of its own off."""

    names: list[Hashable] | None
    misnamed: tuple[str, ...] = ()
    raises: bool = True


@kind("deleted", "adapter deleted")
class Deleted(NamedTuple):
    """An adapter is taken out of the model. `measured`: only where one measure is above another, or is not."""

    adapters: list[Oid]
    view: View
    measured: bool = False


@kind("merged", "merged")
class Merged(NamedTuple):
    """merge_and_unload: the plain model is given back, the wrapper is emptied. `emptied`: it was so before. `names` are
    the adapters that the script asks for, None where it asks for none: those that are active are merged. Or it asks for
    some that are not known (`untold`). `misnamed`: of the names, what no adapter is called; nothing is said of it."""

    base: Oid
    emptied: bool
    view: View
    result: Oid | None = None
    names: list[Hashable] | None = None
    untold: bool = False
    misnamed: tuple[str, ...] = ()


@kind("unloaded", "adapter unloaded")
class Unloaded(NamedTuple):
    """unload: the plain model is given back without the adapter's effect. `emptied`: the wrapper was so before."""

    base: Oid
    emptied: bool
    view: View
    result: Oid | None = None


@kind("folded", "merged in place")
class Folded(NamedTuple):
    """merge_adapter: merged in place, the layers stay."""

    view: View


@kind("fused", "fused")
class Fused:
    """A pipeline's adapter is merged in place."""


@kind("unfused", "unfused")
class Unfused:
    """A pipeline's adapter is taken out of the weights again."""


@kind("disabled", "adapters disabled")
class Disabled(NamedTuple):
    """Adapters are switched off until they are enabled again."""

    view: View


@kind("around", "wrapped by torch")
class Around:
    """A wrapper of torch is put around a model."""


@kind("prepared", "prepared")
class Prepared:
    """Accelerator.prepare and kin."""


@kind("sharded", "sharded")
class Sharded:
    """The model's parameters are parted over processes."""


@kind("overridden", "overridden")
class Overridden(NamedTuple):
    """`state_dict` of a model is set by the script: it `gives` the keys of the "adapter", or something "unknown"."""

    gives: str
