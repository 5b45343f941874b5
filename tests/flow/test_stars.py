"""`from transformers import *`: a name that nothing else gives is the library's, in whatever module the star stands."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint

STARS = "from transformers import *\nfrom peft import *\n"
QUANTIZED = """
base = AutoModelForCausalLM.from_pretrained("tiny", quantization_config=BitsAndBytesConfig(load_in_4bit=True))
model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("runs"), train_dataset=rows).train()
model.save_pretrained("adapter")
model.merge_and_unload().save_pretrained("merged")
"""
NAMES = "AutoModelForCausalLM BitsAndBytesConfig LoraConfig Trainer TrainingArguments get_peft_model".split()
THROUGH = {
    "in the script": STARS,
    "a star of a star": "from common import *\n",
    "by name": f"from common import {', '.join(NAMES)}\n",
    "by attribute": "import common\n" + "".join(f"{name} = common.{name}\n" for name in NAMES),
}


def found(folder: Path, script: str) -> list[str]:
    (folder / "common.py").write_text(STARS, encoding="utf-8")
    (folder / "train.py").write_text(script, encoding="utf-8")
    return [f.name for f in lora_lint.check_paths([folder / "train.py"]).findings]


@pytest.mark.parametrize("head", THROUGH.values(), ids=THROUGH)
def test_the_library_s_names_are_known(tmp_path: Path, head: str) -> None:
    assert found(tmp_path, head + QUANTIZED) == ["merge-into-quantized"]


def test_a_name_of_the_script_s_own_comes_first(tmp_path: Path) -> None:
    own = "class BitsAndBytesConfig:\n    def __init__(self, **options): ...\n"
    assert found(tmp_path, STARS + own + QUANTIZED) == []
