"""Scripts that this environment cannot run as they are: what lies beyond that is looked at, and is never a pass."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Ran
from .samples import HEAD, KEPT, LOOP, LOST

Run = Callable[..., Ran]
BEYOND = "With stand-ins for that: the adapter files appear"
TRAINER = """\
from datasets import Dataset
from transformers import AutoTokenizer, Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})
"""
SAVE = 'model.save_pretrained("out")\n'


def beyond(ran: Ran) -> str:
    assert ran.exit == 3
    assert ran.json["verdict"] == "inconclusive"
    assert ran.json["reason"].endswith(BEYOND), ran.json["reason"]
    return str(ran.json["reason"])


def test_arguments_of_older_releases_are_taken_as_they_were_meant(run: Run) -> None:
    text = (
        HEAD + TRAINER + 'args = TrainingArguments("o", evaluation_strategy="no", warmup_ratio=0.1, logging_dir="l")\n'
    )
    why = beyond(run(text + "Trainer(model, args, train_dataset=rows, tokenizer=None).train()\n" + SAVE))
    assert why.startswith("train.py:12: TypeError: ")
    assert "no longer has evaluation_strategy; now eval_strategy (and 1 more of the kind)" in why


def test_a_class_that_moved_is_found_where_it_is_now(run: Run) -> None:
    optimizer = "from transformers import AdamW\n" + LOOP.replace("torch.optim.AdamW", "AdamW")
    assert "transformers 5.23.0 has no AdamW; now torch.optim.AdamW" in beyond(run(HEAD + optimizer + SAVE))


def test_a_function_that_was_renamed_is_the_new_one(run: Run) -> None:
    text = "from peft import prepare_model_for_int8_training\n"
    why = beyond(run(text + HEAD.replace("(base,", "(prepare_model_for_int8_training(base),") + LOOP + SAVE))
    assert "now prepare_model_for_kbit_training" in why


def test_a_trainer_of_the_scripts_own_need_not_know_new_arguments(run: Run) -> None:
    text = """\
class Mine(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return model(**inputs).loss

Mine(model, TrainingArguments("o"), train_dataset=rows).train()
"""
    assert "num_items_in_batch" in beyond(run(HEAD + TRAINER + text + SAVE))


def test_a_chat_was_a_list_of_ids_until_transformers_4(run: Run) -> None:
    text = """\
tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")
ids = tokenizer.apply_chat_template([{"role": "user", "content": "hi"}]) + [1]
"""
    assert "return_dict=False" in beyond(run(HEAD + TRAINER + text + LOOP + SAVE))


def test_a_package_of_which_nothing_is_known_does_nothing(run: Run) -> None:
    text = "from tracker_of_nobody import watch, Board\nboard = Board()\nboard.log(watch(1))\n"
    assert "pip install tracker_of_nobody" in beyond(run(text + KEPT))


def test_a_lost_adapter_beyond_is_corrected_but_never_a_pass(run: Run) -> None:
    ran = run("import tracker_of_nobody\n" + LOST)
    assert beyond(ran)
    assert ran.json["corrected"]
