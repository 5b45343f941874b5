"""Code that is not seen, and the models that it was given: it may save them later, too."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import asyncio, functools, weakref

import codecarbon, hydra, mylib, torch, wandb
from contextlib import ExitStack
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())


def train(model):
    Trainer(model, TrainingArguments("c", save_strategy="no"), train_dataset=rows).train()
    return model


"""
MERGED = "\nmodel.merge_and_unload().save_pretrained('merged')\n"


def lost(script: str, then: str = MERGED) -> bool:
    found = [finding.name for finding in lora_lint.check_source(HEAD + script + then)]
    assert found in ([], ["save-after-merge"], ["adapter-never-saved"])
    return bool(found)


LATER = [
    "with {}(model):\n    train(model)",
    "saver = {}(model)\nwith saver:\n    train(model)",
    "with {}('out') as run:\n    run.watch(model)\n    train(model)",
    "async def main():\n    async with {}(model):\n        train(model)\nasyncio.run(main())",
    "with ExitStack() as stack:\n    stack.enter_context({}(model))\n    train(model)",
    "run = {}(model)\ntrain(model)\nrun.finish()",
    "run = {}()\nrun.watch(model)\ntrain(model)\nrun.finish()",
    "run = {}(model)\ntrain(model)\nmylib.finish(run)",
]


@pytest.mark.parametrize("script", LATER)
@pytest.mark.parametrize("maker", ["mylib.saving", "mylib.Saver"])
def test_what_was_given_a_model_may_save_it_later(script: str, maker: str) -> None:
    assert not lost(script.format(maker))
    assert lost(script.format(maker).replace("(model):\n    train", "():\n    train")) is (
        "(model):\n    train" in script
    )


NOTHING = [
    "with mylib.timer('x'):\n    train(model)",
    "run = mylib.count(model)\ntrain(model)\nprint(run.total)",
    "total = mylib.count(model)\ntrain(model)\nscore = total.compute()",
    "stepping = mylib.stepping(model)\ntrain(model)\nstepping.step()",
    "run = wandb.watch(model)\ntrain(model)\nrun.finish()",
    "with torch.profiler.profile() as seen:\n    train(model)",
]


@pytest.mark.parametrize("script", NOTHING)
def test_what_has_no_model_or_is_only_asked_saves_none(script: str) -> None:
    assert lost(script)


RUN = "{}\ndef run(model):\n    return train(model)\nmodel = run(model)"
METHOD = (
    "class Run:\n    def __init__(self, model): self.model = model\n    {}\n    def run(self): train(self.model)\n"
    "Run(model).run()"
)


@pytest.mark.parametrize("script", [RUN, METHOD])
def test_a_decorator_that_is_not_seen_has_what_each_call_gets(script: str) -> None:
    assert not lost(script.format("@mylib.saves"))
    assert not lost(script.format("@mylib.saves('out')"))
    assert lost(script.format("@torch.enable_grad()"))
    assert lost(script.format("@hydra.main(config_path=None)"))
    assert lost(script.format("@codecarbon.track_emissions()"))
    assert lost(script.format(""))


AT_THE_END = [
    "class Run:\n    def __del__(self): model.{}('out')\nrun = Run()\ntrain(model)",
    "class Run: pass\nrun = Run()\nweakref.finalize(run, model.{}, 'out')\ntrain(model)",
    "mylib.at_the_end(functools.partial(model.{}, 'out'))\ntrain(model)",
]


@pytest.mark.parametrize("script", AT_THE_END)
def test_what_runs_in_the_end_may_save(script: str) -> None:
    assert not lost(script.format("save_pretrained"), "")
    assert lost(script.format("get_nb_trainable_parameters"), "")


MAPPED = "saves = map({}, ['a', 'b'])\ntrain(model)\n"
SAVED = ["lambda folder: model.save_pretrained(folder)", "model.save_pretrained"]


@pytest.mark.parametrize("function", SAVED)
def test_a_map_saves_when_it_is_gone_through(function: str) -> None:
    script = MAPPED.format(function)
    assert not lost(script, "list(saves)\n")
    (finding,) = lora_lint.check_source(HEAD + script)
    assert finding.name == "adapter-never-saved"
    first = script.replace("\n", "\nlist(saves)\n", 1)
    (early,) = lora_lint.check_source(HEAD + first)
    assert (early.name, early.location.row) == ("saved-before-training", HEAD.count("\n") + 1)
