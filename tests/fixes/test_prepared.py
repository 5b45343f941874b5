"""Fixes in loops of one's own, where accelerate may have put the model into a wrapper."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

HEAD = """\
import torch
from accelerate import Accelerator
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

accelerator = Accelerator()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters())
model, optimizer, rows = accelerator.prepare(model, optimizer, load_rows())
"""


Fixed = Callable[[str], "str | None"]


def test_the_wrapper_of_the_prepared_model_is_taken_off_before_it_is_saved(fixed: Fixed) -> None:
    assert fixed("""\
        for row in rows:
            accelerator.backward(model(**row).loss)
            optimizer.step()
        inside = accelerator.unwrap_model(model).get_base_model()
        inside.save_pretrained("out")
    """) == dedent("""\
        for row in rows:
            accelerator.backward(model(**row).loss)
            optimizer.step()
        inside = accelerator.unwrap_model(model).get_base_model()
        accelerator.unwrap_model(model).save_pretrained("out")
    """)


def test_several_statements_on_a_line_are_inside_of_their_loop(fixed: Fixed) -> None:
    assert fixed("""\
        for row in rows:
            accelerator.backward(model(**row).loss); optimizer.step()
        print("done")
    """) == dedent("""\
        for row in rows:
            accelerator.backward(model(**row).loss); optimizer.step()
        accelerator.unwrap_model(model).save_pretrained("adapter")
        print("done")
    """)
