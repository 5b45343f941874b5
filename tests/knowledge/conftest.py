"""The real libraries and tiny random models of every kind that the tables tell apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def plain() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=32, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2,
    )  # fmt: skip
    return LlamaForCausalLM(config)


def config(**more: Any) -> Any:
    from peft import LoraConfig

    return LoraConfig(r=2, target_modules=["q_proj"], **{"task_type": "CAUSAL_LM", **more})


def wrapped(**more: Any) -> Any:
    from peft import get_peft_model

    return get_peft_model(plain(), config(**more))


def emptied() -> Any:
    model = wrapped()
    model.merge_and_unload()
    return model


def integration() -> Any:
    model = plain()
    model.add_adapter(config())
    return model


def compiled(make: Callable[[], Any]) -> Any:
    import torch

    return torch.compile(make(), backend="eager")


def parallel(make: Callable[[], Any]) -> Any:
    import torch

    return torch.nn.DataParallel(make())


MODELS: dict[str, Callable[[], Any]] = {
    "PeftModel": wrapped,
    "PeftModel without task type": lambda: wrapped(task_type=None),
    "emptied PeftModel": emptied,
    "LoraModel": lambda: wrapped().base_model,
    "plain": plain,
    "merged": lambda: wrapped().merge_and_unload(),
    "unloaded": lambda: wrapped().unload(),
    "integration": integration,
    "compiled PeftModel": lambda: compiled(wrapped),
    "compiled plain": lambda: compiled(plain),
    "DataParallel": lambda: parallel(wrapped),
}


@pytest.fixture(scope="session")
def models() -> dict[str, Any]:
    """One model of each kind."""
    for library in ("torch", "transformers", "peft"):
        pytest.importorskip(library, reason="the tables are compared with the installed libraries")
    return {kind: make() for kind, make in MODELS.items()}
