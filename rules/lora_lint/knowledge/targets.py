"""`target_modules`, and which modules a model has. A text is a pattern that the whole path of a module has to match:
`model.layers.0.self_attn.q_proj` (peft 0.21.2: `match_target_modules`)."""

from __future__ import annotations

import re
from collections.abc import Hashable

from lora_lint.knowledge import unsloth
from lora_lint.knowledge.families import LINEAR, MODULES, family_of, family_of_class, missing_modules

ALL_LINEAR = "all-linear"
_PLAIN_CLASS = r"\[\w(?:-?\w)*\]"  # of letters and digits: `[a-z]`, `[qv]`
# what stands in the layers of every family, never at the top of a model
_IN_LAYERS = LINEAR - {"lm_head"}


def unmatched(
    model: Hashable, cls: str, targets: tuple[str, ...] | str
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """The family of a model of this name or class ("" where it does not matter), which of these targets it has not, and
    what it has. Of a list each name counts, a text is one target. None where all match, or nothing is known."""
    if isinstance(model, str) and cls in unsloth.CLASSES:
        model = f"unsloth/{model.rpartition('/')[2]}"  # their own upload, where there is one
    family = family_of_class(cls) or (family_of(model) if isinstance(model, str) else None)
    if isinstance(targets, str):
        missing = [targets] if matches_nothing(targets, family) else []
    else:
        missing = missing_modules(family, targets) if family is not None else []
    return (family or "", tuple(missing), tuple(MODULES.get(family or "", ()))) if missing else None


def matches_nothing(pattern: str, family: str | None) -> bool:
    """Does no module of a model match? Certain of a pattern that no text with a dot in it can match, as the paths of
    modules in layers all have; in any model of a list that was written as one text (`"q_proj,v_proj"`)."""
    if pattern.lower() == ALL_LINEAR or _may_match_dot(pattern):
        return False
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    if _is_listed(pattern):
        return True
    if family is None:
        return False
    found = {name for name in MODULES[family] if compiled.fullmatch(name)}
    return bool(found) and found <= _IN_LAYERS


def _may_match_dot(pattern: str) -> bool:
    return "." in pattern or "\\" in pattern or "[" in re.sub(_PLAIN_CLASS, "", pattern)


def _is_listed(pattern: str) -> bool:
    """Names with commas or blanks between them, and nothing else."""
    names = re.split(r"\s*,\s*|\s+", pattern.strip())
    return len(names) > 1 and all(name.isidentifier() for name in names)
