"""A batch as a model takes it, by the signature of its class and by its config: where the script's own is made of rows
that do not suit it."""

from __future__ import annotations

import dis
import inspect
import itertools
import re
import sys
from collections import UserDict
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Any

from ...handed_back import unpacked
from . import denoisers
from .undecided import part

TOKENS, FRAMES, SAMPLES, SIDE = 16, 128, 8000, 32  # of a text, of a spectrum, of a sound, of a picture
SIZES = 6  # of a picture: before and after it was cut, and where it was
LABEL = re.compile(r"_*(y|label|target|gold|answer|start_pos|end_pos)", re.I)
# classes of diffusers, and what they take: those that make pictures smaller, and those that take the noise out of them
OF_DIFFUSERS = ((r"Autoencoder|VQModel", "pixel_values"), (r"UNet2D", "sample"))
Maker = Callable[[Any, int], dict[str, Any]]


def batch_for(model: Any, count: int) -> Batch:
    """`count` rows for a transformers model, or for one of diffusers."""
    inner = getattr(model, "base_model", None) if hasattr(model, "peft_config") else None
    whole = getattr(inner, "model", None) or model
    if denoisers.is_one(whole):
        return Batch(denoisers.taken(whole, count))
    config: Any = getattr(whole, "config", None)
    found: dict[str, Any] = {}
    named = next((name for kind, name in OF_DIFFUSERS if re.search(kind, type(whole).__name__)), "input_ids")
    name = getattr(whole, "main_input_name", named)
    makers = {"pixel_values": _pictures, "input_features": _spectrum, "input_values": _sound, "past_values": _series,
              "sample": _latents}  # fmt: skip
    found.update(makers.get(name, _tokens)(config, count))
    if name == "input_ids" and getattr(config, "vision_config", None) is not None and "CLIP" in type(whole).__name__:
        found.update(_pictures(config.vision_config, count), return_loss=True)
    make = next((made for end, made in LABELS if re.search(end, type(whole).__name__)), _of_words(whole))
    found.update(make(config, count) if make is not None else {})
    return Batch({**_demanded(whole, count, found), **found})


def _demanded(model: Any, count: int, found: dict[str, Any]) -> dict[str, Any]:
    """The texts that a model does not do without beside its pictures (BLIP-2, transformers 5.23)."""
    forward = getattr(model, "forward", None)
    taken = inspect.signature(forward).parameters.values() if forward is not None else ()
    asked = [p.name for p in taken if p.default is p.empty and p.name.endswith("input_ids") and p.name not in found]
    return {name: _tokens(model.config, count)["input_ids"] for name in asked}


def _of_words(model: Any) -> Maker | None:
    """The labels of any other model that ends in words."""
    config, asked = getattr(model, "config", None), inspect.signature(model.forward).parameters
    ends = hasattr(model, "get_output_embeddings") and model.get_output_embeddings() is not None
    if not ends or "labels" not in asked:
        return None
    return _words if getattr(config, "is_encoder_decoder", False) else _same_words


class Batch(UserDict[str, Any]):
    """Tensors by their names, as a tokenizer gives them. What is asked for and is not there is what takes it wants."""

    def __missing__(self, name: str) -> Any:
        return part(self, self._named(name))

    def __getattr__(self, name: str) -> Any:
        if name == "data" or name.startswith("__"):
            raise AttributeError(name)
        if name not in self.data and hasattr(import_module("torch").Tensor, name):
            return getattr(self._named(""), name)  # the script's own batch is a tensor alone: `ids.size(0)`
        return self[name]

    def to(self, *where: Any, **options: Any) -> Batch:
        return Batch({name: part.to(*where) if hasattr(part, "to") else part for name, part in self.data.items()})

    def __iter__(self) -> Any:
        """Taken apart, its parts are what takes them wants (see `undecided`)."""
        frame = sys._getframe(1)
        count = unpacked(frame)
        names = _targets(frame, count) if count is not None else []
        return iter([part(self, self._named(name)) for name in names]) if names else super().__iter__()

    def _named(self, name: str) -> Any:
        main, last = next(iter(self.data.values())), list(self.data.values())[-1]
        return last if LABEL.match(name) else self.data.get("attention_mask", main) if "mask" in name else main

    def inputs(self) -> Batch:
        """All but the labels."""
        return Batch({key: value for key, value in self.data.items() if not LABEL.search(key)})

    def pop(self, name: str, *default: Any) -> Any:
        return self.data.pop(name) if name in self.data else default[0] if default else self[name]


def _targets(frame: FrameType, count: int) -> list[str]:
    """The variables that a frame is about to put so many parts into."""
    following = (i for i in dis.get_instructions(frame.f_code) if i.offset > frame.f_lasti)
    stores = itertools.takewhile(lambda i: i.opname.startswith("STORE") or i.opname == "CACHE", following)
    names = [str(i.argval) for i in stores if i.opname.startswith("STORE")][:count]
    return [*names, *[""] * (count - len(names))]


