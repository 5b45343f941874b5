"""Models that stand in for large ones: with all layers where a script counts them, with adapters in their folders."""

from __future__ import annotations

import importlib.util

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import HEAD, LOOP

LAYERS = {
    "one in the middle is taken by its number": "print(type(base.transformer.h[-6]), base.transformer.h[7])\n",
    "the script itself says that one is missing": (
        'if len(base.transformer.h) <= 8:\n    raise ValueError(f"Layer 8 is outside of {len(base.transformer.h)}")\n'
    ),
    "those in the middle become a model of their own": "base.transformer.h = base.transformer.h[2:-2]\n",
}


@pytest.mark.parametrize("used", LAYERS.values(), ids=LAYERS.keys())
def test_a_script_that_goes_by_the_numbers_of_layers_gets_all_of_them(run: Run, used: str) -> None:
    text = HEAD.replace("meta-llama/Llama-3.2-1B", "gpt2").replace('["q_proj", "v_proj"]', '["c_attn"]')
    text = text.replace("\nmodel = ", "\n" + used + "model = ") + LOOP + 'model.save_pretrained("out")\n'
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]


def test_a_second_adapter_in_a_folder_of_a_repository_is_loaded(run: Run) -> None:
    """As PEFT itself does it, where a PiSSA adapter is saved as a plain one."""
    text = 'model.load_adapter("nobody/llama-lora", subfolder="start", adapter_name="start")\n'
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.skipif(importlib.util.find_spec("causal_conv1d") is not None, reason="the kernel is here")
def test_packed_sequences_need_no_kernel_to_keep_them_apart(run: Run) -> None:
    pytest.importorskip("transformers.models.qwen3_5")
    text = """\
from datasets import Dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

rows = Dataset.from_dict({"text": ["some words", "and more of them"] * 8})
arguments = SFTConfig("out", packing=True, max_length=64, padding_free=True)
config = LoraConfig(target_modules=["in_proj_qkv", "out_proj"])
trainer = SFTTrainer("Qwen/Qwen3.5-0.8B", args=arguments, train_dataset=rows, peft_config=config)
trainer.train()
trainer.save_model("out")
"""
    confirmed(run(text))
