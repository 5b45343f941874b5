"""Pushes to the hub: kept from happening, and looked at as if they had."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import TRAINED


def test_a_push_is_written_down_and_shown_as_a_directory_of_the_hub(run: Run) -> None:
    """Of a folder that is uploaded, and gone afterwards, too."""
    folder = """\
import tempfile
from huggingface_hub import HfApi
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    HfApi().upload_folder(folder_path=folder, repo_id="you/other")
"""
    asked = 'from huggingface_hub import HfApi\nassert HfApi().model_info("you/base").id == "you/base"\n'
    ran = run(asked + TRAINED + 'model.push_to_hub("you/adapter")\n' + folder)
    assert ran.exit == 0
    assert [(a["directory"], a["usable"]) for a in ran.json["after"]["adapters"]] == [
        ("hub:you/adapter", True), ("hub:you/other", True),
    ]  # fmt: skip
    assert any(text.startswith("push to the hub (you/adapter)") for text in ran.json["after"]["neutralised"])


TRAINER = """\
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

words = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B")
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")

def tokens(row):
    found = words(row["text"])
    return {"input_ids": found["input_ids"], "labels": found["input_ids"]}

rows = load_dataset("nobody/nothing", split="train").map(tokens, remove_columns=["text"])
arguments = TrainingArguments("out/run", per_device_train_batch_size=1, hub_model_id="you/adapter")
trainer = Trainer(get_peft_model(model, LoraConfig(task_type="CAUSAL_LM")), arguments, train_dataset=rows)
trainer.train()
trainer.push_to_hub()
"""


def test_a_trainer_pushes_to_the_repository_of_its_arguments_and_saves_on_the_way(run: Run) -> None:
    ran = run(TRAINER)
    assert ran.exit == 0, ran.json["reason"]
    kept = [a["directory"] for a in ran.json["after"]["adapters"] if a["usable"] and not a["checkpoint"]]
    assert kept == ["hub:you/adapter", "out/run"]
    assert [list(site["observed"]) for site in ran.json["sites"]] == [["you/adapter"]]
