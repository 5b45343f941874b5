"""Merged models, and tensors that `torch.save` and the like write, in which there is nothing of the trained adapter."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import torch
from accelerate import Accelerator
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model(**batch).loss.backward()
optimizer.step()
"""
KEPT = 'model.save_pretrained("adapter")\n'


def found(body: str) -> list[tuple[int, str]]:
    """The findings, by line of the body."""
    before = HEAD.count("\n")
    return [(finding.location.row - before, finding.name) for finding in lora_lint.check_source(HEAD + body)]


@pytest.mark.parametrize("taken_off", ["merge_and_unload", "unload"])
@pytest.mark.parametrize(
    "save",
    [
        'torch.save(plain.state_dict(), "model.pt")',
        'torch.save({"model": plain.state_dict(), "epoch": 3}, "model.pt")',
        'torch.save(plain, "model.pt")',
        'save_file(plain.state_dict(), "model.safetensors")',
        'Accelerator().save_model(plain, "model")',
    ],
)
def test_of_a_model_that_the_adapter_was_taken_off_from(taken_off: str, save: str) -> None:
    assert found(f"plain = model.{taken_off}()\n{save}\n") == [(2, "save-after-merge")]
    assert found(f"{KEPT}plain = model.{taken_off}()\n{save}\n") == []


def test_the_fix_saves_the_adapter_beside_the_file() -> None:
    body = 'plain = model.merge_and_unload()\ntorch.save(plain.state_dict(), f"{OUT}/model.pt")\n'
    fixed = lora_lint.fix_source(HEAD + 'OUT = "runs"\n' + body, "train.py").text
    assert fixed == HEAD + 'OUT = "runs"\n' + 'model.save_pretrained(f"{OUT}/model-adapter")\n' + body


@pytest.mark.parametrize(("first", "second", "line"), [("full", "adapter", 3), ("lora", "full", 2), ("a", "b", 2)])
def test_of_several_saves_the_one_that_is_named_after_the_adapter(first: str, second: str, line: int) -> None:
    saves = f'plain.save_pretrained("runs/{first}")\nplain.save_pretrained("runs/{second}")\n'
    assert found("plain = model.merge_and_unload()\n" + saves) == [(line, "save-after-merge")]


def test_the_fix_goes_by_the_save_that_it_can_be_told_from() -> None:
    script = """\
def keep(model):
    where = os.path.join(unknown(), "adapter")
    model.save_pretrained(where)


merged = model.merge_and_unload()
merged.save_pretrained("full")
keep(merged)
"""
    fixed = lora_lint.fix_source(HEAD + script, "train.py").text
    assert 'model.save_pretrained("full-adapter")\nmerged =' in fixed


def test_of_the_next_stage_on_a_merged_model() -> None:
    stages = """\
model.save_pretrained("first")
model = get_peft_model(model.merge_and_unload(), LoraConfig())
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("second")
torch.save(model.state_dict(), "model.pt")
"""
    assert found(stages) == []


LEFT = 'torch.save({key: tensor for key, tensor in model.state_dict().items() if %s}, "model.pt")\n'


def test_of_a_filter_by_key_that_leaves_the_adapter_out() -> None:
    assert found(LEFT % '"lora_" not in key') == [(1, "state-dict-only")]
    assert found(LEFT % '"lora_" in key') == [(1, "state-dict-only")]  # a warning: the tensors are there
    assert found(KEPT + LEFT % '"lora_" not in key') == []
    assert found(LEFT % '"lora_" not in key' + LEFT.replace("model.pt", "lora.pt") % '"lora_" in key') == [
        (2, "state-dict-only")
    ]


def test_of_a_filter_of_which_nothing_is_known() -> None:
    (finding,) = lora_lint.check_source(HEAD + LEFT % "wanted(key)")
    assert finding.message.startswith("only tensors are written")  # the adapter's, as far as anyone knows
