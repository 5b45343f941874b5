"""Adapters that a script loads and this machine lacks: a finished LoRA with weights that do something."""

from __future__ import annotations

import json
import os
from typing import Any

from ...context import Run
from ...observe.state import base_of
from . import snapshot

ASKERS = ("PeftModel", "PeftMixedModel", "PeftConfig", "AutoPeftModel", "LoraConfig")


def asks_for_adapter(asker: str | None) -> bool:
    """Is this a class that loads adapters?"""
    return asker is not None and asker.startswith(ASKERS)


def auto_class(asker: str | None) -> str:
    """The Auto class of the base that an adapter without a model at hand goes with."""
    for word in ("SequenceClassification", "Seq2SeqLM", "TokenClassification", "QuestionAnswering"):
        if word in (asker or ""):
            return f"AutoModelFor{word}"
    return "AutoModelForCausalLM"


def without_weights(folder: str) -> bool:
    """Is there only the config of an adapter, as where a repository leaves its weights out?"""
    names = set(os.listdir(folder))
    return "adapter_config.json" in names and not any(name.startswith("adapter_model.") for name in names)


def of_another_size(folder: str, model: Any) -> bool:
    """Is there a LoRA in the folder whose layers are not those of the model at hand?"""
    try:
        with open(os.path.join(folder, "adapter_model.safetensors"), "rb") as file:
            shapes = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    except (OSError, ValueError, MemoryError, OverflowError):
        return False
    layers = dict(base_of(model).named_modules())
    for key, told in shapes.items():
        path, found, _ = key.removeprefix("base_model.model.").partition(".lora_A")
        width = getattr(layers.get(path), "in_features", None)
        if found and isinstance(width, int) and width != told["shape"][-1]:
            return True
    return False


def write(run: Run, folder: str, name: str, base: Any, real: str | None = None) -> None:
    """Writes a random LoRA for `base`, adapting what `real` does, if there is such a folder, else the modules that the
    script names, else every linear layer."""
    import torch
    from peft import LoraConfig, PeftConfig, get_peft_model

    told = os.path.isfile(os.path.join(real or "", "adapter_config.json"))
    like = PeftConfig.from_pretrained(real) if real and told else None
    wanted = getattr(like, "target_modules", None) or run.hints.modules
    here = {n.split(".")[-1] for n, _ in base.named_modules()}
    targets = wanted if isinstance(wanted, str) else sorted(m for m in wanted if m.split(".")[-1] in here)
    rank, alpha = getattr(like, "r", 8), getattr(like, "lora_alpha", 16)
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets or "all-linear", task_type=_task(base))
    with snapshot.seeded(name):
        wrapped = get_peft_model(base, config)
        with torch.no_grad():
            for key, weight in wrapped.named_parameters():
                if "lora_B" in key:
                    weight.normal_(std=0.02)
        wrapped.save_pretrained(folder)
    run.met.adapters_made[os.path.realpath(folder)] = os.stat(os.path.join(folder, "adapter_config.json")).st_mtime
    run.neutral(f"adapter {name}: a random LoRA for {type(base).__name__}")


def _task(model: Any) -> str | None:
    name = type(model).__name__
    for words, task in (
        ("CausalLM", "CAUSAL_LM"), ("LMHead", "CAUSAL_LM"), ("SequenceClassification", "SEQ_CLS"),
        ("TokenClassification", "TOKEN_CLS"), ("QuestionAnswering", "QUESTION_ANS"),
    ):  # fmt: skip
        if words in name:
            return task
    encoder_decoder = getattr(getattr(model, "config", None), "is_encoder_decoder", False)
    return "SEQ_2_SEQ_LM" if encoder_decoder and "Whisper" not in name else None
