"""Files of weights under names of their script's own, which no loader looks for."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable

from .adapter import WEIGHTS
from .learned import OF_AN_ADAPTER
from .model import ONE_FILE
from .tensors import PICKLES, Unreadable, header

# what trainers, accelerate and sharded models leave
OTHERS = (
    "optimizer*", "scheduler*", "scaler*", "rng_state*", "random_states_*", "sampler*", "training_args.bin", "model-*",
    "pytorch_model*", "*_optim_states.pt", "*_model_states.pt", "events.out*",
)  # fmt: skip


def of_adapters(folder: str, names: Iterable[str]) -> list[str]:
    """Files of safetensors that hold tensors of an adapter."""
    found = []
    for name in names:
        if name.endswith(".safetensors") and name not in (*WEIGHTS, *ONE_FILE):
            try:
                keys = header(os.path.join(folder, name))
            except Unreadable:
                continue
            found += [name] if any(OF_AN_ADAPTER.search(key) for key in keys) else []
    return found


def unopened(names: Iterable[str]) -> list[str]:
    """Pickles that may hold weights."""
    own = [name for name in names if name.endswith((*PICKLES, ".ckpt")) and name not in (*WEIGHTS, *ONE_FILE)]
    return [name for name in own if not any(fnmatch.fnmatch(name, other) for other in OTHERS)]
