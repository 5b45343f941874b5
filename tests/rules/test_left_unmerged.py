"""An adapter that is loaded beside another is left out of the merge (peft 0.21.2: `load_adapter` activates none)."""

from __future__ import annotations

import pytest

import lora_lint

LOADED = """\
import sys
import torch
from helpers import polish
from peft import PeftModel, get_peft_model_state_dict
from transformers import AutoModelForCausalLM
from trl import DPOTrainer

base = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
model = PeftModel.from_pretrained(base, "adapters/language", adapter_name="language")
model.load_adapter("adapters/task", adapter_name="task")
"""
MERGED = 'model.merge_and_unload().save_pretrained("merged")\n'


def found(between: str, merged: str = MERGED, loaded: str = LOADED) -> list[tuple[str, int]]:
    return [(f.name, f.location.row) for f in lora_lint.check_source(f"{loaded}{between}{merged}")]


@pytest.mark.parametrize(
    "between",
    [
        "",
        "print(model.active_adapters)\n",
        'model.set_adapter("language")\n',
        'model.load_adapter(sys.argv[1], adapter_name="style")\nmodel.delete_adapter("style")\n',
    ],
)
def test_the_second_of_two_is_left_out(between: str) -> None:
    assert found(between) == [("inactive-adapter", 10)]


def test_so_are_those_that_a_loop_loads() -> None:
    loop = 'for name in ["task", "style"]:\n    model.load_adapter(f"adapters/{name}", adapter_name=name)\n'
    text = LOADED.replace('model.load_adapter("adapters/task", adapter_name="task")\n', loop)
    assert found("", loaded=text) == [("inactive-adapter", 11)]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param('model.set_adapter("task")\n', id="it is the one that is merged"),
        pytest.param("model.set_adapter(sys.argv[1])\n", id="perhaps it is"),
        pytest.param("polish(model)\n", id="or unseen code makes it so"),
        pytest.param(
            'model.add_weighted_adapter(["language", "task"], [1, 1], "both")\nmodel.set_adapter("both")\n',
            id="blended",
        ),
        pytest.param('model.save_pretrained("both")\n', id="saved along"),
        pytest.param('print(model.generate(x, adapter_names=["language", "task"]))\n', id="for some rows of a batch"),
        pytest.param('torch.save(get_peft_model_state_dict(model, adapter_name="task"), "task.pt")\n', id="as tensors"),
        pytest.param("DPOTrainer(model, ref_model=None, args=sys.argv).train()\n", id="to compare with"),
        pytest.param('model.merge_adapter(["task"])\n', id="merged in place"),
        pytest.param('model.delete_adapter("task")\n', id="gone before"),
    ],
)
def test_it_may_be_of_use(between: str) -> None:
    assert ("inactive-adapter", 10) not in found(between)


@pytest.mark.parametrize(
    "asked", ['adapter_names=["task"]', 'adapter_names=["language"]', "adapter_names=names()", "**options()"]
)
def test_a_merge_that_asks_for_adapters_by_name_gets_what_it_asks_for(asked: str) -> None:
    assert found("", MERGED.replace("unload(", f"unload({asked}")) == []


@pytest.mark.parametrize("name", ["sys.argv[1]", '"language"'])
def test_it_may_have_taken_the_place_of_the_first(name: str) -> None:
    assert found("", loaded=LOADED.replace('name="task"', f"name={name}")) == []
    assert found("", loaded=LOADED.replace('name="language"', "name=sys.argv[1]")) == []
