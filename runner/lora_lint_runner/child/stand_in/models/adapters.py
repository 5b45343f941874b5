"""Adapters that a script loads and this machine lacks: a finished LoRA with weights that do something."""

from __future__ import annotations

from typing import Any

from ...context import Run
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


def write(run: Run, folder: str, name: str, base: Any) -> None:
    """Writes a random LoRA for `base`, adapting the modules that the script names, else every linear layer."""
    import torch
    from peft import LoraConfig, get_peft_model

    targets = sorted(m for m in run.hints.modules if any(n.split(".")[-1] == m for n, _ in base.named_modules()))
    config = LoraConfig(r=8, lora_alpha=16, target_modules=targets or "all-linear", task_type=_task(base))
    with snapshot.seeded(name):
        wrapped = get_peft_model(base, config)
        with torch.no_grad():
            for key, weight in wrapped.named_parameters():
                if "lora_B" in key:
                    weight.normal_(std=0.02)
        wrapped.save_pretrained(folder)
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
