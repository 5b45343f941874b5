"""An adapter that is computed from others is not active, whatever it and they are called (peft 0.21.2)."""

from __future__ import annotations

import pytest

import lora_lint

BLENDED = """\
import sys
from pathlib import Path
from helpers import polish
from peft import PeftModel
from transformers import AutoModelForCausalLM

first, second = sys.argv[1:3]
label = "+".join([first, second])
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), first, adapter_name=first)
model.load_adapter(second, adapter_name=second)
model.add_weighted_adapter([first, second], [0.5, 0.5], label)
"""
MERGED = 'model.merge_and_unload().save_pretrained("merged")\n'


def found(between: str) -> list[tuple[str, int]]:
    return [(f.name, f.location.row) for f in lora_lint.check_source(f"{BLENDED}{between}{MERGED}")]


def test_a_merge_leaves_out_a_blend_that_nothing_activates() -> None:
    assert found("") == [("inactive-adapter", 11)]
    assert found("print(model.active_adapter)\n") == [("inactive-adapter", 11)]


@pytest.mark.parametrize(
    "between",
    [
        "model.set_adapter(label)\n",
        "model.set_adapter(sys.argv[3])\n",  # which may be that one
        "polish(model)\n",
        'model.save_pretrained("blend", selected_adapters=[label])\n',
    ],
)
def test_it_may_be_active_or_is_kept(between: str) -> None:
    assert found(between) == []
