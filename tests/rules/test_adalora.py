"""AdaLoRA changes its ranks where the script calls for it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from lora_lint import Config, check_source

HEAD = """\
import torch
from peft import AdaLoraConfig, LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(model, AdaLoraConfig(task_type="CAUSAL_LM", total_step=900{more}))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step, batch in enumerate(batches()):
    model(**batch).loss.backward()
    optimizer.step()
    {call}
    optimizer.zero_grad()
model.save_pretrained("out")
"""
TRAINER = """\
from peft import AdaLoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
{imports}
model = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(model, AdaLoraConfig(task_type="CAUSAL_LM", total_step=900))
trainer = Trainer(model=model, args=TrainingArguments("out"), train_dataset=rows(){more})
{then}
trainer.train()
"""


def found(script: str) -> list[str]:
    return [finding.code for finding in check_source(script, config=Config(preview=True)) if finding.code == "LL414"]


def test_nothing_calls_for_it() -> None:
    assert found(HEAD.format(more="", call="pass")) == ["LL414"]
    assert found(TRAINER.format(imports="", more="", then="")) == ["LL414"]


@pytest.mark.parametrize(
    "call",
    [
        "model.base_model.update_and_allocate(step)",
        "model.update_and_allocate(step)",
        'getattr(model.base_model, "update_and_allocate")(step)',
        "from adaptive import reallocate; reallocate(model, step)",
    ],
)
def test_something_calls_for_it_or_may(call: str) -> None:
    assert found(HEAD.format(more="", call=call)) == []


def test_an_option_chooses_among_methods() -> None:
    """What is trained after the branch is AdaLoRA on one path: its config is told, as the other goes on with it."""
    chosen = """\
from peft import AdaLoraConfig, LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("gpt2")
if adaptive():
    config = {one}
else:
    config = {other}
model = get_peft_model(model, config)
Trainer(model=model, args=TrainingArguments("out"), train_dataset=rows()).train()
"""
    ada, plain = 'AdaLoraConfig(task_type="CAUSAL_LM", total_step=900)', 'LoraConfig(task_type="CAUSAL_LM")'
    assert found(chosen.format(one=ada, other=plain)) == ["LL414"]
    assert found(chosen.format(one=plain, other=ada)) == ["LL414"]
    assert found(chosen.format(one=plain, other=plain)) == []


def test_there_are_no_ranks_to_give_back() -> None:
    assert found(HEAD.format(more=", init_r=8, target_r=8", call="pass")) == []
    assert found(HEAD.format(more=", init_r=16", call="pass")) == ["LL414"]
    assert found(HEAD.format(more="", call="pass").replace("AdaLoraConfig(", "LoraConfig(")) == []


def test_a_callback_of_others_may_call_for_it() -> None:
    assert found(TRAINER.format(imports="from adaptive import Ranks", more=", callbacks=[Ranks()]", then="")) == []
    assert (
        found(TRAINER.format(imports="from adaptive import Ranks", more="", then="trainer.add_callback(Ranks)")) == []
    )


@pytest.mark.slow
def test_the_ranks_that_are_saved() -> None:
    """Executed with peft 0.21.2: of six ranks a layer, two are left on average where the call is made at each step."""
    assert ranks(allocates=False) == [6, 6]
    assert sum(ranks(allocates=True)) == 4


def ranks(*, allocates: bool) -> list[int]:
    import torch
    from peft import AdaLoraConfig, get_peft_model, get_peft_model_state_dict
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = {"vocab_size": 32, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    base = LlamaForCausalLM(LlamaConfig(**sizes, num_attention_heads=2, num_key_value_heads=2))
    schedule = {"init_r": 6, "target_r": 2, "tinit": 2, "tfinal": 2, "total_step": 20}
    model: Any = get_peft_model(base, AdaLoraConfig(target_modules=["q_proj", "v_proj"], **schedule))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for step in range(20):
        words = torch.randint(0, 32, (2, 8))
        model(input_ids=words, labels=words).loss.backward()
        optimizer.step()
        if allocates:
            model.base_model.update_and_allocate(step)
        optimizer.zero_grad()
    return [len(tensor) for key, tensor in get_peft_model_state_dict(model).items() if "lora_E" in key]
