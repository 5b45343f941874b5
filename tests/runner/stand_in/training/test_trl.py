"""What trl's trainers add, ask for and refuse by themselves."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, carried, confirmed
from tests.runner.samples import HEAD, SAVE


@pytest.mark.parametrize("beta", ["0.1", 'float(os.environ.get("BETA", 0.1))'], ids=["known", "computed"])
def test_an_adapter_that_a_trainer_adds_for_reference_need_not_move(run: Run, beta: str) -> None:
    """GRPO with a beta copies the adapter as it begins into one called ref. Answers that are cut off count, as a small
    model ends none."""
    text = """\
import os
from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer

def reward(completions, **columns):
    return [float(len(text)) for text in completions]

rows = load_dataset("trl-lib/tldr", split="train")
config = GRPOConfig("runs", beta=BETA, save_strategy="no", report_to="none", mask_truncated_completions=True)
GRPOTrainer(model, args=config, train_dataset=rows, reward_funcs=reward).train()
model.save_pretrained("out")
"""
    ran = run(HEAD + text.replace("BETA,", f"{beta},"))
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")
    assert all(line["agrees"] is not False for line in ran.json["lines"])


def test_what_a_library_looks_up_in_vain_is_said_of_it(run: Run) -> None:
    text = """\
from peft import get_peft_model_state_dict

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(base, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"), adapter_name="mine")
get_peft_model_state_dict(model)
"""
    assert "KeyError: 'default' (in get_peft_model_state_dict of peft" in run(HEAD + text).json["reason"]


@pytest.mark.slow
def test_a_peft_model_for_reference_is_taken_as_older_releases_did(run: Run) -> None:
    text = """\
from datasets import load_dataset
from trl import DPOConfig, DPOTrainer

second = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
frozen = get_peft_model(second, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))
rows = load_dataset("trl-lib/ultrafeedback_binarized", split="train")
DPOTrainer(model, frozen, args=DPOConfig("runs", report_to="none"), train_dataset=rows).train()
model.save_pretrained("out")
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]
    assert "takes no PeftModel as ref_model" in ran.json["reason"]


def test_the_loss_of_answers_alone_asks_for_a_template_that_marks_them(run: Run) -> None:
    text = """\
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

chats = load_dataset("trl-lib/Capybara", split="train")
SFTTrainer(model, args=SFTConfig("runs", assistant_only_loss=True, report_to="none"), train_dataset=chats).train()
"""
    confirmed(run(HEAD + text + SAVE))


def test_rows_of_prompts_and_completions_are_formatted(run: Run) -> None:
    text = """\
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

rows = Dataset.from_dict({"prompt": ["a word", "two"] * 8, "completion": ["of it", "more of it"] * 8})
form = lambda row: row["prompt"] + "\\n" + row["completion"]
SFTTrainer(model, SFTConfig("o"), train_dataset=rows, formatting_func=form).train()
"""
    assert carried(run(HEAD + text + SAVE)).endswith("now with SFTConfig(completion_only_loss=False)")


@pytest.mark.parametrize("trainer", ["SFT", "DPO"])
def test_an_adapter_on_the_head_is_trained(run: Run, trainer: str) -> None:
    text = f"""\
from datasets import Dataset
from transformers import AutoTokenizer
from trl import {trainer}Config, {trainer}Trainer

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
tokenizer.pad_token = tokenizer.eos_token
text = {{"text": ["some words of it"] * 8}}
pairs = {{"prompt": ["a word"] * 8, "chosen": [" of it"] * 8, "rejected": [" of that"] * 8}}
rows = Dataset.from_dict(text if "{trainer}" == "SFT" else pairs)
{trainer}Trainer(model, args={trainer}Config("o"), train_dataset=rows, processing_class=tokenizer).train()
assert all(p.any() for name, p in model.named_parameters() if "lm_head.lora_B.default" in name)
"""
    ran = run(HEAD.replace('"v_proj"', '"lm_head"') + text + SAVE)
    assert carried(ran).endswith("trains no adapter on lm_head; leave it out of target_modules")


@pytest.mark.slow
def test_prompts_of_which_a_reward_takes_the_turns_are_chats(run: Run) -> None:
    text = """\
from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer

def length(completions, **options):
    return [float(len(completion[0]["content"])) for completion in completions]

rows = load_dataset("nobody/nothing", split="train")
arguments = GRPOConfig("o", per_device_train_batch_size=2, num_generations=2, max_completion_length=8)
GRPOTrainer(model, reward_funcs=length, args=arguments, train_dataset=rows).train()
"""
    ran = run(HEAD + text + SAVE)
    assert (ran.json["after"]["steps"], ran.json["after"]["error"]) == (2, None), ran.json["reason"]
