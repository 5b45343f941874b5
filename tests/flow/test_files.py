"""The files that a save will write, where the class of the model is in no line of the script."""

from __future__ import annotations

import lora_lint

TRAINED = """
from trl import {name}Config, {name}Trainer, ModelConfig, TrlParser, get_peft_config

args, told = TrlParser(({name}Config, ModelConfig)).parse_args_and_config()
trainer = {name}Trainer(model=told.model_name_or_path, args=args, peft_config=get_peft_config(told), train_dataset=rows)
trainer.train()
trainer.model.merge_and_unload().save_pretrained("out")
"""


def written(text: str) -> list[str]:
    saves = [event for event in lora_lint.trace_source(text)["events"] if event["kind"] == "saved"]
    return list(saves[-1]["files"]["out"])


def test_a_model_that_a_trainer_of_answers_was_given_generates() -> None:
    assert "generation_config.json" in written(TRAINED.format(name="GRPO"))


def test_one_that_gives_scores_does_not() -> None:
    assert "generation_config.json" not in written(TRAINED.format(name="Reward"))
