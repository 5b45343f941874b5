"""The vocabulary of a lifecycle: every kind of event, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of event: what happened, and the words for it where a model's life is shown.

    `saves`: files are written. `silent`: it is for the rules, and left out where a life is shown.
    """

    meaning: str
    words: str
    saves: bool = False
    silent: bool = False


KINDS: Mapping[str, Kind] = {
    # a model comes to be, and gets or loses adapters
    "created": Kind("a model is built or loaded", "created"),
    "wrapped": Kind("a PeftModel is put around a model, with a new adapter", "wrapped"),
    "added": Kind("a model that is there gets a new adapter", "adapter added"),
    "loaded": Kind("a saved adapter is loaded", "adapter loaded"),
    "weights_put": Kind("load_state_dict puts tensors into a model", "weights loaded"),
    "blended": Kind("an adapter is computed from others", "adapter blended"),
    "activated": Kind("adapters are made the active ones, and opened for training", "adapter activated"),
    "deleted": Kind("an adapter is taken out of the model", "adapter deleted"),
    "merged": Kind("merge_and_unload: the plain model is given back, the wrapper is emptied", "merged"),
    "unloaded": Kind("unload: the plain model is given back without the adapter's effect", "adapter unloaded"),
    "folded": Kind("merge_adapter: merged in place, the layers stay", "merged in place"),
    "fused": Kind("a pipeline's adapter is merged in place", "fused"),
    "unfused": Kind("a pipeline's adapter is taken out of the weights again", "unfused"),
    "disabled": Kind("adapters are switched off until they are enabled again", "adapters disabled"),
    "around": Kind("a wrapper of torch is put around a model", "wrapped by torch"),
    "prepared": Kind("Accelerator.prepare", "prepared"),
    "sharded": Kind("the model's parameters are parted over processes", "sharded"),
    "overridden": Kind("an attribute of a model is set by the script", "overridden"),
    # what it takes to be trained
    "prepared_kbit": Kind("prepare_model_for_kbit_training freezes all parameters", "prepared for k-bit training"),
    "resized": Kind("the embedding gets rows for new tokens", "resized"),
    "frozen": Kind("the script sets requires_grad", "frozen or opened", silent=True),
    "input_grads": Kind("gradients of the inputs are switched on or off", "input gradients set"),
    "checkpointing": Kind("gradient checkpointing is switched on", "gradient checkpointing"),
    "optimizer": Kind("an optimizer is made of parameters", "optimizer made", silent=True),
    "stepped": Kind("an optimizer steps, or is given to a trainer", "optimizer steps", silent=True),
    "trainer": Kind("a trainer is made for a model", "handed to a trainer"),
    "trained": Kind("gradients reach a model's trainable parameters", "trained"),
    "measured": Kind("the script measures memory or time from here on", "measured", silent=True),
    # what is written, and what is looked for
    "saved": Kind("a model is saved as its class does it", "saved", saves=True),
    "weights_saved": Kind("tensors are written without a config", "weights saved", saves=True),
    "merged_copy_saved": Kind("a merged copy is saved, the model stays as it is", "merged copy saved", saves=True),
    "exported": Kind("a merged copy is written in a form for other programs", "exported"),
    "config_saved": Kind("adapter_config.json is written alone", "config saved"),
    "saved_beside": Kind("an object of unknown type is saved", "saved beside"),
    "weights_named": Kind("a weights file is written under PEFT's old name", "weights named", silent=True),
    "removed": Kind("a file or directory is removed or moved away", "removed", silent=True),
    "expected": Kind("a file is read or looked for by name", "expected", silent=True),
    "named": Kind("a text of the script names a file of PEFT", "named", silent=True),
    # how the script treats what it holds
    "checked": Kind("the type of a model is asked for", "checked", silent=True),
    "accessed": Kind("an attribute is read that only some kinds of models have", "accessed", silent=True),
    "handed": Kind("code that is not seen gets the model", "handed over", silent=True),
    "discarded": Kind("a result that matters is not kept", "result dropped", silent=True),
    "context": Kind("a context manager is made", "context made", silent=True),
    "context_dropped": Kind("a context manager is made and never entered", "context dropped", silent=True),
    "requires": Kind("a name or argument is used that some releases lack", "requires a release", silent=True),
    "failed": Kind("a call that certainly raises", "fails"),
}
SAVES = tuple(name for name, kind in KINDS.items() if kind.saves)
