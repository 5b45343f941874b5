"""`--full` on a real GPU: QLoRA as people write it, with 4-bit weights, a paged 8-bit optimizer and bfloat16."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from .conftest import Ran

needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="this machine has no CUDA GPU: full runs on one were not seen here"
)
needs_bitsandbytes = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed: pip install bitsandbytes"
)

LOADED = """\
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer, TrainingArguments
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

"""
PLAIN = 'model = AutoModelForCausalLM.from_pretrained(BASE, device_map="cuda")\n'
QUANTIZED = """\
four_bit = BitsAndBytesConfig(
    load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
)
model = AutoModelForCausalLM.from_pretrained(BASE, quantization_config=four_bit, device_map={"": 0})
model = prepare_model_for_kbit_training(model)
"""
TRAINED = """\
model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
rows = [{"input_ids": list(range(16)), "labels": list(range(16))}] * 16
arguments = TrainingArguments(
    "checkpoints", per_device_train_batch_size=2, max_steps=4, learning_rate=1e-3, report_to="none", OPTIONS
)
Trainer(model, arguments, train_dataset=rows).train()
model.save_pretrained("out")
"""


@needs_gpu
@pytest.mark.parametrize(
    ("load", "options"),
    [
        pytest.param(PLAIN, "bf16=True", id="lora"),
        pytest.param(QUANTIZED, 'bf16=True, optim="paged_adamw_8bit"', id="qlora", marks=needs_bitsandbytes),
    ],
)
def test_a_full_run_on_a_gpu_is_confirmed_and_its_peak_memory_told(
    lora_lint: Callable[..., Ran], base: Path, load: str, options: str
) -> None:
    text = LOADED + load.replace("BASE", repr(str(base))) + TRAINED.replace("OPTIONS", options)
    Path("train.py").write_text(text)
    ran = lora_lint("--run", "train.py", "--full", "--python", sys.executable, "--output-format", "json")
    assert ran.exit == 0, ran.json["reason"]
    (adapter,) = [a for a in ran.json["after"]["adapters"] if not a["checkpoint"]]
    assert (adapter["directory"], adapter["usable"], adapter["reloads"]) == ("out", True, True), adapter
    (gpu,) = ran.json["after"]["gpus"]
    assert 0 < gpu["allocated"] <= gpu["reserved"]
