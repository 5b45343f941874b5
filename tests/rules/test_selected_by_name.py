"""`selected_adapters=[task]`, where the adapter has the name that another expression gave it."""

from __future__ import annotations

from lora_lint import check_source

SCRIPT = """\
import sys

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

names = sys.argv[1].split(",")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(), adapter_name=names[0])
for task in names:
    if task not in model.peft_config:
        model.add_adapter(task, LoraConfig())
        model.set_adapter(task)
    for batch in rows(task):
        model(**batch).loss.backward()
    model.save_pretrained("out", selected_adapters=[task])
"""


def test_the_first_of_the_names_may_be_the_first_adapter() -> None:
    assert check_source(SCRIPT) == []
