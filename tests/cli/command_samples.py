"""Scripts to lint, and what a command line leaves."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

# the script of huggingface/peft#2211, as a user would have written it: line 15 saves the merged model only
BAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))

trainer = Trainer(
    model=model,
    args=TrainingArguments(output_dir="runs", save_strategy="no"),
    train_dataset=load_rows(),
)
trainer.train()

model = model.merge_and_unload()
model.save_pretrained("out")
"""
SAVED = 'model.save_pretrained("out-adapter")'
FIXED = BAD.replace("model = model.merge", f"{SAVED}\nmodel = model.merge")
LINE = 15
GOOD = BAD.replace("model = model.merge_and_unload()\n", "")
PLAIN = "print('nothing of the kind')\n"


class Said(NamedTuple):
    """What a command line left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """The environment in which the packages of this checkout are found."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("rules", "lsp", "runner"))
    return {**os.environ, "PYTHONPATH": roots}


def notebook(*cells: str) -> str:
    """A notebook as Jupyter writes it, with outputs and metadata that must stay."""
    made = [
        {
            "cell_type": "code",
            "execution_count": number,
            "id": f"c{number}",
            "metadata": {"tags": ["é"]},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["kept\n"]}],
            "source": source.splitlines(keepends=True),
        }
        for number, source in enumerate(cells, 1)
    ]
    kernel = {"kernelspec": {"language": "python", "name": "python3"}}
    text = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(text, indent=1, ensure_ascii=False) + "\n"
