"""Where more paths were joined than are told apart, what holds on which condition is not known any more."""

from __future__ import annotations

from lora_lint import analyze_source
from lora_lint.rules import adapter_never_saved
from lora_lint.rules.wrapped_twice import check

SCRIPT = """
import sys
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

lora = LoraConfig(task_type="CAUSAL_LM")
model = AutoModelForCausalLM.from_pretrained("gpt2")
if "early" in sys.argv:
    model = get_peft_model(model, lora)
SFTTrainer(model=model, args=SFTConfig("out"), peft_config=lora, train_dataset=rows).train()
"""


def test_a_trainer_is_not_held_against_the_model_of_another_path() -> None:
    lifecycle = analyze_source(SCRIPT).lifecycle
    assert [report.severity for report in check(lifecycle)] == ["warning"]
    lifecycle.blurred = True
    assert list(check(lifecycle)) == []


SAVED_IN_A_BRANCH = """
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())

def fit():
    model(**batch).loss.backward()
    optimizer.step()

if options.trial:
    fit()
else:
    fit()
    model.save_pretrained("out")
"""


def test_a_save_of_another_path_may_be_one_of_this_training() -> None:
    lifecycle = analyze_source(SAVED_IN_A_BRANCH).lifecycle
    assert len(list(adapter_never_saved.check(lifecycle))) == 1
    lifecycle.blurred = True
    assert list(adapter_never_saved.check(lifecycle)) == []
