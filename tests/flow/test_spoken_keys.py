"""Filters by the names of tensors: a few tensors stand for all, so what they lack says nothing of the others."""

from __future__ import annotations

import pytest

import lora_lint
from lora_lint.texts import trace_source

SCRIPT = """\
import re
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

model = get_peft_model(AutoModel.from_pretrained("{base}"), LoraConfig(target_modules={targets}))
optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if {test}], lr=1e-3)
for batch in load_dataset("rows", split="train"):
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
LLAMA, BERT, T5, UNKNOWN = "meta-llama/Llama-3.2-1B", "bert-base-uncased", "t5-small", "my/own"
TARGETS = {LLAMA: ["q_proj", "v_proj"], BERT: ["query", "value"], T5: ["q", "v"], UNKNOWN: ["q_proj"]}


def codes(base: str, test: str) -> list[str]:
    script = SCRIPT.format(base=base, targets=TARGETS[base], test=test)
    return [found.code for found in lora_lint.check_source(script)]


def test_an_adapter_whose_config_is_not_seen_may_hold_the_head() -> None:
    script = """\
from peft import AutoPeftModelForSequenceClassification

model = AutoPeftModelForSequenceClassification.from_pretrained("me/mood", is_trainable=True)
if not [n for n, p in model.named_parameters() if p.requires_grad and "classifier" in n]:
    raise RuntimeError("it was saved without its head")
model.save_pretrained("out")
"""
    assert "saved" in [event["kind"] for event in trace_source(script)["events"]]


HOLD = [
    (LLAMA, '"layers.15." in n'),
    (LLAMA, 'any(f"layers.{i}." in n for i in range(8, 16))'),
    (LLAMA, 're.search(r"layers\\.(8|9)\\.", n)'),
    (LLAMA, '"v_proj" in n'),
    (LLAMA, 'n.endswith("v_proj.lora_A.default.weight")'),
    (BERT, '"encoder" in n and p.requires_grad'),
    (BERT, '"bert.encoder.layer" in n.lower()'),
    (BERT, 'n.startswith("base_model.model.bert")'),
    (LLAMA, 'int(n.split(".")[4]) in (8, 9)'),
    (LLAMA, 'n.split(".")[4] == "11"'),
    (LLAMA, 'n.split(".")[4] not in {"0", "30"}'),
    (LLAMA, 'int(n.partition("layers.")[2].split(".")[0]) % 4 == 3'),
    (LLAMA, '{"11": True}.get(n.split(".")[4], False)'),
    (LLAMA, '"layers.15." in n.replace(".weight", "")'),
    (LLAMA, '"v_proj" in n.rsplit(".", 3)[0]'),
    (LLAMA, '"v_proj" in n.split(".")'),
    (LLAMA, '"q_proj" not in n'),
    (LLAMA, 'n.find("v_proj") != -1'),
    (LLAMA, 'n[30:32] == "11"'),
    (LLAMA, 'f"net.{n}".startswith("net.base_model.model.model.layers.7.")'),
    (LLAMA, '".".join(n.split(".")[4:6]) == "11.self_attn"'),
    (LLAMA, 'n == "base_model.model.model.layers.3.self_attn.q_proj.lora_A.default.weight"'),
    (LLAMA, 'n in ["base_model.model.model.layers.3.self_attn.q_proj.lora_A.default.weight"]'),
    (BERT, 'n == "base_model.model.bert.encoder.layer.3.attention.self.query.lora_A.default.weight"'),
    (BERT, '"layer.11." in n.removesuffix(".weight")'),
    (BERT, "len(n) > 70"),
    (T5, '"decoder" in n'),
    (T5, '"decoder" in n.split(".")'),
    (T5, '".SelfAttention." in n'),
    (UNKNOWN, '"visual" in n'),
]


@pytest.mark.parametrize(("base", "test"), HOLD)
def test_tensors_that_a_filter_may_hold_are_not_said_to_be_left_out(base: str, test: str) -> None:
    assert codes(base, test) == []


LACK = [
    (LLAMA, '"embed_tokens" in n'),
    (LLAMA, '"norm" in n.split(".")'),
    (LLAMA, 'n.split(".")[3] != "layers"'),
    (LLAMA, 'not n.split(".")[4].isdigit()'),
    (LLAMA, '"lora_A" not in n and "lora_B" not in n'),
    (BERT, 'n.split(".")[-3].startswith("ia3")'),
    (BERT, '"classifier" in n'),
    (BERT, '"lora_" not in n'),
    (UNKNOWN, '"LayerNorm" in n or "bias" in n'),
    (UNKNOWN, 'n.endswith("lm_head.weight")'),
    (UNKNOWN, 're.search(r"embed|norm", n)'),
]


@pytest.mark.parametrize(("base", "test"), LACK)
def test_what_no_tensor_of_an_adapter_is_called_leaves_them_all_out(base: str, test: str) -> None:
    assert codes(base, test) == ["LL402"]


@pytest.mark.parametrize("base", [LLAMA, BERT, UNKNOWN])
def test_what_all_tensors_of_an_adapter_are_called_holds_them_all(base: str) -> None:
    assert codes(base, '"lora_" in n and n.startswith("base_model.model.")') == []
