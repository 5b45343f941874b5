"""What models and tokenizers are called with in an attempt that passes over statements: what is undecided is made to
fit each."""

from __future__ import annotations

import dis
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

from ...context import Run
from ...frames import OURS
from ...observe.state import base_of
from ..models.inputs import batches
from ..models.inputs.undecided import TEXT, MadeUp, undecided

HOMES = {  # classes of models, and what they are called by
    "transformers.modeling_utils": ("PreTrainedModel", ("__call__",)),
    "transformers.generation.utils": ("GenerationMixin", ("generate",)),
    "peft.peft_model": ("PeftModel", ("__call__", "generate")),
    "diffusers.models.modeling_utils": ("ModelMixin", ("__call__",)),
    "diffusers.models.autoencoders.autoencoder_kl": ("AutoencoderKL", ("encode",)),
}
OF_LIBRARIES = re.compile(r"(transformers|diffusers|peft|accelerate|torch|trl)(\.|$)")
FEATURES = re.compile(r"get_\w+_features$")
IDS, EMBEDDED = "input_ids", "inputs_embeds"  # a text, and what a script of its own makes of one before a model does
COUNT = 2


def install(run: Run) -> None:
    for home, (name, methods) in HOMES.items():

        @run.patches.after(home)
        def models(module: Any, name: str = name, methods: tuple[str, ...] = methods) -> None:
            for method in methods:
                make = _prompting if method == "generate" else lambda real: _fitting(run, real)
                run.patches.replace(getattr(module, name), method, make)

    @run.patches.after("transformers.modeling_utils")
    def features(module: Any) -> None:
        run.patches.replace(module.PreTrainedModel, "__init__", lambda real: _with_features(run, real))

    @run.patches.after("transformers.tokenization_utils_base")
    def tokenizers(module: Any) -> None:
        run.patches.replace(module.PreTrainedTokenizerBase, "__call__", _worded)


def _with_features(run: Run, real: Any) -> Any:
    """A model's own methods that answer with what it makes of an input alone: `get_image_features(pixel_values)`."""

    def init(self: Any, *args: Any, **options: Any) -> None:
        for name in [n for n in dir(type(self)) if FEATURES.match(n)]:
            method = getattr(type(self), name)
            if inspect.isfunction(method) and not hasattr(method, "_of_features"):
                run.patches.replace(type(self), name, _of_features)
        real(self, *args, **options)

    return init


def _of_features(real: Any) -> Any:
    names = list(inspect.signature(real).parameters)[1:]

    def call(self: Any, *args: Any, **options: Any) -> Any:
        if args or options:
            args, options = fitted(self, args, options, names)
        return real(self, *args, **options)

    call._of_features = True  # type: ignore[attr-defined]
    return call


def _worded(real: Any) -> Any:
    """A part of a batch that a tokenizer is given was one of texts."""

    def call(self: Any, *args: Any, **options: Any) -> Any:
        args = tuple(map(_texts, args))
        return real(self, *args, **{name: _texts(value) for name, value in options.items()})

    return call


def _texts(value: Any) -> Any:
    several = isinstance(value, (list, tuple)) and len(value) > 0 and all(map(_part, value))
    return [TEXT] * len(value) if several or _part(value) else value


def _part(value: Any) -> bool:
    return undecided(value) and not isinstance(value, MadeUp)


def _fitting(run: Run, real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        whole = not args and bool(options) and all(map(_part, options.values()))
        learns = whole and not any(map(batches.LABEL.match, options)) and _asks_for_loss(run, sys._getframe(1))
        run.met.asked = run.met.asked or _is_trained(self)
        args, options = fitted(self, args, options)
        return real(self, *args, **(_with_labels(self, options) if learns else options))

    return call


def _is_trained(model: Any) -> bool:
    import torch

    return torch.is_grad_enabled() and any(p.requires_grad for p in model.parameters())


def _with_labels(model: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Of a batch that was a part of another one they were left out, as there might be others beside it: `for inputs,
    answers in rows: model(**inputs).loss`."""
    return {**options, **batches.batch_for(model, len(next(iter(options.values())))).data}


def _asks_for_loss(run: Run, frame: FrameType | None) -> bool:
    """Does what has called a model, if it is the script's own, ask anything for its loss?"""
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    if frame is None:
        return False
    code = frame.f_code
    return run.code.owns(code.co_filename) and any(
        i.argval == "loss" and i.opname in ("LOAD_ATTR", "LOAD_CONST") for i in dis.get_instructions(code)
    )


def _prompting(real: Any) -> Any:
    """To `generate(**prompt, max_new_tokens=8)` nothing is left to go on from, where its prompt was passed over."""

    def call(self: Any, *args: Any, **options: Any) -> Any:
        args, options = fitted(self, args, options)
        if not args and not any(hasattr(value, "shape") for value in options.values()):
            options.update(batches.batch_for(self, COUNT).inputs())
        return real(self, *args, **options)

    return call


def fitted(
    model: Any, args: tuple[Any, ...], options: Mapping[str, Any], names: list[str] | None = None
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call, of which those that are undecided are what the model takes by that name; all of them,
    where there are none: `model(**rows)`, without rows. `names` are those that they are called by in their order, where
    it is not the model's own."""
    given = [value for value in _all((*args, *options.values())) if _open(value)]
    if not given and (args or options):
        return args, dict(options)
    mains = [next(iter(value.values())) if isinstance(value, (dict, batches.Batch)) else value for value in given]
    known = [value for value in _all((*args, *options.values())) if hasattr(value, "ndim") and not undecided(value)]
    counts = [len(value) for value in (*mains, *known) if not isinstance(value, MadeUp) and value.ndim]
    batch = batches.batch_for(model, next(iter(counts), COUNT)).data
    if not given:
        return (), dict(batch)
    main, names = next(iter(batch.values())), names or _names(model)
    by_place = zip(args, [*names, *[""] * len(args)])
    if not OF_LIBRARIES.match(base_of(model).forward.__module__):  # its layers say what they take
        args = tuple(batch.get(name, value) if undecided(value) else value for value, name in by_place)
        return args, {name: batch.get(name, value) if undecided(value) else value for name, value in options.items()}
    args = tuple(batch.get(name, main) if _open(value) else value for value, name in by_place)
    if isinstance(options.get(EMBEDDED), MadeUp) and IDS in batch:  # all of them as long as the tokens are
        options = {IDS: batch[IDS], **options, **{name: batch[name] for name in options if name in batch}}
    found = {name: batch.get(name, value) if _open(value) else value for name, value in options.items()}
    return args, {name: value for name, value in found.items() if not isinstance(value, (MadeUp, batches.Batch))}


def _open(value: Any) -> bool:
    """Is it undecided, or does it hold by a name what is? So is a batch that is handed on whole in one place."""
    held = isinstance(value, dict) and any(map(undecided, value.values()))
    return held or isinstance(value, batches.Batch) or undecided(value)


def _all(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield from value.values() if isinstance(value, dict) else (value,)


def _names(model: Any) -> list[str]:
    """Of its arguments, in the order in which they are taken."""
    return list(inspect.signature(base_of(model).forward).parameters)
