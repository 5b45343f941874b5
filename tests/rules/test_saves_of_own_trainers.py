"""A trainer of the script's own that writes more than the adapter: in the last save only, or in each checkpoint."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


class Merging(Trainer):
    def {method}:
        super().{inner}
        if {test}:
            self.model.merge_and_unload().save_pretrained("merged")


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
trainer = Merging(model, TrainingArguments("out"), train_dataset=rows)
trainer.train()
trainer.save_model("final")
"""
FLAG = "save_model(self, output_dir=None, _internal_call=False)", "save_model(output_dir, _internal_call)"
OPTIONS = "save_model(self, output_dir=None, **kwargs)", "save_model(output_dir, **kwargs)"
INNER = "_save(self, output_dir=None, state_dict=None)", "_save(output_dir, state_dict)"


def found(methods: tuple[str, str], test: str) -> list[str]:
    method, inner = methods
    script = SCRIPT.replace("{method}", method).replace("{inner}", inner).replace("{test}", test)
    return [finding.name for finding in lora_lint.check_source(script)]


@pytest.mark.parametrize(
    ("methods", "test"),
    [
        (FLAG, "not _internal_call"),
        (OPTIONS, 'not kwargs.get("_internal_call")'),
        (FLAG, 'output_dir == "final"'),
        (INNER, 'output_dir == "final"'),
        (FLAG, 'output_dir and output_dir.endswith("final")'),
        (FLAG, 'output_dir.endswith(("final", "best"))'),
        (FLAG, 'output_dir.startswith("final")'),
        (FLAG, '"final" in output_dir'),
        (FLAG, '"checkpoint" not in output_dir'),
    ],
)
def test_what_only_the_last_save_does_comes_after_the_adapter_is_there(methods: tuple[str, str], test: str) -> None:
    assert found(methods, test) == []


@pytest.mark.parametrize(
    ("methods", "test"), [(FLAG, "_internal_call"), (INNER, '"checkpoint" in output_dir'), (FLAG, "output_dir")]
)
def test_what_a_checkpoint_does_leaves_nothing_for_the_last_save(methods: tuple[str, str], test: str) -> None:
    assert found(methods, test) == ["emptied-adapter-saved"]


@pytest.mark.parametrize("test", ['output_dir == "out/checkpoint-500"', 'output_dir.endswith("00")'])
def test_the_number_of_a_checkpoint_is_not_known(test: str) -> None:
    script = SCRIPT.replace("{method}", FLAG[0]).replace("{inner}", FLAG[1]).replace("{test}", test)
    assert [finding.severity for finding in lora_lint.check_source(script)] == ["warning"]
