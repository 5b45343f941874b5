"""Names under which no loader looks for the tensors of an adapter: what wrappers put into them, and how they are right.

Seen with peft 0.21: PeftModel.from_pretrained passes over what it does not know, and the adapter changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

PREFIX = "base_model.model."
# methods whose tensors all stand in modules of the base
IN_MODULES = ("LORA", "LOHA", "LOKR", "IA3", "ADALORA")
OF_THEIRS = ("lora_", "hada_", "lokr_", "ia3_")
# others that name none of theirs without the prefix
PREFIXED = {"OFT": "oft_R", "BOFT": "boft_", "HRA": "hra_", "FOURIERFT": "fourierft_", "MISS": "miss_", "C3A": "c3a_"}


class Wrapper(NamedTuple):
    """What stands in a name, what should, whether only at its start, and where it comes from."""

    sign: str
    plain: str
    at_start: bool
    text: str

    def inside(self, key: str) -> bool:
        return key.startswith(self.sign) if self.at_start else self.sign in key


WRAPPERS = (
    Wrapper(PREFIX + PREFIX, PREFIX, False, "have the prefix base_model.model twice (wrapped twice)"),
    Wrapper("_orig_mod.", "", False, 'carry "_orig_mod." (saved through torch.compile)'),
    Wrapper("module.", "", True, "begin with module. (saved through a parallel wrapper)"),
)
# no model of transformers has a part of this name at its top, others may
BELOW = Wrapper(PREFIX + "module.", PREFIX, True, "begin with base_model.model.module. (wrapped in a parallel wrapper)")

# what a model's own state_dict has in the names of what is trained in full; PEFT saves it without
KEPT_INSIDE = re.compile(r"\.modules_to_save\.[^.]+(?=\.)|(?<=\.trainable_tokens_delta)\.[^.]+$")

# the name of the default adapter in those of its layers, which PEFT leaves out, too
OF_DEFAULT = re.compile(r"(?<=\.)((?:lora|hada|lokr|ia3)_\w+)\.default(?=\.|$)")
NAMED = "keys carry the adapter's name (.default): PEFT 0.21 finds them all the same, 0.13 passes over them"


def wrapped(key: str) -> bool:
    """Does a name of a full model carry the prefix of a wrapper?"""
    return any(wrapper.inside(key) for wrapper in WRAPPERS)


def wrong_names(keys: Iterable[str], config: Mapping[str, Any]) -> list[str]:
    """What is wrong with the names of an adapter's tensors, in a sentence each."""
    names = list(keys)
    found = []
    for wrapper in _wrappers(config):
        count = sum(1 for key in names if wrapper.inside(key))
        if count:
            found.append(f"{count} of {len(names)} keys {wrapper.text}: a reload ignores them")
    inside = [m for m in map(KEPT_INSIDE.search, names) if m]
    if inside:
        text = f'carry "{inside[0].group().strip(".")}", as in the state_dict of the model: PEFT looks for them without'
        found.append(f"{len(inside)} of {len(names)} keys {text}")
    bare = 0 if found else sum(1 for key in names if _bare(key, config))
    if bare:
        text = f"keys lack the prefix {PREFIX} that save_pretrained writes: PeftModel.from_pretrained ignores them"
        found.append(f"{bare} of {len(names)} {text}")
    return found


def odd_names(keys: Iterable[str]) -> list[str]:
    """Names that not every release of PEFT finds, in a sentence."""
    names = list(keys)
    count = sum(1 for key in names if OF_DEFAULT.search(key))
    return [f"{count} of {len(names)} {NAMED}"] if count else []


def right_name(key: str, config: Mapping[str, Any]) -> str:
    """The name under which a loader looks for the tensor."""
    for wrapper in _wrappers(config):
        if wrapper.inside(key):
            key = key.replace(wrapper.sign, wrapper.plain, 1 if wrapper.at_start else -1)
    key = OF_DEFAULT.sub(r"\1", KEPT_INSIDE.sub("", key))
    return PREFIX + key if _bare(key, config) else key


def _wrappers(config: Mapping[str, Any]) -> tuple[Wrapper, ...]:
    made_for = config.get("auto_mapping")
    library = made_for.get("parent_library") if isinstance(made_for, dict) else None
    sure = bool(config.get("task_type")) or str(library).startswith("transformers.")
    return (*WRAPPERS, BELOW) if sure else WRAPPERS


def _bare(key: str, config: Mapping[str, Any]) -> bool:
    kind = str(config.get("peft_type")).rsplit(".", 1)[-1].upper()
    signs = OF_THEIRS if kind in IN_MODULES else (PREFIXED[kind],) if kind in PREFIXED else ()
    return not key.startswith(PREFIX) and any(sign in key for sign in signs)
