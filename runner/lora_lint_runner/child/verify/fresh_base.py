"""The base of an adapter as its user loads it anew, and the adapter on it."""

from __future__ import annotations

import contextlib
import os
import warnings
from typing import Any, NamedTuple

from ..observe.outputs import Answer, ask
from . import placing
from .adapter import WEIGHTS
from .tensors import Tensor, Unreadable, read
from .words import words

# what a head is as wide as, beside classes: how far a series is told ahead, of how many channels (transformers 5.23,
# PatchTSTConfig and its kin)
OF_HEADS = ("prediction_length", "num_input_channels", "num_targets")
# what the layers before the first block are as wide as: a base that a script has given others is as it made it
OF_INPUTS = (
    "context_length", "patch_length", "patch_stride", "use_cls_token", "patch_size", "image_size", "num_channels",
)  # fmt: skip
EMBEDDINGS = (
    "embed_tokens.weight", "wte.weight", "embed_in.weight", "word_embeddings.weight", "shared.weight",
)  # fmt: skip
OTHER_SIZE = "size mismatch"  # what torch says of weights that do not fit


class Loaded(NamedTuple):
    """An adapter on a fresh base: `base` is wrapped by now, `before` what it answered bare, `missing` what peft says
    that the files lack."""

    model: Any
    base: Any
    before: Any
    missing: str


def with_adapter(base: Any, folder: str, answer: Answer) -> Loaded:
    """An adapter on a base; where what takes the inputs has other sizes, on one that has the adapter's."""
    from peft import PeftModel

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            before = ask(base, answer.inputs)
            model = PeftModel.from_pretrained(base, folder)
        except RuntimeError as error:
            if OTHER_SIZE not in str(error):
                raise
            base = load(answer, folder, of_inputs=True)
            before = ask(base, answer.inputs)
            model = PeftModel.from_pretrained(base, folder)
    missing = (str(w.message) for w in said if "missing adapter keys" in str(w.message).lower())
    return Loaded(model, base, before, next(missing, ""))


def load(answer: Answer, folder: str, of_inputs: bool = False) -> Any:
    """The base as a user loads it anew, where the trained one lay: same class, same name; heads and vocabulary as the
    adapter's files need, and what takes the inputs where these hold that, too."""
    config = answer.base_config
    if not answer.base_name or not hasattr(answer.base_class, "from_pretrained"):
        raise LookupError("the base has no name")
    options = {**answer.base_options, **placing.quantized_as(answer)}
    if answer.base_part is not None:
        options["subfolder"] = answer.base_part
    if config is not None and hasattr(answer.base_class, "config_class"):
        base_config = answer.base_class.config_class.from_pretrained(answer.base_name)
        if getattr(config, "num_labels", None) != getattr(base_config, "num_labels", None):
            options["num_labels"] = config.num_labels
            options["ignore_mismatched_sizes"] = True
        for name in (*OF_HEADS, *(OF_INPUTS if of_inputs else ())):
            if getattr(config, name, None) != getattr(base_config, name, None):
                options.update({name: getattr(config, name), "ignore_mismatched_sizes": True})
        if getattr(config, "problem_type", None):
            options["problem_type"] = config.problem_type
    base = answer.base_class.from_pretrained(answer.base_name, **options)
    size, known = _vocabulary(config), words(base)
    if known is None and size is not None and size != getattr(base.config, "vocab_size", size):  # a head of letters
        options.update(vocab_size=size, ignore_mismatched_sizes=True)
        base = answer.base_class.from_pretrained(answer.base_name, **options)
    for name in ("pad_token_id", "decoder_start_token_id"):
        if config is not None and getattr(config, name, None) is not None:
            setattr(base.config, name, getattr(config, name))
    rows = _embedding_rows(folder) or size
    if rows is not None and known is not None and known.weight.shape[0] != rows:
        base.resize_token_embeddings(rows)
    return placing.beside(base, answer)


def _vocabulary(config: Any) -> int | None:
    """How many tokens the trained model knew."""
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    size = getattr(text, "vocab_size", None)
    return size if isinstance(size, int) else None


def _embedding_rows(folder: str) -> int | None:
    """How many tokens the embedding in an adapter's files has, if there is one."""
    return next((tensor.shape[0] for key, tensor in saved(folder).items() if key.endswith(EMBEDDINGS)), None)


def saved(folder: str) -> dict[str, Tensor]:
    """The weights in an adapter's files; none where they cannot be read."""
    for name in WEIGHTS:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            with contextlib.suppress(OSError, Unreadable):
                return read(path)
    return {}
