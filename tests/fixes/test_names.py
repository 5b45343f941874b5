"""A fix is written in the names of the script, and where its lines are run."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

HEAD = """\
import os

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

def train(model):
    optimizer = torch.optim.AdamW(model.parameters())
    for batch in batches:
        model(**batch).loss.backward()
        optimizer.step()

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""


Fixed = Callable[[str], "str | None"]


def test_the_new_adapter_is_activated_by_the_name_that_the_call_gives_it(fixed: Fixed) -> None:
    assert fixed("""\
        def start(task):
            model.add_adapter(task, LoraConfig(task_type="CAUSAL_LM"))

        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        train(model)
        model.save_pretrained("out")
        start("second")
        train(model)
        model.save_pretrained("out")
    """) == dedent("""\
        def start(task):
            model.add_adapter(task, LoraConfig(task_type="CAUSAL_LM"))
            model.set_adapter(task)

        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        train(model)
        model.save_pretrained("out")
        start("second")
        train(model)
        model.save_pretrained("out")
    """)


def test_of_several_names_the_adapter_that_is_there_is_left_out(fixed: Fixed) -> None:
    assert fixed("""\
        names = ["sql", "law"]
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"), adapter_name=names[0])
        for name in names:
            model.add_adapter(name, LoraConfig(task_type="CAUSAL_LM"))
        for name in names:
            model.set_adapter(name)
            train(model)
        model.save_pretrained("out")
    """) == dedent("""\
        names = ["sql", "law"]
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"), adapter_name=names[0])
        for name in names:
            if name not in model.peft_config:
                model.add_adapter(name, LoraConfig(task_type="CAUSAL_LM"))
        for name in names:
            model.set_adapter(name)
            train(model)
        model.save_pretrained("out")
    """)


def test_what_is_imported_already_is_not_imported_again(fixed: Fixed) -> None:
    assert fixed("""\
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        train(model)
        model.save_pretrained("out")
        weights = torch.load("out/adapter_model.bin")
    """) == dedent("""\
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        train(model)
        model.save_pretrained("out")
        weights = load_file("out/adapter_model.safetensors")
    """)


def test_a_save_is_not_put_behind_a_return(fixed: Fixed) -> None:
    corrected = fixed("""\
        def step(model):
            model.save_pretrained("out")
            return train(model)

        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        step(model)
    """)
    assert corrected is not None
    assert corrected.endswith('step(model)\nmodel.save_pretrained("out")\n')


def test_a_merge_on_one_side_of_a_condition_is_no_assignment(fixed: Fixed) -> None:
    assert (
        fixed("""\
        model = PeftModel.from_pretrained(model, "seed")
        model.merge_and_unload() if os.environ["MERGE"] == "1" else None
        model.save_pretrained("out")
    """)
        is None
    )


def test_an_adapter_is_trained_once_the_optimizer_has_stepped(fixed: Fixed) -> None:
    corrected = fixed("""\
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
        optimizer = torch.optim.AdamW(model.parameters())
        for batch in batches:
            (model(**batch).loss / 8).backward()
        optimizer.step()
        print("trained")
    """)
    assert corrected is not None
    assert corrected.endswith('optimizer.step()\nmodel.save_pretrained("adapter")\nprint("trained")\n')


def test_a_name_that_only_the_run_knows_is_known_to_be_there(fixed: Fixed) -> None:
    after = fixed("""\
        name = os.environ["ADAPTER"]
        model = get_peft_model(model, LoraConfig(), adapter_name=name)
        model.add_adapter(name, LoraConfig())
        train(model)
        model.save_pretrained("out")
    """)
    assert after is not None
    assert "if name not in model.peft_config:\n    model.add_adapter(name, LoraConfig())" in after
