"""Paths part wherever a value is open, also while another choice is being worked out."""

from __future__ import annotations

import gc

import pytest

import lora_lint
from lora_lint.flow.values import Const
from lora_lint.flow.worlds.paths import Outcome, Paths
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.events.models import Merged

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), LoraConfig())
Trainer(model=model, args=TrainingArguments(output_dir="runs", save_strategy="no"), train_dataset=rows).train()
for attempt in range(3):
    if attempt == stop:
        break
model = model.merge_and_unload()
model.save_pretrained("out")
"""


TWICE = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

merge, push = bool(input()), bool(input())
model = get_peft_model(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), LoraConfig())
Trainer(model=model, args=TrainingArguments(output_dir="runs", save_strategy="no"), train_dataset=rows).train()
model.save_pretrained("adapter")
if FIRST:
    model = model.merge_and_unload()
if SECOND:
    model.print_trainable_parameters()
"""


def both(paths: Paths) -> bool:
    """A choice between two values."""
    world = paths.world
    chosen = paths.choose(lambda: [Outcome(Const(value), world.copy()) for value in (True, False)])
    assert isinstance(chosen, Const)
    return bool(chosen.value)


def test_a_choice_inside_of_a_choice() -> None:
    paths = Paths()

    def outer() -> Outcome:
        names = ["then" if both(paths) else "other"]
        return paths.choose(lambda: [Outcome(Const(f"{name} {both(paths)}"), paths.world) for name in names])

    found = paths.explore(World(), outer)
    assert [value.value for value, _ in found] == ["then True", "then False", "other True", "other False"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("merge and push", "not (merge and push)"),
        ("not (merge and push)", "merge and push"),
        ("merge or push", "not (merge or push)"),
        ("merge and not push", "push"),
    ],
)
def test_a_test_of_two_flags_is_still_known_when_it_is_asked_again(first: str, second: str) -> None:
    opposed = TWICE.replace("FIRST", first).replace("SECOND", second)
    assert lora_lint.check_source(opposed) == []
    again = TWICE.replace("FIRST", first).replace("SECOND", first)
    assert [finding.name for finding in lora_lint.check_source(again)] == ["peft-op-on-plain-model"]


def test_a_parameter_with_an_annotation_of_two_minds() -> None:
    script = "import peft\nif flag:\n    tree = peft\nelse:\n    tree = None\n\ndef f(x: tree.Element): pass\n"
    assert lora_lint.check_source(script) == []


def test_an_analysis_leaves_nothing_for_the_garbage_collector() -> None:
    lora_lint.check_source(SCRIPT)  # what is imported on the way stays
    gc.collect()
    gc.disable()
    try:
        assert len(lora_lint.check_source(SCRIPT)) == 1
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_container_that_holds_itself() -> None:
    script = "import peft\nrows = {}\nrows['all'] = rows\nloss = compute(rows)\nloss.backward()\n"
    assert lora_lint.analyze_source(script).notes == []


def test_a_yield_inside_of_a_with_block_is_the_outer_generators() -> None:
    script = """\
from contextlib import contextmanager
from peft import LoraConfig, get_peft_model

@contextmanager
def quiet():
    yield 1

def models():
    with quiet():
        for name in names():
            yield get_peft_model(load(name), LoraConfig())

def names():
    yield "a"

for model in models():
    model.merge_and_unload()
"""
    analysis = lora_lint.analyze_source(script)
    assert analysis.notes == []
    assert len(list(analysis.lifecycle.of(Merged))) == 1


EITHER_RELEASE = """\
import inspect

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, TrainingArguments
from trl import SFTTrainer

try:
    from trl import SFTConfig
    NEW = True
except ImportError:
    NEW = False

model = get_peft_model(AutoModelForCausalLM.from_pretrained("x/y"), LoraConfig())
common = dict(output_dir="o")
if NEW:
    known = set(inspect.signature(SFTConfig.__init__).parameters.keys())
    extra = {}
    if "max_length" in known:
        extra["max_length"] = 8
    elif "max_seq_length" in known:
        extra["max_seq_length"] = 8
    settings = SFTConfig(**common, **extra)
    kwargs = dict(model=model, args=settings)
    if "processing_class" in known:
        kwargs["processing_class"] = None
    else:
        kwargs["tokenizer"] = None
else:
    kwargs = dict(model=model, args=TrainingArguments(**common), max_seq_length=8)
trainer = SFTTrainer(**kwargs)
trainer.train()
trainer.model.save_pretrained("out")
"""


def test_training_arguments_for_either_release_of_trl() -> None:
    """What `args` is hangs on the release, and so does what is unpacked into it."""

    assert lora_lint.check_source(EITHER_RELEASE) == []
