"""Was anything learned? By how the adapter began, where that is known; else by the tensors that are zero until the
first step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .tensors import Tensor

# by kind of adapter the tensors that are zero at the start, and without which the adapter changes nothing (peft 0.21)
ZERO_AT_START = {
    "ADALORA": ("lora_E",), "ADAPTION_PROMPT": ("adaption_gate",), "BEFT": ("beft_bias",), "BOFT": ("boft_R",),
    "DELORA": ("delora_B",), "FROD": ("frod_lambda_s_values",), "GRALORA": ("gralora_B",), "HIRA": ("hira_B",),
    "LILY": ("lily_B",), "LOHA": ("hada_w2_a", "hada_w2_b"), "LOKR": ("lokr_w1", "lokr_w2"),
    "LORA": ("lora_B", "lora_embedding_A"), "MISS": ("miss_block",), "OFT": ("oft_R",), "PEANUT": ("peanut_B",),
    "POLY": ("poly_lora_B",), "PSOFT": ("psoft_R.weight",), "PVERA": ("pvera_lambda_b",),
    "RANDLORA": ("randlora_lambda",),
    "SHIRA": ("shira_weight",), "TINYLORA": ("tinylora_v",), "VERA": ("vera_lambda_b",),
}  # fmt: skip
ONE_AT_START = {"IA3": ("ia3_l",)}
# settings with which these tensors are not what the tables say at the start (peft 0.21): PiSSA, OLoRA, LoftQ & co.
ODD_STARTS: dict[str, Callable[[Any], bool]] = {
    "init_lora_weights": lambda given: given not in (True, None, "gaussian", "eva"),
    "init_weights": lambda given: given is False,
    "init_ia3_weights": lambda given: given is False,
}
PROMPTS = ("PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING", "MULTITASK_PROMPT_TUNING", "CPT", "CARTRIDGE")
OF_AN_ADAPTER = re.compile(
    r"lora_|hada_|lokr_|ia3_|prompt|oft_|vera_|fourier|hra_|ln_tuning|modules_to_save|adaption|bone|vblora|trainable_tokens|"
    r"beft_|delora|deft_|frod_|glora|hira_|lily_|miss_|osf_|peanut_|psoft_|shira_|shadow_|supertuning|tinylora|unilora|waveft|"
    r"c3a_|road_"
)


class Learned(NamedTuple):
    """`trained` is None where that cannot be told; `problem` makes the adapter unusable, `note` does not."""

    trained: bool | None
    problem: str | None = None
    note: str | None = None


def learned(
    tensors: dict[str, Tensor],
    kind: str,
    starts: dict[str, dict[str, Any]] | None,
    config: Mapping[str, Any] | None = None,
) -> Learned:
    """Judges the tensors of an adapter. `starts` are digests of how the adapters that were saved here began."""
    start = _start_for(tensors, starts)
    moved = _moved(tensors, start) if start is not None else None
    if moved is not None and start is not None and start["origin"] == "loaded":
        if moved:
            return Learned(True)
        return Learned(False, note="a copy of the adapter that was loaded: nothing in it changed")
    kind = kind.split(".")[-1].upper()
    still = _still(tensors, kind)
    odd = _began_otherwise(config or {})
    if still is not None and (not odd or still.problem):
        return still
    if moved is not None:
        return Learned(moved > 0, None if moved else "not trained: every tensor is as it was at the start")
    if kind not in (*PROMPTS, "LN_TUNING") and not any(OF_AN_ADAPTER.search(key) for key in tensors):
        return Learned(False, "none of the tensors belongs to an adapter")
    return Learned(
        None, note=f"with {odd} it is not zero at the start: no telling whether it was trained" if odd else None
    )


def _began_otherwise(config: Mapping[str, Any]) -> str | None:
    """The setting by which an adapter does not begin with zeros."""
    return next((f"{name}={config[name]}" for name, odd in ODD_STARTS.items() if odd(config.get(name))), None)


def _moved(tensors: dict[str, Tensor], start: dict[str, Any]) -> int | None:
    shared = [key for key in tensors if key in start["digests"]]
    return sum(1 for key in shared if tensors[key].digest() != start["digests"][key]) if shared else None


def _still(tensors: dict[str, Tensor], kind: str) -> Learned | None:
    """By the tensors that say so themselves; None for a kind of adapter that has none."""
    signs, value, test = ZERO_AT_START.get(kind, ()), "zero", Tensor.zero
    if not signs:
        signs, value, test = ONE_AT_START.get(kind, ()), "one", Tensor.ones
    telling = [(key, sign) for key in tensors for sign in signs if sign in key and tensors[key].size]
    if not telling:
        return None
    modules = {key.split(sign)[0] for key, sign in telling}
    still = [(key, sign) for key, sign in telling if test(tensors[key])]
    idle = {key.split(sign)[0] for key, sign in still}
    if len(idle) == len(modules):
        return Learned(False, f"not trained: all {len(still)} {still[0][1]} are {value}, as at the start")
    if idle:
        note = f"{len(idle)} of {len(modules)} {still[0][1]} are still {value}: {_layers(sorted(idle))}"
        return Learned(True, note=note)
    return Learned(True)


def _start_for(tensors: dict[str, Tensor], starts: dict[str, dict[str, Any]] | None) -> dict[str, Any] | None:
    """The start of the adapter that these tensors are of."""
    best = None
    for start in (starts or {}).values():
        shared = sum(1 for key in tensors if key in start["digests"])
        if shared and (best is None or shared > best[0]):
            best = (shared, start)
    return best[1] if best else None


def _layers(modules: list[str]) -> str:
    names = sorted({re.sub(r"\.\d+\.", ".*.", m).split("base_model.model.")[-1].rstrip(".") for m in modules})
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
