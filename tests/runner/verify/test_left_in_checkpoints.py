"""Scripts that save nothing by themselves: what a trainer's checkpoint holds is theirs, also where they stop later."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, TRAINER

CHECKPOINT = (
    HEAD
    + TRAINER
    + 'Trainer(model=model, args=TrainingArguments("runs", report_to="none"), train_dataset=rows).train()\n'
)
STOPS = """
class Stops(TrainerCallback):
    def on_save(self, args, state, control, **options):
        raise RuntimeError("no room")

"""


def test_a_script_without_a_save_that_stops_after_its_training_has_its_checkpoint(run: Run) -> None:
    ran = run(CHECKPOINT + 'raise RuntimeError("no metric")\n', "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert ran.json["reason"].startswith(
        "the script has no save of its own: the trained adapter is only left in the checkpoint runs/checkpoint-2; "
        "afterwards the script stopped at train.py:"
    )


def test_one_that_stops_in_its_training_has_proved_nothing(run: Run) -> None:
    text = CHECKPOINT.replace(").train()\n", ", callbacks=[Stops()]).train()\n").replace(
        "rows = ", "from transformers import TrainerCallback\n" + STOPS + "rows = "
    )
    ran = run(text, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive"), ran.json["reason"]


def test_where_a_save_was_still_to_come_the_checkpoint_is_told_too(run: Run) -> None:
    ran = run(CHECKPOINT + 'print(int("none"))\nmodel.save_pretrained("out")\n')
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    row = CHECKPOINT.count("\n") + 1
    assert ran.json["reason"] == (
        f"train.py:{row}: ValueError: invalid literal for int() with base 10: 'none'; until then, "
        "the trained adapter is only left in the checkpoint runs/checkpoint-2"
    )


def test_rows_that_a_model_was_trained_on_are_not_blamed_for_what_comes_afterwards(run: Run) -> None:
    text = """\
from datasets import load_dataset

chats = load_dataset("nobody/chats", split="train")
words = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
texts = [" ".join(turn["content"] for turn in chat) for chat in chats["messages"]]
rows = [{"input_ids": ids, "labels": ids} for ids in (words(text)["input_ids"][:8] for text in texts)]
"""
    asked = 'print(words([{"role": "user"}], return_tensors="pt"))\n'
    ran = run(CHECKPOINT.replace("Trainer(model", text + "Trainer(model", 1) + asked, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