def _text(config: Any) -> Any:
    return config.get_text_config() if hasattr(config, "get_text_config") else config


def _ids(config: Any, count: int, length: int = TOKENS) -> Any:
    import torch

    size = getattr(_text(config), "vocab_size", None) or 64
    return torch.randint(min(4, size - 1), size, (count, length))


def _tokens(config: Any, count: int) -> dict[str, Any]:
    import torch

    ids = _ids(config, count)
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


def _pictures(config: Any, count: int) -> dict[str, Any]:
    import torch

    size = getattr(config, "image_size", None) or getattr(getattr(config, "encoder", None), "image_size", None) or SIDE
    height, width = (size, size) if isinstance(size, int) else (size[-2], size[-1])
    channels = getattr(config, "num_channels", None) or getattr(config, "in_channels", None) or 3
    return {"pixel_values": torch.rand(count, channels, height, width)}


def _spectrum(config: Any, count: int) -> dict[str, Any]:
    import torch

    length = 2 * (getattr(config, "max_source_positions", None) or FRAMES // 2)
    return {"input_features": torch.rand(count, getattr(config, "num_mel_bins", None) or 80, length)}


def _sound(config: Any, count: int) -> dict[str, Any]:
    import torch

    times, bins = getattr(config, "max_length", None), getattr(config, "num_mel_bins", None)
    shape = (times, bins) if isinstance(times, int) and isinstance(bins, int) else (SAMPLES,)  # AST sees a spectrum
    return {"input_values": torch.rand(count, *shape)}


def _series(config: Any, count: int) -> dict[str, Any]:
    import torch

    channels = getattr(config, "num_input_channels", None) or 1
    past, ahead = (getattr(config, name, None) or TOKENS for name in ("context_length", "prediction_length"))
    return {"past_values": torch.rand(count, past, channels), "future_values": torch.rand(count, ahead, channels)}


def _latents(config: Any, count: int) -> dict[str, Any]:
    """What a UNet takes the noise out of, when it stands so, and the texts that tell it of what."""
    import torch

    size = config.sample_size if isinstance(config.sample_size, int) else SIDE
    found = {"sample": torch.rand(count, config.in_channels, size, size), "timestep": torch.randint(0, 1000, (count,))}
    width = getattr(config, "cross_attention_dim", None)
    if isinstance(width, int):
        found["encoder_hidden_states"] = torch.rand(count, TOKENS, width)
    if getattr(config, "addition_embed_type", None) == "text_time":
        times = torch.rand(count, SIZES)
        texts = config.projection_class_embeddings_input_dim - SIZES * config.addition_time_embed_dim
        return {**found, "added_cond_kwargs": {"text_embeds": torch.rand(count, texts), "time_ids": times}}
    return found


def _classes(config: Any, count: int, *places: int) -> dict[str, Any]:
    import torch

    kinds = int(getattr(config, "num_labels", None) or 2)
    problem = getattr(config, "problem_type", None)
    if not places and (kinds == 1 or problem == "regression"):
        return {"labels": torch.rand(count) if kinds == 1 else torch.rand(count, kinds)}
    if problem == "multi_label_classification":
        return {"labels": torch.randint(0, 2, (count, kinds)).float()}
    return {"labels": torch.randint(0, kinds, (count, *places))}


def _of_pixels(config: Any, count: int) -> dict[str, Any]:
    return _classes(config, count, *_pictures(config, 1)["pixel_values"].shape[-2:])


def _spans(config: Any, count: int) -> dict[str, Any]:
    import torch

    return {f"{end}_positions": torch.randint(0, TOKENS, (count,)) for end in ("start", "end")}


def _answers(config: Any, count: int) -> dict[str, Any]:
    """Of a model that translates, and of one that goes on from what it was told, as those of pictures and texts do."""
    goes_on = not getattr(config, "is_encoder_decoder", False) and not hasattr(config, "decoder")
    return (_same_words if goes_on and hasattr(config, "text_config") else _words)(config, count)


def _words(config: Any, count: int) -> dict[str, Any]:
    decoder = getattr(config, "decoder", None)
    return {"labels": _ids(decoder if hasattr(decoder, "vocab_size") else config, count, 8)}


def _same_words(config: Any, count: int) -> dict[str, Any]:
    ids = _tokens(config, count)
    return {**ids, "labels": ids["input_ids"].clone()}


LABELS: tuple[tuple[str, Maker], ...] = (  # by the end of a class's name, the first one counts
    (r"ForTokenClassification$", lambda config, count: _classes(config, count, TOKENS)),
    (r"ForSemanticSegmentation$", _of_pixels),
    (r"Classification$", _classes),
    (r"ForQuestionAnswering$", _spans),
    (r"For(CausalLM|MaskedLM|PreTraining)$|LMHeadModel$", _same_words),
    (r"ForCTC$|ConditionalGeneration$|EncoderDecoderModel$|Seq2Seq|ForVision2Seq$", _answers),
)
