"""A project that asks for releases, linted."""

from __future__ import annotations

from pathlib import Path

import lora_lint

HEAD = """
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from trl import GRPOTrainer, SFTConfig, SFTTrainer
config = LoraConfig(r=8, target_modules=["q_proj"], task_type="CAUSAL_LM")
base = AutoModelForCausalLM.from_pretrained("m")
model = get_peft_model(base, config)
"""
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
FILTERED = TRAIN + "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model))\n"
EXCLUDES = "get_peft_model(base, LoraConfig(exclude_modules=['lm_head']))\n"


def lint(folder: Path, requirements: str, body: str, head: str = HEAD) -> list[lora_lint.Finding]:
    (folder / "requirements.txt").write_text(requirements)
    (folder / "train.py").write_text(head + body)
    return lora_lint.check_paths([folder]).findings


def told(folder: Path, script: str, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / name.replace("_txt", ".txt").replace("_toml", ".toml")).write_text(text)
    (folder / "lora-lint.toml").touch()
    (folder / "train.py").write_text(script)
    return [finding.name for finding in lora_lint.check_paths([folder / "train.py"]).findings]
