"""Scripts that stop, or come to an end without a save: the report says what they were in want of."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.filters import Wanted
from lora_lint_runner.child.stopped.retries import lookups

from .conftest import Ran
from .samples import HEAD, KEPT, LOOP, TRAINED

Run = Callable[..., Ran]
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


def test_where_the_linter_tells_of_it_its_correction_is_what_proves(run: Run) -> None:
    ran = run(HEAD + TRAINER + GUARDED_SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "local_rank" not in ran.json["reason"]


def test_an_end_without_training_is_told_by_the_last_words_of_the_script(run: Run) -> None:
    why = run(GUARDED + KEPT, "--no-made-up-rows").json["reason"]
    assert why == (
        "the script ends itself at train.py:5 without a training step; "
        "its last line: ERROR: put your token into token.txt"
    )


def test_a_file_that_was_opened_in_vain_is_made_up_where_that_is_allowed(run: Run) -> None:
    ran = run(GUARDED + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_what_is_empty_is_told(run: Run) -> None:
    text = """\
from datasets import load_dataset

chosen = list(filter(lambda row: len(row["text"]) > 10**6, load_dataset("nobody/nothing", split="train")))
print(chosen[0])
"""
    ran = run(text + KEPT)
    assert ran.json["reason"] == (
        "train.py:4: IndexError: list index out of range "
        "(chosen is empty: the rows were made up, with real ones it may not be)"
    )


def test_what_made_up_rows_may_be_to_blame_for_is_told(run: Run) -> None:
    text = """\
from datasets import load_dataset

rows = load_dataset("nobody/nothing", split="train")
right = sum(len(row["text"]) > 10**6 for row in rows)
print(len(rows) / right)
"""
    ran = run(text + KEPT)
    assert ran.json["reason"] == (
        "train.py:5: ZeroDivisionError: division by zero (it may be for want of real rows: these were made up)"
    )


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


def test_what_stands_in_for_a_package_can_be_written_as_json(run: Run) -> None:
    text = 'import json\nfrom service_of_nobody import client\nprint(json.dumps({"job": client.job(1)}))\n'
    assert run(text + TRAINED + 'model.save_pretrained("out")\n').exit == 0


def test_a_dtype_with_a_dot_is_no_name_of_an_older_torch(run: Run) -> None:
    text = 'from transformers import BitsAndBytesConfig\nBitsAndBytesConfig(bnb_4bit_compute_dtype="torch.bfloat16")\n'
    ran = run(text + KEPT)
    assert ran.json["reason"].startswith("train.py:2: AttributeError: module 'torch' has no attribute 'torch.bfloat16'")


def test_a_part_of_torch_that_is_not_here_is_not_torch(run: Run) -> None:
    text = """\
from torch.utils.tensorboard import SummaryWriter

writer = Missing(SummaryWriter("log"))
"""
    assert run(text + KEPT).json["reason"] == "train.py:3: NameError: name 'Missing' is not defined"


BEST = """\
best = 0.0
for epoch in range(2):
    score = float(torch.zeros(1))
    if score > best:
        best = score
        keep(model)
"""


def test_a_save_that_waits_for_a_better_score_is_made_once(run: Run) -> None:
    """Where no other is: with one at the end, that is the one to look at."""
    keep = 'def keep(model):\n    model.save_pretrained("best")\n'
    ran = run(TRAINED + keep + BEST)
    assert ran.exit == 0, ran.json["reason"]
    row = (TRAINED + keep + BEST).splitlines().index("    if score > best:") + 1
    assert ran.json["reason"].endswith(f"with stand-ins for what is not here: train.py:{row}: a better score, once")
    ran = run(TRAINED + keep + BEST + 'model.save_pretrained("out")\n')
    assert [site["verdict"] for site in ran.json["sites"]] == ["not reached", "confirmed"]


LOOKED_UP = """\
import json

best = 0.0
metrics = json.loads('{"eval_loss": 0.5}')
score = metrics.get("eval_f1", 0.0)
if score > best:
    best = score
    model.save_pretrained("best")
"""


NAMED = LOOKED_UP.replace("best = 0.0", 'best, wanted = 0.0, "eval_f1"').replace(
    'metrics.get("eval_f1"', "(metrics or {}).get(wanted"
)


@pytest.mark.parametrize("looked_up", [LOOKED_UP, NAMED])
def test_a_score_that_is_looked_up_by_a_wrong_name_never_comes(run: Run, looked_up: str) -> None:
    ran = run(TRAINED + looked_up)
    row = (TRAINED + looked_up).splitlines().index("if score > best:") + 1
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive")
    told = f"train.py:{row}: a save waits for a score that is not there: metrics has no 'eval_f1' but 'eval_loss'"
    assert ran.json["reason"] == f"no save site was reached in the few steps of this run: {told}"


DEMANDING = """\
learned = float(torch.zeros(1))
if learned < 0.5 or learned > 2:
    raise SystemExit("it did not learn")
assert learned > 0.75, "it did not learn"
assert abs(learned - 1) < 1e-3, "not the same"
"""


def test_a_demand_of_a_score_is_taken_for_met(run: Run) -> None:
    """After the training; that two numbers agree is not for a small model to be let off."""
    ran = run(TRAINED + DEMANDING)
    assert "AssertionError: not the same" in ran.json["reason"]
    ran = run(TRAINED + DEMANDING.rpartition("assert")[0] + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    row = len(TRAINED.splitlines()) + 2
    assert f"train.py:{row}: taken for met: a small model on made-up rows learns little" in ran.json["reason"]


OF_A_GPU = """\
model.to("cuda")
where = next(model.parameters()).device
assert where.type == "cuda", "no GPU"
if not next(model.parameters()).is_cuda or "cuda" not in str(model.device):
    raise RuntimeError("no GPU")
"""


def test_what_a_script_puts_on_a_gpu_is_there_for_its_own_tests(run: Run) -> None:
    ran = run(HEAD + OF_A_GPU + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert "CUDA: a test of where a model or a tensor lies is answered as on a GPU" in ran.json["after"]["neutralised"]


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


def test_tests_that_leave_none_of_the_made_up_rows_are_taken_to_keep_them(run: Run) -> None:
    ran = run(LEFT_OUT + KEPT, "--made-up-rows")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    told = [lack["text"] for lack in ran.json["after"]["lacking"]]
    assert told == [f"train.py:{row}: leaves none of the made-up rows: taken to keep them" for row in (6, 9, 13)]


def test_a_save_that_waits_for_a_later_step_is_made_once(run: Run) -> None:
    """Where the rows were made up: more of them would have come to it."""
    rows = 'rows = DataLoader(load_dataset("imdb", split="train"), batch_size=64)\n'
    loop = LOOP.replace("step in range(20)", "step, _ in enumerate(rows)")
    loop += '    if step > 0 and step % 5000 == 0:\n        model.save_pretrained("at-5000")\n'
    text = "from datasets import load_dataset\nfrom torch.utils.data import DataLoader\n" + HEAD + rows + loop
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    row = text.count("\n") - 1
    said = f"train.py:{row}: as if the step for a save had come, once"
    assert ran.json["reason"].endswith(f"with stand-ins for what is not here: {said}")


def test_a_score_that_can_not_be_better_than_what_is_begun_with_is_not(run: Run) -> None:
    keep = 'def keep(model):\n    model.save_pretrained("best")\n'
    ran = run(TRAINED + keep + BEST.replace("best = 0.0", 'best = float(os.environ.get("BEST", "inf"))'))
    assert ran.exit != 0
    ran = run(TRAINED + keep + BEST.replace("score > best", "1 + score < best"))
    assert ran.exit != 0


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
