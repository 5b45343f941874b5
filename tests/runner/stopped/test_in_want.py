"""Scripts that stop, or come to an end without a save: the report says what they were in want of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.conftest import Run, reason
from tests.runner.samples import HEAD, KEPT, TRAINED

from lora_lint_runner.child.steering.filters import Wanted
from lora_lint_runner.child.stopped.retries.data import lookups

TRAINER = """\
from datasets import Dataset
from transformers import Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})
trainer = Trainer(model, TrainingArguments("o"), train_dataset=rows)
trainer.train()
"""
GUARDED = """\
try:
    print(open("token.txt").read())
except FileNotFoundError:
    print("ERROR: put your token into token.txt")
    raise SystemExit(0)
"""


PARSED = """\
from transformers import HfArgumentParser

[parsed] = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses(["--output_dir", "o"])
trainer.args = parsed
"""
GUARDED_SAVE = 'if trainer.args.local_rank == 0:\n    model.save_pretrained("out")\n'


def test_the_number_of_a_process_that_is_never_0_any_more(run: Run) -> None:
    """With transformers 5 nothing is saved here: the adapter would be lost, so a stand-in proves nothing."""
    ran = run(HEAD + TRAINER + PARSED + GUARDED_SAVE)
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    why = ran.json["reason"]
    assert why.startswith("train.py:18: local_rank of TrainingArguments stays -1 since transformers 5")
    assert why.endswith("now local_process_index. With stand-ins for that: the adapter files appear")


def test_a_script_that_saves_nothing_itself_does_not_do_so_for_the_number_of_its_process(run: Run) -> None:
    ran = run(HEAD + TRAINER + PARSED + "print(trainer.args.local_rank)\n")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "local_rank" not in ran.json["reason"]


def test_where_the_linter_tells_of_it_its_correction_is_what_proves(run: Run) -> None:
    ran = run(HEAD + TRAINER + GUARDED_SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "local_rank" not in ran.json["reason"]


SET_LATER = """\
from transformers import TrainerCallback

args = TrainingArguments("o", save_strategy="no", report_to="none")
args.evaluation_strategy = "epoch"


class KeepBest(TrainerCallback):
    def on_evaluate(self, args, state, control, metrics, model, **others):
        model.save_pretrained("out")


Trainer(model, args, train_dataset=rows, eval_dataset=rows, callbacks=[KeepBest()]).train()
"""


@pytest.mark.slow
def test_an_evaluation_that_is_asked_for_by_a_name_which_is_no_argument_any_more(run: Run) -> None:
    """With transformers 5 nothing is evaluated here, and nothing saved."""
    ran = run(HEAD + TRAINER + SET_LATER)
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    why = ran.json["reason"]
    assert why.startswith("train.py:17: TrainingArguments of transformers 5")
    assert "have no evaluation_strategy, so nothing reads what is set there; now eval_strategy" in why
    assert why.endswith("With stand-ins for that: the adapter files appear")


def test_an_end_without_training_is_told_by_the_last_words_of_the_script(run: Run) -> None:
    why = run(GUARDED + KEPT, "--no-made-up-rows").json["reason"]
    assert why == (
        "the script ends itself at train.py:5 without a training step; "
        "its last line: ERROR: put your token into token.txt"
    )


def test_an_end_without_training_is_over_what_was_caught_in_it(run: Run) -> None:
    """Not over what a cautious script has caught, or looked for in vain, before."""
    text = """\
try:
    print(torch.ones(2).nothing)
except Exception:
    print("without it, then", os.path.exists("cache.json"))
