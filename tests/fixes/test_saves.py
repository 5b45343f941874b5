"""Which save is changed, and which one is added."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from lora_lint import check_source, fix_source

Fixed = Callable[[str], "str | None"]

HEAD = """\
import os

from accelerate import Accelerator
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

out = os.environ["OUT"]
args = TrainingArguments(output_dir="runs", save_strategy="no")
accelerator = Accelerator()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
"""


@pytest.mark.parametrize(
    ("save", "added"),
    [
        ('push_to_hub("me/m", private=True, token=out)', 'push_to_hub("me/m-adapter", private=True, token=out)'),
        ('save_pretrained("o", max_shard_size="1GB")', 'save_pretrained("o-adapter")'),
        (
            'save_pretrained("o", is_main_process=accelerator.is_main_process)',
            'save_pretrained("o-adapter", is_main_process=accelerator.is_main_process)',
        ),
    ],
)
def test_who_writes_and_who_may_read_is_as_for_the_merged_model(save: str, added: str, fixed: Fixed) -> None:
    made = fixed(f"""\
        Trainer(model=model, args=args).train()
        model = model.merge_and_unload()
        model.{save}
    """)
    assert made is not None
    assert f"model.{added}\nmodel = model.merge" in made


def test_a_save_that_leaves_an_adapter_out_takes_it_in(fixed: Fixed) -> None:
    script = """\
        model.add_adapter("b", LoraConfig(task_type="CAUSAL_LM"))
        for name in ["default", "b"]:
            model.set_adapter(name)
            Trainer(model=model, args=args).train()
        model.save_pretrained("out", selected_adapters=["default"])
    """
    [finding] = check_source(HEAD + dedent(script))
    assert finding.message == 'adapter "b" is trained here and saved nowhere: the save to "out" leaves it out'
    assert finding.severity == "warning"
    assert fixed(script) == dedent(script).replace('["default"])', '["default", "b"])')


def test_a_trainer_without_a_name_is_not_made_again_to_save(fixed: Fixed) -> None:
    assert fixed("""\
        Trainer(model=model, args=args).train()
    """) == dedent("""\
        Trainer(model=model, args=args).train()
        model.save_pretrained("adapter")
    """)


def test_tensors_from_the_accelerator_do_not_make_an_adapter_of_the_base_model(fixed: Fixed) -> None:
    script = """\
        Trainer(model=model, args=args).train()
        inside = accelerator.unwrap_model(model).get_base_model()
        inside.save_pretrained("out", state_dict=accelerator.get_state_dict(model))
    """
    [finding] = check_source(HEAD + dedent(script))
    assert finding.name == "base-model-saved"
    assert fixed(script) == dedent(script).replace("inside.save", "model.save")


def test_a_save_that_a_stack_puts_off_is_not_moved(fixed: Fixed) -> None:
    script = """\
        from contextlib import ExitStack

        with ExitStack() as stack:
            stack.callback(model.save_pretrained, "out")
            Trainer(model=model, args=args).train()
            whole = model.merge_and_unload()
            whole.save_pretrained("whole")
    """
    [finding] = check_source(HEAD + dedent(script))
    assert finding.name == "emptied-adapter-saved"
    assert fixed(script) is None


@pytest.mark.parametrize(
    ("named", "saved", "instead"),
    [
        ("", 'unet.save_pretrained("out")', 'unet.save_lora_adapter("out")'),
        ("", "unet.save_pretrained(save_directory=out)", "unet.save_lora_adapter(save_directory=out)"),
        (', "style"', 'unet.save_pretrained("out")', 'unet.save_lora_adapter("out", adapter_name="style")'),
        ("", 'unet.save_pretrained("out", variant="fp16")', None),
    ],
)
def test_of_a_diffusers_model_the_adapter_alone_is_saved(
    named: str, saved: str, instead: str | None, fixed: Fixed
) -> None:
    head = dedent(f"""\
        import torch
        from diffusers import UNet2DConditionModel

        unet = UNet2DConditionModel.from_pretrained("sd", subfolder="unet")
        unet.add_adapter(LoraConfig(target_modules=["to_q"]){named})
        optimizer = torch.optim.AdamW([p for p in unet.parameters() if p.requires_grad])
        for noisy, step in rows:
            unet(noisy, step, None).sample.mean().backward()
            optimizer.step()
    """)
    [finding] = check_source(HEAD + head + saved + "\n")
    assert finding.name == "base-model-saved"
    assert finding.related[0].message == "this puts the adapter's layers inside the model"
    assert fixed(head + f"{saved}\n") == (head + f"{instead}\n" if instead else None)


def test_a_save_goes_behind_the_training_of_its_own_branch(fixed: Fixed) -> None:
    script = """\
        trainer = Trainer(model=model, args=args)
        if out:
            model.save_pretrained(out)
            trainer.train(resume_from_checkpoint=True)
        else:
            trainer.train()
            model.save_pretrained(out)
    """
    behind = "    trainer.train(resume_from_checkpoint=True)\n"
    assert fixed(script) == dedent(script).replace(behind, f"{behind}    model.save_pretrained(out)\n")


OVERRIDE = """\
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, Trainer

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
old_state_dict = model.state_dict
GIVEN
Trainer(model, train_dataset=rows).train()
model.save_pretrained("out")
"""
FILTER = "(lambda self, *_, **__: get_peft_model_state_dict(self, old_state_dict())).__get__(model, type(model))"


def test_a_replaced_state_dict_is_left_as_it_was() -> None:
    [finding] = check_source(OVERRIDE.replace("GIVEN", f"model.state_dict = (\n    {FILTER}\n)"))
    assert finding.fix is not None
    assert finding.fix.applicability == "safe"
    assert fix_source(OVERRIDE.replace("GIVEN", f"model.state_dict = (\n    {FILTER}\n)")).text == OVERRIDE.replace(
        "GIVEN\n", ""
    )


def test_a_state_dict_that_is_replaced_with_others_in_a_statement_is_left_to_people() -> None:
    [finding] = check_source(OVERRIDE.replace("GIVEN", f"kept = model.state_dict = {FILTER}"))
    assert (finding.name, finding.fix) == ("state-dict-override", None)


def test_an_adapter_is_not_saved_beside_a_whole_model() -> None:
    """The tokenizer's directory has another model in it: `from_pretrained` would put the adapter on top of that."""
    script = HEAD + dedent(
        """
        from transformers import AutoTokenizer

        import torch
        from elsewhere import rows

        teacher = AutoModelForCausalLM.from_pretrained("gpt2-large")
        optimizer = torch.optim.AdamW(model.parameters())
        for batch in rows:
            model(**batch).loss.backward()
            optimizer.step()
        SAVE
        AutoTokenizer.from_pretrained("gpt2").save_pretrained("student")
        """
    )
    alone, both = (fix_source(script.replace("SAVE", s)).text for s in ("", 'teacher.save_pretrained("student")'))
    assert 'model.save_pretrained("student")' in alone
    assert 'model.save_pretrained("adapter")' in both
