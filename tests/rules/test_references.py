"""Adapters that are loaded beside the one that is to be trained, to compare with it."""

from __future__ import annotations

import lora_lint

SCRIPT = """\
from peft import PeftModel
from transformers import AutoModelForCausalLM
from trl import DPOConfig, DPOTrainer

model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), "sft"{first})
model.load_adapter("sft", adapter_name="reference"{second})
trainer = DPOTrainer(model, args=DPOConfig("out"), train_dataset=pairs, processing_class=tokenizer)
trainer.train()
model.save_pretrained("dpo", selected_adapters=["default"])
for name in ("reference", "default"):
    model.set_adapter(name)
    print(name, model.generate(prompt))
"""


def found(first: str = "", second: str = "") -> list[str]:
    return [f.name for f in lora_lint.check_source(SCRIPT.replace("{first}", first).replace("{second}", second))]


def test_a_reference_that_stays_frozen_is_not_meant_to_be_trained() -> None:
    assert found() == ["adapter-not-trainable"]  # which is of the first one
    assert found(first=", is_trainable=True") == []


def test_one_that_is_loaded_to_be_trained_is() -> None:
    assert found(second=", is_trainable=True") == ["inactive-adapter"]


OWN_LOOP = """\
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def scores(model, rows):
    return model(*rows).logits


base = AutoModelForCausalLM.from_pretrained("gpt2")
reference = PeftModel.from_pretrained({under}, "sft").eval()
policy = PeftModel.from_pretrained(base, "sft", is_trainable=True)
optimizer = torch.optim.AdamW([p for p in policy.parameters() if p.requires_grad])
for rows in pairs():
    with torch.no_grad():
        before = scores({asked}, rows)
    (scores(policy, rows) - before).mean().backward()
    optimizer.step()
policy.save_pretrained("dpo")
"""


def alone(under: str = "base", asked: str = "reference") -> list[str]:
    script = OWN_LOOP.format(under=under, asked=asked)
    return [finding.name for finding in lora_lint.check_source(script)]


def test_a_reference_on_the_same_base_model_changes_with_what_is_trained() -> None:
    assert alone() == ["wrapped-twice"]
    assert alone(under='AutoModelForCausalLM.from_pretrained("gpt2")') == []
    assert alone(asked="other") == []  # nobody asks it


def test_a_wrapper_that_is_made_to_look_at_each_round_has_the_layers_to_itself() -> None:
    """It is made after the training, and gives way to the next one."""
    script = """\
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("gpt2")
config = LoraConfig(task_type="CAUSAL_LM")
for turn in range(3):
    client = get_peft_model(base, config)
    optimizer = torch.optim.AdamW(client.parameters(), lr=1e-4)
    for batch in loader():
        client(**batch).loss.backward()
        optimizer.step()
    client.save_pretrained(f"out/{turn}")
    weights = get_peft_model_state_dict(client)
    base = client.get_base_model()
    looked_at = get_peft_model(base, config)
    set_peft_model_state_dict(looked_at, weights)
    with torch.no_grad():
        print(looked_at(**next(loader())).loss)
    base = looked_at.get_base_model()
"""
    assert lora_lint.check_source(script) == []


def test_a_copy_of_what_is_saved_at_the_start_is_a_reference() -> None:
    """Both adapters are saved as they were made; the copy is what the trained one is held against."""
    script = """\
import torch
from copy import deepcopy
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
model.save_pretrained("start")
reference = deepcopy(model)
reference.requires_grad_(False)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
for batch in loader():
    (model(**batch).loss - reference(**batch).loss).backward()
    optimizer.step()
model.save_pretrained("out")
"""
    assert lora_lint.check_source(script) == []
