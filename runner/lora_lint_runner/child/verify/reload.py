"""Loads what was saved onto a fresh base, and asks the question that the model was asked when it was saved."""

from __future__ import annotations

import contextlib
import json
import os
import re
import textwrap
import warnings
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from ..observe.bare import parts, weights
from ..observe.outputs import Answer, ask, layers
from . import placing
from .words import words

CLOSE = 2e-3
SAME = 1e-4  # where a weight of the base was open, too: what a few small steps made of it counts
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
MISSED = "part of what was trained is not in the files"
PATCHED = "the script has put other modules in the place of some of the base's: no fresh one has these"


class Reloaded(NamedTuple):
    """`ok` is None where it could not be tried; `text` says why, or what is wrong; `anew` names what of the base each
    load draws anew."""

    ok: bool | None
    text: str = ""
    difference: float | None = None
    anew: str = ""


def adapter(
    folder: str, answer: Answer | None, written: Callable[[], Collection[str]] = tuple, tolerance: float = CLOSE
) -> Reloaded:
    """Loads an adapter as its user will, and compares answers. `written` gives all files that the script saved: they
    are only looked at where part of what was trained may be in another one."""
    if answer is None:
        return Reloaded(None, "no answer of the saved model to compare with")
    if by_chance := _base_by_chance(folder):
        return Reloaded(None, f"not compared: {by_chance} takes a part of the base away by chance, anew at each load")
    if lacking := placing.lacking_room(answer):
        return Reloaded(None, lacking)
    try:
        base = placing.beside(fresh(answer, folder), answer)
    except Exception as error:
        return Reloaded(None, f"no fresh base to load it on: {_first(error)}")
    if answer.layers and any(answer.layers.get(name, count) != count for name, count in layers(base).items()):
        return Reloaded(None, "the script took layers out of the base, or put some in: no fresh one has these")
    from peft import PeftModel

    patched = any(answer.parts.get(name) is not cls for name, cls in parts(base).items()) if answer.parts else False
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                before = ask(base, answer.inputs)
                model = PeftModel.from_pretrained(base, folder)
            except RuntimeError as error:
                if OTHER_SIZE not in str(error):
                    raise
                base = placing.beside(fresh(answer, folder, of_inputs=True), answer)
                before = ask(base, answer.inputs)
                model = PeftModel.from_pretrained(base, folder)
    except Exception as error:
        return (
            Reloaded(None, PATCHED) if patched else Reloaded(False, f"can't be loaded on a fresh base: {_first(error)}")
        )
    missing = [str(w.message) for w in said if "missing adapter keys" in str(w.message).lower()]
    if missing and _all_below(answer.own, missing[0]):
        return Reloaded(None, "the script has put modules of its own into the base: no fresh one has these")
    if missing and patched:
        return Reloaded(None, PATCHED)
    if missing:
        return Reloaded(False, f"a reload misses keys: {_short(missing[0])}")
    after = ask(model, answer.inputs)
    if after is None:  # a loss of AdaLoRA's needs an adapter that trains (peft 0.21)
        args, options = answer.inputs
        after = ask(model, (args, {name: value for name, value in options.items() if name != "labels"}))
    found = compared(before, after, answer, SAME if answer.beside and answer.dtype is None else tolerance)
    if found.ok is False and found.difference is not None:
        anew = _drawn_anew(base, answer, folder)
        if anew:
            text = f"{found.text}: {anew} is drawn anew at each load (name it in modules_to_save)"
            return found._replace(text=text, anew=anew)
        if answer.beside:
            name, place = next(iter(answer.beside)), _other_file(written(), answer)
            if place is not None:
                return Reloaded(None, f"{name} of the base trains, too, and is in {place}")
            text = f"{found.text}: {name} of the base has requires_grad, too, and only the adapter is saved"
            return found._replace(text=text)
        if patched:
            return Reloaded(None, PATCHED)
        if _computes_otherwise(model, before, answer):
            return Reloaded(None, "the script has changed how its base computes: no fresh one answers as it does")
        if not answer.own_base and (changed := _changed(model, answer)):
            return found._replace(text=found.text.replace(MISSED, f"{changed} of the base is not as it is loaded"))
    return found


def _computes_otherwise(model: Any, before: Any, answer: Answer) -> bool:
    """Did the base answer otherwise without the adapter, and with the very weights that a fresh one has? Then nothing
    that was trained is missed, but a hook, a method of the script's own, a setting of a module."""
    if before is None or answer.bare is None or before.shape != answer.bare.shape or not answer.weights:
        return False
    apart = float((before - answer.bare).abs().max()) > SAME * max(1.0, float(before.abs().max()))
    return apart and _changed(model, answer) is None


def _changed(model: Any, answer: Answer) -> str | None:
    """The first weight of the base that is not as a fresh one has it."""
    fresh = weights(model) if answer.weights else {}
    return next((name for name, found in fresh.items() if answer.weights.get(name) != found), None)


