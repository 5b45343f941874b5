"""Ways to ask what a model is: behind each, an operation that only a PeftModel has is no mistake."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import contextlib

import peft
from peft import LoraConfig, PeftModel, PeftModelForCausalLM, get_peft_model
from transformers import AutoModelForCausalLM
from transformers.trainer import _is_peft_model

model = AutoModelForCausalLM.from_pretrained("gpt2")
if lora:
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
{test}:
    model.print_trainable_parameters()
"""
ASKED = [
    "isinstance(model, peft.PeftModel | peft.PeftMixedModel)",
    "issubclass(type(model), PeftModel)",
    "type(model) is PeftModelForCausalLM",
    "type(model) == PeftModelForCausalLM",
    "type(model) in (PeftModel, PeftModelForCausalLM)",
    "model.__class__ is PeftModelForCausalLM",
    "model.__class__ in (PeftModelForCausalLM,)",
    "PeftModel in type(model).__mro__",
    "type(model).__name__ == 'PeftModelForCausalLM'",
    "type(model).__name__.startswith('Peft')",
    "'peft' in type(model).__module__",
    "'print_trainable_parameters' in dir(model)",
    "str(type(model)).find('peft') >= 0",
    "_is_peft_model(model)",
    "is_ours(model)",
]


def found(test: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(test=test))]


@pytest.mark.parametrize("asked", ASKED)
def test_what_asks_for_the_type_is_a_check(asked: str) -> None:
    assert found(f"if {asked}") == []


@pytest.mark.parametrize("errors", ["AttributeError", "ValueError, AttributeError", "Exception"])
def test_an_error_that_is_suppressed_is_expected(errors: str) -> None:
    assert found(f"with contextlib.suppress({errors})") == []


@pytest.mark.parametrize("other", ["if verbose", "if hasattr(model, 'config')", "with contextlib.suppress(ValueError)"])
def test_what_asks_for_something_else_is_no_check(other: str) -> None:
    assert found(other) == ["missing-type-check"]


def test_modules_that_a_family_lacks_are_named_once_with_those_it_has() -> None:
    script = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("microsoft/phi-3-mini-4k-instruct")
get_peft_model(model, LoraConfig(target_modules=["q_proj", "k_proj", "o_proj"]))
"""
    (finding,) = lora_lint.check_source(script)
    assert finding.message == (
        'a phi3 model has no module "q_proj", "k_proj": PEFT leaves them out without a word; it has qkv_proj'
    )


FAST = """\
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained({name})
model.print_trainable_parameters()
"""


@pytest.mark.parametrize(
    ("name", "names"), [("path", []), ('"runs/adapter"', []), ('"unsloth/llama-3-8b"', ["peft-op-on-plain-model"])]
)
def test_a_fast_load_of_an_adapter_gives_a_peft_model(name: str, names: list[str]) -> None:
    assert [finding.name for finding in lora_lint.check_source(FAST.format(name=name))] == names


FAST_MERGE = """\
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/llama-3-8b", load_in_4bit=True)
model = FastLanguageModel.get_peft_model(model, r=8)
SFTTrainer(model=model, args=SFTConfig("c"), train_dataset=data).train()
model.save_pretrained("adapter")
if hasattr(model, "{method}"):
    model.{method}("merged", tokenizer)
else:
    model = model.merge_and_unload()
    model.save_pretrained("merged")
"""


@pytest.mark.parametrize(
    ("method", "names"), [("save_pretrained_merged", []), ("save_in_full", ["merge-into-quantized"])]
)
def test_a_model_that_was_wrapped_fast_has_the_methods_of_that_library(method: str, names: list[str]) -> None:
    text = "from trl import SFTConfig, SFTTrainer\n" + FAST_MERGE.format(method=method)
    assert [finding.name for finding in lora_lint.check_source(text)] == names


ATTEMPTS = """\
import time

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM"))
{loop}:
    try:
        {operation}
        break
    except {error} as error:
        print(error)
        time.sleep(5)
"""


@pytest.mark.parametrize("loop", ["for attempt in range(3)", "while True"])
@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("base.merge_and_unload().save_pretrained('out')", "peft-op-on-plain-model"),
        ("model.save_adapter('out')", "unknown-peft-method"),
    ],
)
def test_the_next_attempt_of_a_loop_is_as_the_first(loop: str, operation: str, name: str) -> None:
    """It comes of an error that nobody has raised in plain sight: what is certain of the first is so still."""
    script = ATTEMPTS.format(loop=loop, operation=operation, error="OSError")
    assert name in [finding.name for finding in lora_lint.check_source(script)]
    right = operation.replace("base.", "model.").replace("save_adapter", "save_pretrained")
    assert lora_lint.check_source(ATTEMPTS.format(loop=loop, operation=right, error="OSError")) == []


UNSEEN = """\
from copied.peft import PeftModel
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2")
if merge:
    model = {given}
model.add_weighted_adapter(["a", "b"], [1, 1], "c")
"""


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ('PeftModel.from_pretrained(model, "out/a")', []),
        ("load()", []),
        ('AutoModelForCausalLM.from_pretrained("gpt2-medium")', ["peft-op-on-plain-model"]),
    ],
)
def test_on_another_path_it_may_be_the_peft_model_of_a_library_that_is_not_seen(given: str, names: list[str]) -> None:
    assert [finding.name for finding in lora_lint.check_source(UNSEEN.format(given=given))] == names


MIXED = """\
from peft import LoraConfig, PeftMixedModel, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("gpt2")
model = {made}
{save}
"""
MADE = [
    "get_peft_model(base, LoraConfig(), mixed=True)",
    "PeftMixedModel(base, LoraConfig())",
    'PeftMixedModel.from_pretrained(base, "law")',
]
CAUGHT = "try:\n    model.save_pretrained('out')\nexcept NotImplementedError:\n    keep(model)"
BY_HAND = """\
save_file(get_peft_model_state_dict(model), "out/adapter_model.safetensors")
model.peft_config["default"].save_pretrained("out")
"""


@pytest.mark.parametrize("made", MADE)
def test_a_mixed_model_is_saved_by_hand(made: str) -> None:
    def told(save: str) -> list[str]:
        return [finding.name for finding in lora_lint.check_source(MIXED.format(made=made, save=save))]

    assert told('model.save_pretrained("out")') == ["unknown-peft-method"]
    assert (told(CAUGHT), told(BY_HAND)) == ([], [])