optimizer = torch.optim.AdamW(model.parameters())
try:
    ids = torch.randint(0, 100, (2, 8))
    model(input_ids=ids, labels=ids).loss.backward()
    print("steps an epoch:", 8 / (5 // 16))
    optimizer.step()
except Exception as error:
    print("failed:", error)
else:
    model.save_pretrained("out")
"""
    why = run(HEAD + text).json["reason"]
    assert why.startswith("the script came to its end")
    assert "without a training step; it has caught, and gone on: train.py:16: ZeroDivisionError" in why


def test_an_exit_code_is_told_with_what_was_caught_before(run: Run) -> None:
    """Not with a package that the script has gone on without."""
    text = """\
import sys
try:
    import lovelace
except ImportError:
    lovelace = None
if __name__ == "__main__":
    try:
        print(model.answers)
    except Exception as error:
        print("failed:", error)
        sys.exit(3)
    model.save_pretrained("out")
"""
    why = run(HEAD + text).json["reason"]
    said = "train.py:18: the script ends itself with exit code 3; it has caught before: train.py:15: AttributeError"
    assert why.startswith(said), why
    assert "lovelace" not in why


def test_a_file_that_was_opened_in_vain_is_made_up_where_that_is_allowed(run: Run) -> None:
    ran = run(GUARDED + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_what_is_empty_is_told(run: Run) -> None:
    text = """\
from datasets import load_dataset
from peft import LoraConfig

chosen = list(filter(lambda row: len(row["text"]) > 10**6, load_dataset("nobody/nothing", split="train")))
LoraConfig(r=len(chosen[0]["text"]))
"""
    ran = run(text + KEPT)
    assert ran.json["reason"] == (
        "train.py:5: IndexError: list index out of range "
        "(chosen is empty: the rows were made up, with real ones it may not be)"
    )


def test_what_made_up_rows_may_be_to_blame_for_is_told(run: Run) -> None:
    text = """\
from datasets import load_dataset
from peft import LoraConfig
rows = load_dataset("nobody/nothing", split="train")
right = sum(len(row["text"]) > 10**6 for row in rows)
LoraConfig(r=len(rows) // right)
"""
    ran = run(text + KEPT)
    assert ran.json["reason"] == (
        "train.py:5: ZeroDivisionError: integer division or modulo by zero "
        "(it may be for want of real rows: these were made up)"
    )


def test_no_rows_give_an_evaluation_a_score_that_nobody_works_out(run: Run) -> None:
    text = """\
from datasets import load_dataset
from peft import LoraConfig
rows = load_dataset("nobody/nothing", split="train")
scores = {"eval_loss": len(rows[0]["text"]), "eval_runtime": 0.1}
LoraConfig(r=scores["eval_cer"])
"""
    assert run(text + KEPT).json["reason"] == "train.py:5: KeyError: 'eval_cer'"


def test_a_package_that_the_script_itself_misses_is_looked_beyond(run: Run) -> None:
    text = """\
try:
    import reader_of_nobody
except ImportError:
    raise ImportError("Please install reader_of_nobody first.")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "package reader_of_nobody is not installed: pip install reader_of_nobody" in ran.json["reason"]


def test_a_release_of_a_package_that_a_library_asks_for_is_named(run: Run) -> None:
    text = 'from transformers.utils.versions import require_version\n\nrequire_version("reader-of-nobody>=0.9")\n'
    assert "package reader-of-nobody is not installed: pip install reader-of-nobody" in run(text + KEPT).json["reason"]


def test_what_stands_in_for_a_package_can_be_written_as_json(run: Run) -> None:
    text = 'import json\nfrom service_of_nobody import client\nprint(json.dumps({"job": client.job(1)}))\n'
    assert run(text + TRAINED + 'model.save_pretrained("out")\n').exit == 0


def test_a_dtype_with_a_dot_is_no_name_of_an_older_torch(run: Run) -> None:
    text = 'from transformers import BitsAndBytesConfig\nBitsAndBytesConfig(bnb_4bit_compute_dtype="torch.bfloat16")\n'
    ran = run(text + KEPT)
    assert ran.json["reason"].startswith("train.py:2: AttributeError: module 'torch' has no attribute 'torch.bfloat16'")


@pytest.mark.slow
def test_a_part_of_torch_that_is_not_here_is_not_torch(run: Run) -> None:
    text = """\
from torch.utils.tensorboard import SummaryWriter

writer = Missing(SummaryWriter("log"))
"""
    assert run(text + KEPT).json["reason"] == "train.py:3: NameError: name 'Missing' is not defined"


LEFT_OUT = """\
import json
import pandas
from torch.utils.data import DataLoader

table = pandas.read_csv("rows.csv")
table = table[table["note"].map(hash) == -1]
notes = {}
for row in pandas.read_csv("rows.csv").itertuples():
    if hash(row.note) != -1:
        continue
    notes[row.Index] = row.note
with open("more.jsonl") as file:
    notes = [*notes.values(), *(n["note"] for n in map(json.loads, file) if n["note"].count("B") == 7)]
assert next(iter(DataLoader(notes, 2, shuffle=True)))
"""


@pytest.mark.slow
def test_tests_that_leave_none_of_the_made_up_rows_are_taken_to_keep_them(run: Run) -> None:
    ran = run(LEFT_OUT + KEPT, "--made-up-rows")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    told = [lack["text"] for lack in ran.json["after"]["lacking"]]
    assert told == [f"train.py:{row}: leaves none of the made-up rows: taken to keep them" for row in (6, 9, 13)]


def test_texts_hold_the_turns_that_a_script_takes_apart(run: Run) -> None:
    text = """\
import re
from datasets import load_dataset

TURN = re.compile(r"(USER|MODEL):\\s*(.*?)(?=\\n+(?:USER|MODEL):|\\Z)", re.S)

def apart(row):
    _, *asked = row["chosen"].split("\\n\\nHuman: ")
    return {"asked": len(asked), "told": [who for who, _ in TURN.findall(row["chat"])]}

rows = load_dataset("someone/chats", split="train").map(apart)
rows = rows.filter(lambda row: row["asked"] and set(row["told"]) == {"USER", "MODEL"})
assert len(rows) > 0, "no chats"
"""
    ran = run(text + KEPT)
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


COMPARED = """\
import json
import pandas
import yaml

config = yaml.safe_load("languages: [gsw, rm]\\nsplit: part-a")
table = pandas.read_csv("clips.csv")
table = table[table["tongue"].isin(config["languages"])]
table = table[table["part"] == config["split"]]
kept = []
with open("more.jsonl") as file:
    for row in map(json.loads, file):
        if row["dialect"] not in config["languages"]:
            continue
        kept.append(row)
assert set(table["tongue"]) | {row["dialect"] for row in kept} == {"gsw", "rm"}
assert next(iter(torch.utils.data.DataLoader(kept, 2, shuffle=True)))
"""


@pytest.mark.slow
def test_cells_are_what_a_test_wants_that_left_none_of_them(run: Run) -> None:
    """What it compares them with is known where it is run: here it comes from a file of settings."""
    ran = run(TRAINED + COMPARED + KEPT.removeprefix(TRAINED), "--made-up-rows")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not [lack["text"] for lack in ran.json["after"]["lacking"] if "taken to keep" in lack["text"]]


def test_what_is_compared_with_cells_of_the_made_up_rows_wants_no_other_cells() -> None:
    """Rows of speakers that are not among those set aside, where all are."""
    cells = {"ada": "speaker", "ben": "speaker", "gsw": "language"}
    wanted = [Wanted("ada", ("ada", "ben")), Wanted("gsw", ("rm",))]
    run: Any = SimpleNamespace(
        made_up=True,
        met=SimpleNamespace(cells=cells),
        spec=SimpleNamespace(learned={}),
        filters=SimpleNamespace(wanted=wanted),
    )
    assert lookups.tested(run, ValueError("num_samples=0")) == {"looked up": {"language": ["rm"]}}


def test_a_number_that_yaml_takes_for_a_text_is_named(run: Run) -> None:
    text = """\
import yaml

settings = yaml.safe_load("learning_rate: 5e-6")
args = TrainingArguments("o", learning_rate=settings["learning_rate"])
Trainer(model, args, train_dataset=rows).train()
"""
    _, why = reason(run(HEAD + TRAINER.partition("trainer =")[0] + text + 'model.save_pretrained("out")\n'))
    assert "(lr is the text '5e-6': in YAML it is a number only with a point, 5.0e-6)" in why


def test_a_path_that_is_left_empty_is_to_be_filled_in(run: Run) -> None:
    text = 'import pandas as pd\n\ndef read(path):\n    return pd.read_json(path)\n\nread("")\n'
    assert reason(run(text + KEPT)) == (
        3,
        "train.py:4: the path of a file is empty here: the script leaves it to be filled in",
    )


def test_a_data_set_that_is_still_to_be_filled_is_named(run: Run) -> None:
    rows = 'Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})'
    assert rows in TRAINER
    ran = run(HEAD + TRAINER.replace(rows, "[]  # TODO"))
    assert reason(ran)[0] == 3
    assert ran.json["reason"].endswith("(the data set that the script gives to its trainer has nothing in it)")
