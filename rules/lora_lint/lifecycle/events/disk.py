"""What is written, and what is looked for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal, NamedTuple

from lora_lint.lifecycle.events.kind import Node, View, kind
from lora_lint.lifecycle.files import Files
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Site, Token, Written


@kind("saved", "saved")
class Saved(NamedTuple):
    """A model is saved as its class does it: whole (`full`), or its `adapters`, each with its weights and its files.

    `how` is "save_pretrained", "save_model" (of a trainer) or "push_to_hub". `state` says what a `state_dict=` argument
    holds: "" none or right, "empty" no key that PEFT looks for, "filtered" the adapter's own, "compiled" keys with the
    prefix of torch.compile, which load as nothing. `with_embeddings`: whether the script asks for the embedding in the
    file, None where that is not known. `lost`: what was trained cannot be loaded from it. `found` is what lies at the
    place already, and whether it surely does. `heads`: new layers of a network of the script's own that stand on a
    model of which the adapters are saved.
    """

    place: Place | None
    how: str
    state: str = ""
    given_state: bool = False  # of a plain model, or another one than the argument's own default
    with_embeddings: bool | Literal["auto"] | None = "auto"
    by_trainer: bool = False
    compiled_at: Site | None = None  # where the model that the trainer was given was compiled
    implicit: bool = False  # the trainer's own directory
    chosen: bool = False  # only where a measure is better than before, or now and then
    selected: frozenset[Hashable] | None = None
    misnamed: tuple[str, ...] = ()  # of those, what no adapter is called: the save raises
    path_node: Node = None
    full: bool = False
    emptied: bool = False
    lost: bool = False
    lora_inside: bool = False
    sharded: bool = False
    overridden: bool = False
    adapters: tuple[Oid, ...] = ()
    tokens: tuple[Token, ...] = ()
    files: tuple[Files, ...] = ()
    found: tuple[tuple[Written, bool], ...] = ()
    heads: tuple[str, ...] = ()
    view: View = None


@kind("weights_saved", "weights saved")
class WeightsSaved(NamedTuple):
    """Tensors are written without a config.

    `whole`: what is written loads back by itself. `copied`: the script has put the tensors into a dict of its own.
    `beside`: weights of layers of the script's own, which are around the model, are written with them. `lost`: a filter
    has left nothing of `adapters`, by what takes a gradient ("gradient"), which no tensor of a state dict does, or by
    the keys ("key"). `without`: modules that the adapter trains whole, of which a filter by key has left nothing.
    `file` is where the one file lies that is written, `nameless` by which keys in it state dicts are whose own keys
    lack the adapter's name.
    """

    tokens: tuple[Token, ...]
    place: Place | None
    whole: bool
    copied: bool
    files: tuple[Files, ...]
    path_node: Node
    view: View
    how: str = "weights_saved"
    adapters: tuple[Oid, ...] = ()
    lost: Literal["", "gradient", "key"] = ""
    beside: bool = False
    without: tuple[str, ...] = ()
    file: Place | None = None
    nameless: tuple[tuple[Hashable, ...], ...] = ()


@kind("object_saved", "object saved", silent=True)
class ObjectSaved(NamedTuple):
    """An object is written to a file, of which nobody knows that it holds weights of a model."""

    file: Place | None


@kind("merged_copy_saved", "merged copy saved")
class MergedCopySaved(NamedTuple):
    """A merged copy is saved, the model stays as it is."""

    tokens: tuple[Token, ...]
    place: Place | None
    files: tuple[Files, ...]
    found: tuple[tuple[Written, bool], ...]
    path_node: Node = None
    how: str = "merged_copy_saved"
    adapters: tuple[Oid, ...] = ()
    lost: bool = False


@kind("exported", "exported")
class Exported(NamedTuple):
    """A merged copy is written in a form for other programs."""

    place: Place | None


@kind("config_saved", "config saved")
class ConfigSaved(NamedTuple):
    """adapter_config.json is written alone."""

    place: Place | None
    path_node: Node
    view: View


@kind("settings_saved", "settings saved", silent=True)
class SettingsSaved:
    """The settings of an adapter are written in another form than adapter_config.json, or may be in code that is not
    seen."""


@kind("saved_beside", "saved beside")
class SavedBeside(NamedTuple):
    """An object of unknown type, a tokenizer or the like, is saved."""

    place: Place | None
    path_node: Node
    view: View


@kind("weights_named", "weights named", silent=True)
class WeightsNamed:
    """A weights file is written under PEFT's name."""


@kind("removed", "removed", silent=True)
class Removed(NamedTuple):
    """A file or directory is removed, or moved away (`to` where that is known): `name` is the last part of its path."""

    name: str
    place: Place
    to: Place | None = None


@kind("expected", "expected", silent=True)
class Expected(NamedTuple):
    """A file is looked for by name (`how` is "exists", or "searched": below a folder), or "read", by a `reader`; or all
    that is in a folder is "listed"."""

    name: str
    place: Place | None
    how: str
    reader: str


@kind("tensors_read", "tensors read", silent=True)
class TensorsRead:
    """A file is read by `torch.load` and the like, whatever its name is."""


@kind("picked_by_name", "picked by its name", silent=True)
class PickedByName(NamedTuple):
    """Of what is in a folder, or what a pattern matches, that is taken whose name comes last in the alphabet.

    `sorted_at` is the call that puts them in this order."""

    folder: Place | None
    pattern: str
    sorted_at: Site


@kind("named", "named", silent=True)
class Named:
    """A text of the script names a file of PEFT."""


Whole = Saved | WeightsSaved  # by the model itself, or its tensors by `torch.save` and the like
Save = Saved | WeightsSaved | MergedCopySaved  # files are written, which are predicted
SAVES = (Saved, WeightsSaved, MergedCopySaved)
