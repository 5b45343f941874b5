"""Weights of the model that are opened by hand beside an adapter: what a trainer trains of them is in no file."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

SCRIPT = """\
import torch
from accelerate import Accelerator
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.1-8B")
model = get_peft_model(model, LoraConfig({}))
{}
trainer = Trainer(model, args=TrainingArguments("checkpoints", save_strategy="no"), train_dataset=rows)
trainer.train()
model.save_pretrained("out")
"""


def found(opened: str, config: str = "", behind: str = "") -> list[str]:
    script = SCRIPT.format(config, opened) + behind
    return [finding.name for finding in check_source(script, config=Config(preview=True))]


LOST = ["opened-weights-not-saved"]
OPENED = [
    "model.lm_head.requires_grad_(True)",
    "model.base_model.model.lm_head.weight.requires_grad = True",
    "model.get_input_embeddings().weight.requires_grad = True",
    'for name, p in model.named_parameters():\n    p.requires_grad = "lora_" in name or "lm_head" in name',
    "if options.head:\n    model.lm_head.requires_grad_(True)",
    "model.requires_grad_(True)",
]


@pytest.mark.parametrize("opened", OPENED)
def test_what_is_opened_by_hand_is_not_in_the_file(opened: str) -> None:
    assert found(opened) == LOST


NOT_OPENED = [
    'for name, p in model.named_parameters():\n    p.requires_grad = "lora_" in name',
    "model.lm_head.requires_grad_(True)\nmodel.lm_head.requires_grad_(False)",
    "model.lm_head.requires_grad_(options.head)",
    "model.base_model.model.model.layers[0].self_attn.q_proj.lora_A.default.requires_grad_(True)",
    "model.enable_input_require_grads()",
]


@pytest.mark.parametrize("opened", NOT_OPENED)
def test_what_stays_frozen_or_is_of_the_adapter_is_not_missed(opened: str) -> None:
    assert found(opened) == []


@pytest.mark.parametrize(
    "config", ['modules_to_save=["lm_head"]', 'target_modules=["q_proj", "lm_head"]', "modules_to_save=options.modules"]
)
def test_a_module_that_the_config_names_is_in_the_file(config: str) -> None:
    assert found(OPENED[0], config) == []


@pytest.mark.parametrize(
    "behind",
    [
        'torch.save(model.lm_head.state_dict(), "head.pt")\n',
        'model.save_pretrained("again", save_embedding_layers=True)\n',
        'model.merge_and_unload().save_pretrained("merged")\n',
        'Accelerator().save_model(model, "whole")\n',
        'model.lm_head.weight.detach().numpy().tofile("head.bin")\n',
    ],
)
def test_another_save_may_hold_it(behind: str) -> None:
    assert found(OPENED[0], behind=behind) == []


def test_an_optimizer_of_its_own_may_hold_the_adapter_alone() -> None:
    made = 'optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if "lora_" in n])'
    assert found(f"{OPENED[0]}\n{made}") == []


OWN = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.1-8B")
model = get_peft_model(model, LoraConfig())
{}
for batch in loader:
    model(**batch).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""
OPEN = "model.lm_head.weight.requires_grad = True"
HOLDS = [
    "optimizer = torch.optim.AdamW(model.parameters())",
    "optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])",
    "optimizer = torch.optim.AdamW(filter(lambda p: p.requires_grad, model.parameters()))",
    'optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if "lora_" in n or "lm_head" in n])',
]
LACKS = [
    'optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if "lora_" in n])',
    'optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if "lora_" in n or "norm" in n])',
    "optimizer = make_optimizer(options)",
]


@pytest.mark.parametrize("made", HOLDS)
def test_an_optimizer_that_holds_what_was_opened_trains_it(made: str) -> None:
    assert [f.name for f in check_source(OWN.format(f"{OPEN}\n{made}"), config=Config(preview=True))] == LOST
    early = OWN.format(f"{made}\n{OPEN}")
    lost = [] if "requires_grad" in made else LOST
    assert [f.name for f in check_source(early, config=Config(preview=True))] == lost


@pytest.mark.parametrize("made", LACKS)
def test_an_optimizer_that_may_lack_it_does_not(made: str) -> None:
    assert [f.name for f in check_source(OWN.format(f"{OPEN}\n{made}"), config=Config(preview=True))] == []


RESIZED = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.1-8B")
tokenizer.add_tokens(["<|caller|>"])
model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.1-8B")
model.resize_token_embeddings(len(tokenizer))
model = get_peft_model(model, LoraConfig())
rows = model.get_input_embeddings().weight
rows.requires_grad_(True)
lora = [p for n, p in model.named_parameters() if "lora_" in n]
optimizer = torch.optim.AdamW([dict(params=lora, lr=1e-4), dict(params=[rows], lr=1e-5)])
for batch in loader:
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out"{})
"""


@pytest.mark.parametrize(
    ("asked", "names"),
    [("", []), (", save_embedding_layers=True", []), (", save_embedding_layers=False", LOST), (", **options", [])],
)
def test_embeddings_of_another_size_are_in_the_file_unless_they_are_to_be_left_out(
    asked: str, names: list[str]
) -> None:
    findings = check_source(RESIZED.format(asked), config=Config(preview=True))
    assert [finding.name for finding in findings] == names
