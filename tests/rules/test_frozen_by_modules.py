"""Adapters that are frozen by way of the modules they lie in, each beside what looks like it and leaves them open."""

from __future__ import annotations

import pytest

import lora_lint

BEFORE = """\
import itertools

import torch
from torch import nn
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import LoraLayer
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")
"""
WRAP = "model = get_peft_model(base, LoraConfig({}))\n"
TRAIN = """
optimizer = torch.optim.AdamW(model.parameters())
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("out")
"""


def found(body: str, config: str = "task_type='CAUSAL_LM'") -> list[str]:
    return [finding.name for finding in lora_lint.check_source(BEFORE + WRAP.format(config) + body + TRAIN)]


EACH_LAYER = "for layer in base.model.layers:\n    "
EACH = "for m in model.modules():\n    "
NAMED = "for n, m in model.named_modules():\n    "
FREEZE = "def freeze(m):\n    for p in m.parameters():\n        p.requires_grad = False\n"

FROZEN = [
    EACH + "m.requires_grad_(False)",
    EACH + "for p in m.parameters():\n        p.requires_grad = False",
    NAMED + "for p in m.parameters(recurse=False):\n        p.requires_grad = False",
    NAMED + "if 'lora_' in n:\n        for k, p in m.named_parameters():\n            p.requires_grad_(False)",
    "for c in base.children():\n    c.requires_grad_(False)",
    "for n, c in model.named_children():\n    c.requires_grad_(False)",
    EACH_LAYER + "layer.requires_grad_(False)",
    EACH_LAYER + "for p in layer.parameters():\n        p.requires_grad = False",
    EACH_LAYER + "for m in layer.modules():\n        m.requires_grad_(False)",
    EACH_LAYER + "if args.verbose:\n        print(layer)\n    layer.requires_grad_(False)",
    "for layer in model.base_model.model.model.layers:\n    layer.requires_grad_(False)",
    "for layer in model.model.model.layers:\n    layer.requires_grad_(False)",
    "model.base_model.model.model.requires_grad_(False)",
    "for p in base.model.layers.parameters():\n    p.requires_grad = False",
    FREEZE + EACH_LAYER + "freeze(layer)",
    FREEZE + "model.apply(freeze)",
    "model.apply(lambda m: [p.requires_grad_(False) for p in m.parameters(recurse=False)])",
    # a walk through the whole tree
    (
        "def freeze(m):\n    for c in m.children():\n        freeze(c)\n"
        "    for p in m.parameters(recurse=False):\n        p.requires_grad = False\nfreeze(model)"
    ),
]
OPEN = [
    # opened again
    EACH_LAYER + "layer.requires_grad_(False)\n"
    "for n, p in model.named_parameters():\n    if 'lora_' in n:\n        p.requires_grad = True",
    EACH_LAYER + "layer.requires_grad_(False)\nfor layer in base.model.layers[-2:]:\n    layer.requires_grad_(True)",
    EACH_LAYER + "layer.requires_grad_(False)\n    layer.self_attn.q_proj.lora_A.requires_grad_(True)",
    NAMED + "m.requires_grad_('lora_' in n)",
    NAMED + "if 'lora_' in n:\n        m.requires_grad_(True)\n    else:\n        m.requires_grad_(False)",
    # only what is not the adapter's
    EACH_LAYER
    + "for n, p in layer.named_parameters():\n        if 'lora_' not in n:\n            p.requires_grad = False",
    NAMED
    + "if n and 'lora_' not in n:\n        for p in m.parameters(recurse=False):\n            p.requires_grad = False",
    EACH + "if isinstance(m, (nn.LayerNorm, nn.Embedding)):\n        m.requires_grad_(False)",
    EACH + "if 'Norm' in m.__class__.__name__:\n        m.requires_grad_(False)",
    NAMED + "if 'norm' in n:\n        m.requires_grad_(False)",
    EACH_LAYER + "layer.mlp.requires_grad_(False)",
    EACH_LAYER + "for p in layer.input_layernorm.parameters():\n        p.requires_grad = False",
    "base.model.embed_tokens.requires_grad_(False)",
    "base.model.norm.requires_grad_(False)",
    "for p in base.lm_head.parameters():\n    p.requires_grad = False",
    "for n, c in base.model.named_children():\n    if n != 'layers':\n        c.requires_grad_(False)",
    "for p in model.parameters(recurse=False):\n    p.requires_grad = False",
    (
        "def freeze(m):\n    for c in m.children():\n        if not isinstance(c, LoraLayer):\n            freeze(c)\n"
        "    for p in m.parameters(recurse=False):\n        p.requires_grad = False\nfreeze(model)"
    ),
    # some of the blocks
    "for layer in base.model.layers[:4]:\n    layer.requires_grad_(False)",
    "for i, layer in enumerate(base.model.layers):\n    if i < 12:\n        layer.requires_grad_(False)",
    "n = 0\n" + EACH_LAYER + "if n < 12:\n        layer.requires_grad_(False)\n    n += 1",
    "n = 0\n" + EACH_LAYER + "if n == 12:\n        break\n    layer.requires_grad_(False)\n    n += 1",
    EACH_LAYER + "layer.requires_grad_(False)\n    break",
    NAMED + "if 'layers.0' in n:\n        m.requires_grad_(False)",
    "base.model.layers[0].requires_grad_(False)",
    "for m in itertools.islice(model.modules(), 30, 40):\n    m.requires_grad_(False)",
]


@pytest.mark.parametrize("body", FROZEN)
def test_what_is_done_to_all_modules_is_done_to_the_layers_of_the_adapter(body: str) -> None:
    assert found(body) == ["frozen-adapter"]


@pytest.mark.parametrize("body", OPEN)
def test_what_may_leave_a_layer_of_the_adapter_open_freezes_nothing(body: str) -> None:
    assert found(body) == []


def test_the_blocks_are_frozen_before_the_wrap() -> None:
    frozen = EACH_LAYER + "layer.requires_grad_(False)\nfor m in base.modules():\n    m.requires_grad_(False)\n"
    assert lora_lint.check_source(BEFORE + frozen + WRAP.format("") + TRAIN) == []


ELSEWHERE = [
    "target_modules=['q_proj', 'lm_head']",
    "target_modules=['embed_tokens', 'q_proj']",
    "target_modules=targets",
    "target_modules='.*proj'",
    "target_modules=['q_proj'], trainable_token_indices=[1]",
    "**settings",
]


@pytest.mark.parametrize("config", ELSEWHERE)
def test_an_adapter_may_have_layers_that_lie_in_no_block(config: str) -> None:
    for frozen in (EACH_LAYER + "layer.requires_grad_(False)", "base.model.requires_grad_(False)"):
        assert found(frozen, config) == []
        assert found(frozen, "target_modules=['q_proj', 'v_proj']") == ["frozen-adapter"]


def test_the_blocks_of_a_family_that_is_not_known() -> None:
    script = BEFORE + WRAP.format("") + EACH_LAYER + "layer.requires_grad_(False)" + TRAIN
    assert lora_lint.check_source(script.replace('"Qwen/Qwen2.5-0.5B"', "args.model")) == []
    [finding] = lora_lint.check_source(
        script.replace("Qwen/Qwen2.5-0.5B", "gpt2").replace("model.layers", "transformer.h")
    )
    assert finding.name == "frozen-adapter"
