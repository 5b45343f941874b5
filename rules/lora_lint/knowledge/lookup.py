"""All tables, and finding in them what a qualified name stands for, through whichever module it was reached."""

from __future__ import annotations

import re
from functools import lru_cache

from lora_lint.knowledge import (
    accelerate,
    adapterhub,
    builtins,
    deepspeed,
    diffusers,
    lightning,
    packages,
    peft,
    sentence_transformers,
    standard_library,
    torch,
    transformers,
    trl,
    unsloth,
)
from lora_lint.knowledge.rows import Holds, Kept, Plain, Row, Table

TABLES: dict[str, Table] = {
    "builtins": builtins.BUILTINS,
    **standard_library.STANDARD,
    **packages.COMMAND_LINES,
    **packages.REPEATERS,
    **packages.KEEPERS,
    **packages.MAPPINGS,
    **packages.PROGRESS,
    "torch": torch.TORCH,
    "safetensors": torch.SAFETENSORS,
    "bitsandbytes": torch.BITSANDBYTES,
    "peft": peft.PEFT,
    "transformers": transformers.TRANSFORMERS,
    "trl": trl.TRL,
    "accelerate": accelerate.ACCELERATE,
    "unsloth": unsloth.UNSLOTH,
    "diffusers": diffusers.DIFFUSERS,
    "lightning": lightning.LIGHTNING,
    "pytorch_lightning": lightning.LIGHTNING,
    "adapters": adapterhub.ADAPTERS,
    "deepspeed": deepspeed.DEEPSPEED,
    "sentence_transformers": sentence_transformers.SENTENCE_TRANSFORMERS,
}


def canonical(name: str) -> str:
    """One name for a library object that can be reached through several modules: the root and the last part."""
    root, _, rest = name.partition(".")
    return f"{root}.{rest.rpartition('.')[2]}" if rest else root


KNOWN_CLASSES = frozenset(
    canonical(f"{root}.{name}")
    for root, table in TABLES.items()
    for name in (*table.bases, *table.bases.values(), *(n for n in table.functions if n[:1].isupper()))
) | {"transformers.PreTrainedModel", "torch.Module", "peft.PeftModel"}


def _suffixes(rest: str) -> list[str]:
    """ "a.b.C" gives "a.b.C", "b.C", "C"."""
    parts = rest.split(".")
    return [".".join(parts[i:]) for i in range(len(parts))]


@lru_cache(maxsize=4096)
def function(name: str) -> Row | None:
    root, _, rest = name.partition(".")
    table = TABLES.get(root)
    if table is None or not rest:
        return None
    for known in _suffixes(rest):
        found = table.functions.get(known)
        if found is not None:
            return found
    for pattern, found in table.families:
        for known in _suffixes(rest):
            if re.match(pattern, known):
                return found
    return None


@lru_cache(maxsize=1024)
def lineage(cls: str) -> list[str]:
    found = [cls]
    while len(found) < 8:
        root, _, rest = found[-1].partition(".")
        table = TABLES.get(root)
        if table is None:
            break
        base = next((table.bases[known] for known in _suffixes(rest) if known in table.bases), None)
        if base is None and rest.endswith("Trainer") and root in ("trl", "transformers", "unsloth"):
            base = "transformers.Trainer"
        if base is None or base in found:
            break
        found.append(base)
    return found


@lru_cache(maxsize=4096)
def method(cls: str, name: str) -> Row | None:
    for current in lineage(cls):
        root, _, rest = current.partition(".")
        table = TABLES.get(root)
        if table is not None:
            for known in _suffixes(rest):
                found = table.methods.get(known, {}).get(name)
                if found is not None:
                    return found
    return None


@lru_cache(maxsize=4096)
def attribute(owner: str, name: str) -> Plain | Holds | Kept | None:
    for current in lineage(owner):
        root, _, rest = current.partition(".")
        table = TABLES.get(root)
        if table is not None:
            for known in _suffixes(rest or root):
                found = table.attributes.get(known, {}).get(name)
                if found is not None:
                    return found
    return None
