"""Layers under the names that they had in models of older releases: what `target_modules` of older scripts name.

Seen in transformers 5.23: other names than in 4.57 in ViT, DeiT, BEiT, DINOv2, Swin, SegFormer and their kin; other
places than in 4.51 in models that see (Qwen2-VL, LLaVA), where they are named by a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ....context import Run

NOW = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "dense": "o_proj"}
# places in a pattern, as it writes them: plainly, or with its dots escaped
PLACES = (
    ("language_model.model.", "model.language_model."), ("model.layers", "model.language_model.layers"),
    ("vision_tower.", "model.vision_tower."), ("visual.", "model.visual."),
)  # fmt: skip


def missed(error: BaseException) -> dict[str, str] | None:
    """The older names, where PEFT found no layer of theirs in a model that has the newer ones."""
    asking = _asking(error) if "odules" in str(error) else None
    if asking is None:
        return None
    asked, model = asking["peft_config"].target_modules, asking["model"]
    if isinstance(asked, str) and (moved := _moved(asked, model.named_modules())) is not None:
        return {"kind": "modules", "home": "transformers", "owner": type(model).__name__, "name": asked, "now": moved}
    if not isinstance(asked, (set, list, tuple)):
        return None
    there = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    older = sorted(name for name in asked if NOW.get(name) in there)
    if not older:
        return None
    return {"kind": "modules", "home": "transformers", "owner": type(model).__name__, "name": " ".join(older)}


def _moved(asked: str, modules: Iterable[tuple[str, Any]]) -> str | None:
    """A pattern of older places, of which none is there, with the newer ones, of which some are."""
    names = [name for name, _ in modules]
    for old, new in PLACES:
        for dot in (".", r"\."):
            again = asked.replace(old.replace(".", dot), new.replace(".", dot))
            if again != asked and any(re.fullmatch(again, name) for name in names):
                return again
    return None


def _asking(error: BaseException) -> Mapping[str, Any] | None:
    """What PEFT had at hand where it looked for layers."""
    trace, found = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "inject_adapter":
            held = trace.tb_frame.f_locals
            found = held if {"peft_config", "model"} <= held.keys() else None
        trace = trace.tb_next
    return found


def said(entry: dict[str, str], release: str) -> str:
    """The newer names, for people."""
    if "now" in entry:
        return f"{entry['owner']} of {release} has its layers in other places than {entry['name']}; now {entry['now']}"
    names = entry["name"].split()
    return f"{entry['owner']} of {release} has no {', '.join(names)}; now {', '.join(NOW[name] for name in names)}"


def install(run: Run, entry: dict[str, str]) -> None:
    """From now on the older names lead to the layers that have the newer ones."""

    @run.patches.after("peft.tuners.tuners_utils")
    def patch(module: Any) -> None:
        run.patches.replace(module.BaseTuner, "inject_adapter", _translated)


def _translated(real: Any) -> Any:
    def inject(self: Any, model: Any, adapter_name: str, *args: Any, **options: Any) -> Any:
        config = self.peft_config[adapter_name]
        asked = getattr(config, "target_modules", None)
        if isinstance(asked, str) and not any(re.fullmatch(asked, name) for name, _ in model.named_modules()):
            config.target_modules = _moved(asked, model.named_modules()) or asked
        elif isinstance(asked, (set, list, tuple)):
            there = {name.rpartition(".")[2] for name, _ in model.named_modules()}
            config.target_modules = {n if n in there else NOW.get(n, n) for n in asked}
        return real(self, model, adapter_name, *args, **options)

    return inject
