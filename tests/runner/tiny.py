"""Models and adapters that are small enough to be made in milliseconds, by the real libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def saved_base(config: Any, folder: Path, dtype: str = "float32") -> Path:
    """Saves a model with random weights."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).to(getattr(torch, dtype)).save_pretrained(folder)
    return folder


def wrapped(base: Path, trained: bool = True, dtype: str = "float32", config: Any = None, **options: Any) -> Any:
    """A PeftModel over that base, with an adapter that changes what it answers unless it is not `trained`."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=getattr(torch, dtype))
    settings = {"r": 4, "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM", **options}
    model = get_peft_model(model, config or LoraConfig(**settings))
    if trained:
        train(model)
    return model


def train(model: Any) -> None:
    """Moves every weight that can be trained, as an optimizer would."""
    import torch

    torch.manual_seed(1)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight.add_(torch.randn_like(weight) * 0.02)
