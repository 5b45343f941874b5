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

from ....observe.state import base_of
from ...handed_back import unpacked
from . import denoisers, drawn, targets
from .undecided import part

LABEL = re.compile(r"_*(y|label|target|gold|answer|start_pos|end_pos)", re.I)
# classes of diffusers, and what they take: those that make pictures smaller, and those that take the noise out of them
OF_DIFFUSERS = ((r"Autoencoder|VQModel", "pixel_values"), (r"UNet2D", "sample"))
MAKERS: dict[str, Callable[[Any, int], dict[str, Any]]] = {
    "pixel_values": drawn.pictures, "pixel_values_videos": drawn.videos, "input_features": drawn.spectrum,
    "input_values": drawn.sound, "past_values": drawn.series, "sample": drawn.latents,
}  # fmt: skip


def batch_for(model: Any, count: int) -> Batch:
    """`count` rows for a transformers model, or for one of diffusers."""
    whole = base_of(model)
    if denoisers.is_one(whole):
        return Batch(denoisers.taken(whole, count))
    config: Any = getattr(whole, "config", None)
    named = next((name for kind, name in OF_DIFFUSERS if re.search(kind, type(whole).__name__)), "input_ids")
    name = getattr(whole, "main_input_name", named)
    forward = getattr(whole, "forward", None)
    taken = inspect.signature(forward).parameters if forward is not None else {}
    found = MAKERS.get(name, drawn.tokens)(config, count)
    texts = [n for n, p in taken.items() if n.endswith("input_ids") and p.default is p.empty and n not in found]
    found = {**{name: drawn.tokens(config, count)["input_ids"] for name in texts}, **found}  # those of BLIP-2
    found |= {**_beside(config, count, {*taken} - {*found}), **targets.labels_for(whole, count, taken)}
    learns = not {"labels", "end_positions"}.isdisjoint(found)
    if "decoder_input_ids" in taken and not learns and getattr(config, "is_encoder_decoder", False):
        found["decoder_input_ids"] = drawn.ids(config, count)
    return Batch(found)


def _beside(config: Any, count: int, taken: set[str]) -> dict[str, Any]:
    """What a model of texts does not do without beside them (transformers 5.23): the pictures of SigLIP and ViLT, in
    whose texts no token is in the place of one; where the words stand on a page."""
    found = {"bbox": drawn.boxes(count)} if "bbox" in taken else {}
    apart = not any(hasattr(config, name) for name in ("image_token_id", "image_token_index"))
    sees = any(getattr(config, name, None) is not None for name in ("vision_config", "image_size"))
    if "pixel_values" not in taken or not apart or not sees:
        return found
    return {**found, **({"return_loss": True} if "return_loss" in taken else {}), **drawn.pictures(config, count)}


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
        tensors = [value for value in self.data.values() if hasattr(value, "as_subclass")]
        if LABEL.match(name):
            return tensors[-1]
        return self.data.get("attention_mask", tensors[0]) if "mask" in name else tensors[0]

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
