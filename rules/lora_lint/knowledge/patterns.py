"""A text as `target_modules`: PEFT takes it for a pattern that the whole path of a module has to match:
`model.layers.0.self_attn.q_proj` (peft 0.21.2: `match_target_modules`)."""

from __future__ import annotations

import re

from lora_lint.knowledge.families import LINEAR, MODULES, missing_modules

ALL_LINEAR = "all-linear"
_PLAIN_CLASS = r"\[\w(?:-?\w)*\]"  # of letters and digits: `[a-z]`, `[qv]`
# what stands in the layers of every family, never at the top of a model
_IN_LAYERS = LINEAR - {"lm_head"}


def unmatched(targets: tuple[str, ...] | str, family: str | None) -> tuple[str, ...]:
    """Those of `target_modules` that no module of a family is: of a list its names, of a text the whole."""
    if isinstance(targets, str):
        return (targets,) if matches_nothing(targets, family) else ()
    return tuple(missing_modules(family, targets)) if family is not None else ()


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
