"""A fix leaves what it does not touch as it was laid out: comments, lines, statements beside."""

from __future__ import annotations

from collections.abc import Callable

Fixed = Callable[[str], "str | None"]

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

config = LoraConfig()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
"""


def test_an_argument_goes_with_its_line_and_the_comments_on_it(fixed: Fixed) -> None:
    made = fixed("""\
        trainer = SFTTrainer(
            model=model,
            args=SFTConfig("runs"),  # as usual
            # LoRA
            peft_config=config,  # of all layers
            train_dataset=rows,
        )
        trainer.train()
        trainer.save_model("out")
    """)
    assert made is not None
    assert 'args=SFTConfig("runs"),  # as usual\n    train_dataset=rows,\n)' in made


def test_a_call_that_shares_its_line_does_not_become_an_assignment_of_itself(fixed: Fixed) -> None:
    made = fixed("""\
        trainer = SFTTrainer(model=model, args=SFTConfig("runs", save_strategy="no"), train_dataset=rows)
        trainer.train(); model.save_pretrained("out"); model = model.merge_and_unload(); trainer.train()
    """)
    assert made is None
