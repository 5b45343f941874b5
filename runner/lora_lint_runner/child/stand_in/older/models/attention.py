"""The LoRA of a UNet of diffusers: `unet.save_attn_procs()` saved it until 0.39, deprecated, and `load_attn_procs()`
loaded it; since 0.40 they know the layers of Custom Diffusion alone."""

from __future__ import annotations

import os
from typing import Any

from ....context import Run

KIND = "attention"
HOME = "diffusers.loaders.unet"
WEIGHTS = "pytorch_lora_weights.safetensors"
NOW = {"save_attn_procs": "save_lora_adapter", "load_attn_procs": "load_lora_adapter"}
SAYS = {
    "save_attn_procs": "`save_attn_procs()` only supports saving Custom Diffusion",
    "load_attn_procs": "correct format expected by Custom Diffusion",
}


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did a UNet refuse a LoRA?"""
    text = str(error) if isinstance(error, ValueError) else ""
    name = next((name for name, says in SAYS.items() if says in text), None)
    return {"kind": KIND, "home": "diffusers", "name": name} if name is not None else None


def said(entry: dict[str, str], release: str | None) -> str:
    name = entry["name"]
    return f"{name}() of diffusers {release} knows no LoRA; now {NOW[name]}()"


def serve(run: Run, entry: dict[str, str]) -> None:
    """A LoRA goes to and comes from the file that it had."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.UNet2DConditionLoadersMixin, "save_attn_procs", _saving)
        run.patches.replace(module.UNet2DConditionLoadersMixin, "load_attn_procs", _loading)


def _saving(real: Any) -> Any:
    def save_attn_procs(self: Any, save_directory: Any, *args: Any, **options: Any) -> Any:
        if not getattr(self, "peft_config", None):
            return real(self, save_directory, *args, **options)
        taken = {name: options[name] for name in ("weight_name", "safe_serialization") if name in options}
        os.makedirs(save_directory, exist_ok=True)
        return self.save_lora_adapter(save_directory, **taken)

    return save_attn_procs


def _loading(real: Any) -> Any:
    def load_attn_procs(self: Any, given: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(self, given, *args, **options)
        except ValueError as error:
            if entry_of(error) is None:
                raise
            return self.load_lora_adapter(given, prefix=None, weight_name=options.get("weight_name") or WEIGHTS)

    return load_attn_procs
