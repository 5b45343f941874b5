"""Code in a text, and variables that are reached by their names: what is done there is done to the model."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint

TRAINED = """\
from datasets import load_dataset
from elsewhere import finish
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def main(code):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
    rows = load_dataset("rows", split="train")
    Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
    {ending}


main(open("finish.py").read())
"""


def codes(ending: str) -> list[str]:
    return [finding.code for finding in lora_lint.check_source(TRAINED.format(ending=ending))]


@pytest.mark.parametrize(
    "ending",
    [
        "exec(\"model.save_pretrained('out')\")",
        "exec(code)",
        "exec(compile(code, 'finish.py', 'exec'))",
        "eval('model').save_pretrained('out')",
        "eval('finish(model, 3)')",
        "locals()['model'].save_pretrained('out')",
        "locals().get('model').save_pretrained('out')",
        "vars()['model'].save_pretrained('out')",
        "[value.save_pretrained('out') for name, value in locals().items() if name == 'model']",
        "finish(locals())",
        "finish(**locals())",
        "finish(vars(model))",
        "finish(model.__dict__)",
        "globals().update(locals()); finish(globals())",
    ],
)
def test_what_a_text_or_a_name_reaches_may_be_saved(ending: str) -> None:
    assert codes(ending) == []


@pytest.mark.parametrize(
    "ending",
    [
        "exec('print(3)')",
        "eval('torch.float16')",
        "eval(code)",  # a value is asked for
        "print(locals().keys())",
        "print(vars(model)['training'])",
    ],
)
def test_what_they_do_not_reach_is_as_it_was(ending: str) -> None:
    assert codes(ending) == ["LL105"]


def test_a_variable_by_its_name_is_that_variable() -> None:
    assert codes("vars()['model'].merge_and_unload().save_pretrained('out')") == ["LL101"]


LOOPS = """\
class Loop:
    def __init__(self, model, rows):
        self.model, self.rows = model, rows

    def fit(self):
        for row in self.rows:
            self.model(**row).loss.backward()
            self.optimizer.step()
        self.on_finish()

    def on_finish(self):
        self.model.save_pretrained("out")


class Quiet(Loop):
    def on_finish(self):
        {finish}


class _Mixin(Loop):
    def on_finish(self):
        pass


def describe(loop):
    print(loop)
"""
CHOSEN = """\
import argparse

import loops
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--loop", default="Loop")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
getattr(loops, parser.parse_args().loop)(model, rows()).fit()
"""


def chosen(tmp_path: Path, finish: str, more: str = "") -> list[str]:
    (tmp_path / "loops.py").write_text(LOOPS.format(finish=finish) + more)
    (tmp_path / "train.py").write_text(CHOSEN)
    return [finding.code for finding in lora_lint.check_paths([tmp_path]).findings]


def test_a_class_by_an_option_is_any_that_the_module_shows(tmp_path: Path) -> None:
    """What one of them does wrong is wrong; whether an adapter is saved at all hangs on which it is."""
    merges = 'self.model.merge_and_unload(); self.model.save_pretrained("out")'
    assert chosen(tmp_path, merges) == ["LL102"]
    assert chosen(tmp_path, merges, '\n\n__all__ = ["Loop"]\n') == []
    assert chosen(tmp_path, "super().on_finish()") == []
    assert chosen(tmp_path, "pass") == []
    assert chosen(tmp_path, "pass", '\n\n__all__ = ["Quiet", "_Mixin"]\n') == ["LL105"]
