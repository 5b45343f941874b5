"""What it takes to be trained, and trainings."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.lifecycle.events.kind import View, kind
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Site


@kind("prepared_kbit", "prepared for k-bit training")
class PreparedKbit:
    """prepare_model_for_kbit_training freezes all parameters."""


@kind("resized", "resized")
class Resized(NamedTuple):
    """The embedding gets rows for new tokens; `new`: the script has added tokens for which it has none yet."""

    new: bool = False


@kind("frozen", "frozen or opened", silent=True)
class Froze(NamedTuple):
    """The script sets requires_grad of an adapter; `opened`: of one that was frozen, to train it again."""

    adapter: Oid
    opened: bool = False


@kind("part_opened", "part opened", silent=True)
class PartOpened(NamedTuple):
    """A part of the model is opened for training that may be a layer of these adapters."""

    adapters: tuple[Oid, ...]


@kind("input_opened", "gradient of an input asked for", silent=True)
class InputOpened:
    """A tensor that the script has computed is to get a gradient: a backward pass may be made for that alone."""


@kind("base_opened", "weights of the model opened", silent=True)
class BaseOpened(NamedTuple):
    """Weights of the model itself are opened for training, while adapters are in it: those of a module of this name.

    `closed`: they are frozen again; `new`: the module is put into the model now.
    """

    module: str
    closed: bool = False
    new: bool = False


@kind("input_grads", "input gradients set")
class InputGrads(NamedTuple):
    """Gradients of the inputs are switched on or off."""

    on: bool


@kind("checkpointing", "gradient checkpointing")
class Checkpointing(NamedTuple):
    """Gradient checkpointing is switched on; `by_hand` where the script calls a part of the model through it."""

    by_hand: bool


@kind("optimizer", "optimizer made", silent=True)
class OptimizerMade(NamedTuple):
    """An optimizer is made of parameters of `models`, as far as these are known; `empty`: of none.

    `beside` are modules of the model itself of which it holds weights; `whole`: it holds some of each.
    """

    models: tuple[Oid, ...]
    empty: bool
    view: View
    beside: tuple[str, ...] = ()
    whole: bool = False


@kind("stepped", "optimizer steps", silent=True)
class Stepped(NamedTuple):
    """An optimizer, `made` elsewhere, steps or is given to a trainer.

    Of the adapters with a gradient it may hold some (`held`), and certainly lacks others (`missed`). `layers`: of these
    it holds the layers alone, and none of the modules that they train whole.
    """

    made: Site | None
    held: tuple[Oid, ...]
    missed: tuple[Oid, ...]
    layers: tuple[Oid, ...] = ()


@kind("trainer", "handed to a trainer")
class TrainerMade(NamedTuple):
    """A trainer is made for a model; `args` is where its arguments are made. `refuses`: it takes no such model, whose
    weights are quantized, without an adapter. `shares`: the adapters whose layers are in its reference as well."""

    args: Site | None
    refuses: bool = False
    shares: tuple[Oid, ...] = ()


@kind("trained", "trained")
class Trained(NamedTuple):
    """Gradients reach a model's trainable parameters.

    `how` is "trainer" or "backward"; `steps`: an optimizer steps that the script does not step. Of the adapters that
    are `held`, those are `active` that are switched on; of them `adapters` are trained (`half`: in float16) and the
    others `frozen`. A trainer says whether it writes `checkpoints`, how many of them it `keeps` (None: all, or not
    known), its `output_dir`, the checkpoint that it `resumes`, and where the model that it was given was compiled;
    `reentrant` and the like are None where nobody set them.
    `made_up`: the loss comes of tensors that the script fills by itself, with random numbers say. `copies`: of these
    adapters only the copies of modules train, their layers were frozen there. `unread`: the trainer's arguments ask for
    a checkpoint to go on from, and the call that trains does not. `finds_none`: it asks for the last one in a directory
    that no run has written to before.
    """

    how: str
    steps: bool = False
    adapters: tuple[Oid, ...] = ()
    frozen: tuple[Oid, ...] = ()
    disabled: bool = False
    active: tuple[Oid, ...] = ()
    held: tuple[Oid, ...] = ()
    half: tuple[Oid, ...] = ()
    reentrant: object = None
    input_grads: object = None
    recomputed: object = None
    checkpoints: bool = True
    keeps: object = None
    output_dir: Place | None = None
    resumes: Place | None = None
    compiled_at: Site | None = None
    made_up: bool = False
    copies: tuple[tuple[Oid, Site], ...] = ()
    unread: bool = False
    finds_none: bool = False
    view: View = None


@kind("tested", "tested", silent=True)
class Tested:
    """A model that was trained is run without gradients: how good is it?"""


@kind("taken_over", "taken over", silent=True)
class TakenOver(NamedTuple):
    """A model is run without gradients, as it was loaded or made, while another wrapper of its base model was trained:
    that one's adapter has the same name, and so the place of its layers (`by`)."""

    by: Oid


@kind("measured", "measured", silent=True)
class Measured:
    """The script measures memory or time from here on."""
