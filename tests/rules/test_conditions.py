"""The condition of a finding is told as the test that the script makes, a case of a `match` as the `if` for it."""

from __future__ import annotations

import pytest

import lora_lint

TRAINED = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8))
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
"""
MERGED = '        model = model.merge_and_unload()\nmodel.save_pretrained("out")\n'
CASES = {
    "match mode:\n    case 'full':": "`mode == 'full'` is true",
    "match mode:\n    case 'full' | 'merged':": "`mode in ('full', 'merged')` is true",
    "match mode:\n    case ('full' | 'merged') as how:": "`mode in ('full', 'merged')` is true",
    "match args.mode:\n    case None:": "`args.mode is None` is true",
    "match -level:\n    case 3:": "`(-level) == 3` is true",
    "match mode:\n    case 'full' if sure:": "`mode == 'full'` is true and `sure` is true",
    "match mode:\n    case 'adapter':\n        pass\n    case _:": "`mode == 'adapter'` is false",
    "match cfg:\n    case Full():": "`isinstance(cfg, Full)` is true",
    "match cfg:\n    case Full() | Merged():": "`isinstance(cfg, (Full, Merged))` is true",
    "match cfg:\n    case Full(deep=True):": "`match cfg: case Full(deep=True)` is true",
    "match mode, deep:\n    case ('full', True):": "`match mode, deep: case ('full', True)` is true",
    "match cfg:\n    case {'mode': 'full'}:": "`match cfg: case {'mode': 'full'}` is true",
    "match modes:\n    case ['full', *others]:": "`match modes: case ['full', *others]` is true",
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_told_as_the_test_that_it_makes(case: str) -> None:
    [found] = lora_lint.check_source(f"{TRAINED}{case}\n{MERGED}")
    assert found.message.endswith(f"; the trained adapter is saved nowhere, when {CASES[case]}")


def test_the_story_marks_the_case_and_says_what_it_asks() -> None:
    text = (
        f"{TRAINED}match mode:\n    case 'keep':\n        model.save_pretrained('adapter')\n    case _:\n        pass\n"
    )
    [found] = lora_lint.check_source(f'{text}model.merge_and_unload().save_pretrained("out")\n')
    assert "on the path where `mode == 'keep'` is false" in [step.message for step in found.related]


def test_the_story_marks_the_test_of_an_if() -> None:
    [found] = lora_lint.check_source(f"{TRAINED}if mode == 'full':\n{MERGED}")
    assert "on the path where this is true" in [step.message for step in found.related]


def test_a_value_that_hangs_on_a_case_is_told_as_the_case() -> None:
    """`out` is joined behind the match, and paths part where it is used."""
    text = "out = 'adapter'\nmatch mode:\n    case 'full':\n        model, out = model.merge_and_unload(), 'full'\n"
    [found] = lora_lint.check_source(f"{TRAINED}{text}model.save_pretrained(out)\n")
    assert found.message.endswith("when `mode == 'full'` is true")


def test_of_many_conditions_the_first_are_named() -> None:
    """The adapter is kept where one of many tests holds, and lost where none does."""
    saves = "".join(f"if flag_{n}:\n    model.save_pretrained('a{n}')\n" for n in range(30))
    [found] = lora_lint.check_source(f'{TRAINED}{saves}model.merge_and_unload().save_pretrained("out")\n')
    named = " and ".join(f"`flag_{n}` is false" for n in range(4))
    assert found.message.endswith(f", when {named} and 26 more tests come out one way")
    assert sum("on the path where" in step.message for step in found.related) == 30


def test_a_test_that_cannot_be_named_is_not_passed_over() -> None:
    """Whether the weights are in 4 bits hangs on a name, which hangs on a setting."""
    named = "if full:\n    name = settings['full']\nelse:\n    name = settings['name']\n"
    asked = "small = '4bit' in name.lower() or 'bnb' in name.lower()\n"
    loaded = "model = AutoModelForCausalLM.from_pretrained(name, load_in_4bit=small)\n"
    merged = "PeftModel.from_pretrained(model, 'a').merge_and_unload().save_pretrained('out')\n"
    [found] = lora_lint.check_source(TRAINED.partition("model =")[0] + named + asked + loaded + merged)
    assert found.name == "merge-into-quantized"
    assert found.message.startswith("on some paths the adapter is merged into 4-bit weights")


def test_the_number_format_hangs_on_a_test() -> None:
    script = """\
import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

unet = UNet2DConditionModel.from_pretrained("some/unet", subfolder="unet")
dtype = torch.float32
if options.precision == "fp16":
    dtype = torch.float16
unet.to("cuda", dtype=dtype)
unet.add_adapter(LoraConfig())
unet(batch).sample.mean().backward()
optimizer.step()
unet.save_lora_adapter("out")
"""
    [found] = lora_lint.check_source(script, config=lora_lint.Config(preview=True))
    assert 'are in float16, when `options.precision == "fp16"` is true: with a gradient scaler' in found.message


OFF = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8))

def baseline(rows):
    model.disable_adapter_layers()
    if len(rows) < 100:
        return None
    model.enable_adapter_layers()

baseline(rows)
optimizer = torch.optim.AdamW(PARAMETERS)
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("out")
"""


def test_an_optimizer_that_raises_is_told_of_once_and_under_which_condition() -> None:
    [found] = lora_lint.check_source(OFF.replace("PARAMETERS", "[p for p in model.parameters() if p.requires_grad]"))
    assert (found.name, found.location.row) == ("train-while-disabled", 14)
    assert found.message.endswith("raises ValueError, when `len(rows) < 100` is true")
    [found] = lora_lint.check_source(OFF.replace("PARAMETERS", "model.parameters()"))
    assert (found.name, found.location.row) == ("train-while-disabled", 15)