def _all_below(modules: list[str], said: str) -> bool:
    """Does a text name keys of an adapter, and are they all below some modules of its base?"""
    keys = re.findall(r"'base_model\.model\.([\w.]+)'", said)
    return bool(keys) and all(any(key.startswith(f"{name}.") for name in modules) for key in keys)


def _other_file(written: Collection[str], answer: Answer) -> str | None:
    """The last of the files that hold the weights of the base that train with the adapter, as they were when it was
    saved; None where one of them is in no file."""
    from .tensors import PICKLES, Unreadable, read

    wanted, found = set(answer.beside.values()), None
    for path in written:
        with contextlib.suppress(OSError, Unreadable):
            held = {t.digest() for t in read(path).values()} if path.endswith((*PICKLES, ".safetensors")) else set()
            found = os.path.basename(path) if wanted & held else found
            wanted -= held
    return found if not wanted else None


def _base_by_chance(folder: str) -> str:
    """The way to begin an adapter that changes the base by a random estimate (PiSSA with a fast SVD, peft 0.21)."""
    with contextlib.suppress(OSError, ValueError), open(f"{folder}/adapter_config.json", encoding="utf-8") as file:
        begun = json.load(file).get("init_lora_weights")
        return begun if isinstance(begun, str) and begun.startswith("pissa_niter") else ""
    return ""


def _drawn_anew(base: Any, answer: Answer, folder: str) -> str:
    """The first module of the base that each load draws anew, as its checkpoint has none of it, and that the adapter's
    files lack, too. `base` is wrapped by now."""
    import torch

    from .tensors import Unreadable, read

    with contextlib.suppress(OSError, Unreadable, StopIteration):
        name = next(n for n in ("adapter_model.safetensors", "adapter_model.bin") if os.path.isfile(f"{folder}/{n}"))
        saved = {key.removeprefix("base_model.model.") for key in read(os.path.join(folder, name))}
        again = dict(fresh(answer, folder).named_parameters())
        for key, value in base.named_parameters():
            other = again.get(key.replace(".base_layer", ""))
            if other is not None and other.shape == value.shape and key not in saved and not torch.equal(other, value):
                return str(key).rpartition(".")[0]
    return ""


def compared(before: Any, after: Any, answer: Answer, tolerance: float) -> Reloaded:
    """The reloaded model should answer as the saved one did, and not as the base does."""
    import torch

    if after is None or after.shape != answer.output.shape:
        return Reloaded(None, "the reloaded model could not be asked")
    if not torch.isfinite(answer.output).all():
        return Reloaded(False, "the trained model answers NaN or Inf")
    gap = float((after - answer.output).abs().max())
    scale = max(1.0, float(answer.output.abs().max()))
    if gap <= tolerance * scale:
        return Reloaded(True, "", gap)
    as_base = before is not None and before.shape == after.shape and float((after - before).abs().max()) < 1e-7
    if placing.device_of(answer) is not None and not as_base:
        if placing.nearer_than_base(before, after, answer):
            return Reloaded(True, "", gap)
        return Reloaded(None, f"not compared: {gap:.2g} apart, and on this device no two loads answer quite the same")
    why = "it answers as the bare base does" if as_base else MISSED
    text = f"reloaded on a fresh base it answers otherwise than the trained model ({gap:.2g} apart): {why}"
    return Reloaded(False, text, gap)


def fresh(answer: Answer, folder: str, of_inputs: bool = False) -> Any:
    """The base as a user loads it anew: same class, same name; heads and vocabulary as the adapter's files need, and
    what takes the inputs where these hold that, too."""
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
    return base


def _vocabulary(config: Any) -> int | None:
    """How many tokens the trained model knew."""
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    size = getattr(text, "vocab_size", None)
    return size if isinstance(size, int) else None


def _embedding_rows(folder: str) -> int | None:
    """How many tokens the embedding in an adapter's files has, if there is one."""
    from .tensors import Unreadable, read

    for name in ("adapter_model.safetensors", "adapter_model.bin"):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            try:
                for key, tensor in read(path).items():
                    if key.endswith(EMBEDDINGS):
                        return tensor.shape[0]
            except Unreadable:
                return None
    return None


def merged(folder: str, answer: Answer | None, tolerance: float = CLOSE) -> Reloaded:
    """A merged checkpoint should answer as the model did before the merge."""
    if answer is None or not os.path.isfile(os.path.join(folder, "config.json")):
        return Reloaded(None, "nothing to compare with")
    try:
        model = placing.beside(answer.base_class.from_pretrained(folder), answer)
    except Exception as error:
        return Reloaded(False, f"can't be loaded: {_first(error)}")
    after = ask(model, answer.inputs)
    expected = answer.before_merge
    target = expected if expected is not None and expected.shape == answer.output.shape else answer.output
    return compared(None, after, answer._replace(output=target), tolerance)


def _first(error: BaseException) -> str:
    lines = str(error).strip().splitlines()  # torch says in the second one which size is wrong
    return f"{type(error).__name__}: {_short(' '.join(lines[:2]))}"


def _short(text: str) -> str:
    return textwrap.shorten(text, 300, placeholder=" ...")
