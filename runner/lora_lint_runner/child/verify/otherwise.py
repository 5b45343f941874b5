"""Why a reloaded model answers otherwise than the trained one did, though its adapter was saved."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection
from typing import Any

from ..observe.bare import weights
from ..observe.outputs import Answer
from . import fresh_base
from .answering import MISSED, SAME, Reloaded
from .fresh_base import Loaded
from .tensors import PICKLES, Unreadable, read

HEADS = {"classifier", "score"}  # which PEFT 0.21 names by itself where a task has classes
PATCHED = "the script has put other modules in the place of some of the base's: no fresh one has these"


def explained(
    found: Reloaded, loaded: Loaded, answer: Answer, folder: str, written: Callable[[], Collection[str]], patched: bool
) -> Reloaded:
    """A difference with its reason where one is seen; no fault of the adapter's where the script has changed its base
    by more than the adapter, or has saved what else was trained in another file."""
    if anew := _drawn_anew(loaded.base, answer, folder):
        vain = _named_in_vain(loaded)
        how = f"modules_to_save names {vain}, as no module is called" if vain else "name it in modules_to_save"
        text = f"{found.text}: {anew} is drawn anew at each load ({how})"
        return found._replace(text=text, anew=anew)
    if answer.beside:
        name, place = next(iter(answer.beside)), _other_file(written(), answer)
        if place is not None:
            return Reloaded(None, f"{name} of the base trains, too, and is in {place}")
        return found._replace(
            text=f"{found.text}: {name} of the base has requires_grad, too, and only the adapter is saved"
        )
    if patched:
        return Reloaded(None, PATCHED)
    if _computes_otherwise(loaded, answer):
        return Reloaded(None, "the script has changed how its base computes: no fresh one answers as it does")
    if not answer.own_base and (changed := _changed(loaded.model, answer)):
        return found._replace(text=found.text.replace(MISSED, f"{changed} of the base is not as it is loaded"))
    return found


def _named_in_vain(loaded: Loaded) -> str:
    """The names in modules_to_save with which no module of the base ends: PEFT 0.21 passes them over where another one
    is found."""
    config = loaded.model.peft_config[loaded.model.active_adapter]
    there = [name for name, _ in loaded.base.named_modules()]
    named = {*(getattr(config, "modules_to_save", None) or ())} - HEADS
    return ", ".join(name for name in sorted(named) if not any(module.endswith(name) for module in there))


def _computes_otherwise(loaded: Loaded, answer: Answer) -> bool:
    """Did the base answer otherwise without the adapter, and with the very weights that a fresh one has? Then nothing
    that was trained is missed, but a hook, a method of the script's own, a setting of a module."""
    before = loaded.before
    if before is None or answer.bare is None or before.shape != answer.bare.shape or not answer.weights:
        return False
    apart = float((before - answer.bare).abs().max()) > SAME * max(1.0, float(before.abs().max()))
    return apart and _changed(loaded.model, answer) is None


def _changed(model: Any, answer: Answer) -> str | None:
    """The first weight of the base that is not as a fresh one has it."""
    fresh = weights(model) if answer.weights else {}
    return next((name for name, found in fresh.items() if answer.weights.get(name) != found), None)


def _other_file(written: Collection[str], answer: Answer) -> str | None:
    """The last of the files that hold the weights of the base that train with the adapter, as they were when it was
    saved; None where one of them is in no file."""
    wanted, found = set(answer.beside.values()), None
    for path in written:
        with contextlib.suppress(OSError, Unreadable):
            held = {t.digest() for t in read(path).values()} if path.endswith((*PICKLES, ".safetensors")) else set()
            found = os.path.basename(path) if wanted & held else found
            wanted -= held
    return found if not wanted else None


def _drawn_anew(base: Any, answer: Answer, folder: str) -> str:
    """The first module of the base that each load draws anew, as its checkpoint has none of it, and that the adapter's
    files lack, too. `base` is wrapped by now."""
    import torch

    saved = {key.removeprefix("base_model.model.") for key in fresh_base.saved(folder)}
    again = dict(fresh_base.load(answer, folder).named_parameters()) if saved else {}
    for key, value in base.named_parameters():
        other = again.get(key.replace(".base_layer", ""))
        if other is not None and other.shape == value.shape and key not in saved and not torch.equal(other, value):
            return str(key).rpartition(".")[0]
    return ""
