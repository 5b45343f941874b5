"""Made-up rows have the columns that a script asks for, and forgive what small data sets make the library refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runner.conftest import Ran
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE

Run = Callable[..., Ran]
LOAD = 'from datasets import load_dataset\nrows = load_dataset("nobody/nothing", split="train")\n'

ASKED = {
    "rows that pass the script's own tests": (
        'kept = [row for row in rows if row["better"] - row["worse"] > 0.2 and len(row["answer"].strip()) > 300]\n'
        'if not kept:\n    raise ValueError("nothing is left")\n'
    ),
    "a column by its name": 'assert isinstance(rows[0]["question"], str)\n',
    "lists of labels": 'assert rows.features[f"parts_of_speech"].feature.names\n',
    "labels with names": 'assert rows.features["label"].names\nassert rows[0]["label"] in (0, 1)\n',
    "labels of a data set that is known without them": (
        'minds = load_dataset("PolyAI/minds14", name="en-US", split="train")\nprint(minds[0]["audio"])\n'
        'assert minds.features["intent_class"].names\n'
    ),
    "objects in pictures": (
        'assert rows.features["objects"]["category"].feature.names\nassert len(rows[0]["objects"]["bbox"][0]) == 4\n'
    ),
    "numbers that are written as text": 'assert [[int(letter) for letter in told] for told in rows["states"]][0]\n',
    "categories, of which there are a few": 'assert len(set(rows["category"])) < 8\n',
    "a key of a table of names": 'names = {0: "no", 1: "yes"}\nprint([names[int(row["mood"])] for row in rows])\n',
    "labels of a part, as a set": (
        'parts = load_dataset("nobody/nothing")\nassert len(set(parts["train"]["stars"])) < 99\n'
        'assert isinstance(parts["train"]["stars"][0], int)\n'
    ),
    "columns by their place": "column_names = rows.column_names\nprint(rows[column_names[1]][0])\n",
    "chats": 'for turn in rows[0]["messages"]:\n    assert turn["role"] and turn["content"]\n',
    "the files of pictures and sounds": (
        'import io, wave\nfrom PIL import Image\nprint(Image.open(io.BytesIO(rows[0]["image"]["bytes"])).size)\n'
        'print(wave.open(io.BytesIO(rows[0]["audio"]["bytes"])).getnframes())\n'
    ),
    "more rows than there are": "assert len(rows.select(range(10**6))) > 0\n",
    "a filter that keeps nothing": 'assert len(rows.filter(lambda row: row["text"] == "x")) > 0\n',
    "a split by a size that is too large": "assert len(rows.train_test_split(test_size=5000)['test']) > 0\n",
    "a column of a batch, by a name that is a value": (
        'def count(batch):\n    assert all(batch[n] is batch[n] for n in NAMES)\n    return {"n": batch["text"]}\n'
        'NAMES = ["left", "right"]\nrows.map(count, batched=True)\n'
    ),
    "as many numbers as are unpacked": 'x, y = rows[0]["point"]\nprint(f"{x:.1f} {y:.1f}")\n',
    "lists of numbers, by their name": 'assert all(isinstance(score, float) for score in rows[0]["weights"])\n',
    "columns that are kept, where the others are removed": (
        'kept = rows.remove_columns([c for c in rows.column_names if c != "graded"])\nprint(kept["graded"][0])\n'
    ),
    "numbers that a tensor is made of, where what deals with it fails itself": (
        'import torch\ntry:\n    print(torch.tensor([row["domain"] for row in rows]))\n'
        "except ValueError as error:\n    print(error, into=1)\n"
    ),
    "when a part of a sound begins and ends": (
        'part = [int(rows[0]["start_time"]), round(rows[0]["end_time"]) + 1]\nprint("sound"[slice(*part)])\n'
    ),
    "labels, and not what a collator takes for them": (
        'marked = load_dataset("nobody/emotions")["train"]\nprint(marked[0]["labels"], marked[0]["text"])\n'
        'assert set(marked.column_names) == {"labels", "text"}\n'
    ),
    "columns of a map": 'print(rows.map(lambda row: {"n": len(row["answer"])})[0]["n"])\n',
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_what_is_asked_of_a_data_set(run: Run, asked: str) -> None:
    ran = run(LOAD + asked + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_row_far_down_a_list_brings_more_rows(run: Run) -> None:
    ran = run(LOAD + 'kept = [row["image"] for row in rows]\nprint(kept[200])\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]


CUT = {
    "as many answers as rows": """\
loader = torch.utils.data.DataLoader(torch.randint(0, 100, (40, 8)), batch_size=4)
answers = []
for batch in loader:
    with torch.no_grad():
        answers += model(input_ids=batch).logits.argmax(-1).tolist()
print(answers[39])
""",
    "as many predictions of a trainer as rows": """\
from transformers import Trainer, TrainingArguments
told = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 40
answered = Trainer(model, TrainingArguments("o", save_strategy="no")).predict(told)
print(answered.predictions[39])
""",
    "an adapter for each task": """\
from transformers import Trainer, TrainingArguments
told = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 8
for name in ("law", "health"):
    model.add_adapter(name, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    model.set_adapter(name)
    Trainer(model, TrainingArguments("o", save_strategy="no"), train_dataset=told).train()
model.add_weighted_adapter(["law", "health"], weights=[0.5, 0.5], adapter_name="both", combination_type="linear")
model.set_adapter("both")
""",
}


@pytest.mark.parametrize("loop", CUT.values(), ids=CUT.keys())
def test_what_loops_bring_together_is_complete(run: Run, loop: str) -> None:
    ran = run(HEAD + loop + LOOP + 'model.save_pretrained("out")\n')
    assert ran.json["after"]["error"] is None


def test_gradients_that_are_gathered_over_more_batches_than_there_are_rows_come_to_a_step(run: Run) -> None:
    text = """\
from datasets import load_dataset

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
rows = load_dataset("json", data_files="x.jsonl")["train"]["text"]
for place, row in enumerate(rows[:len(rows) // 8]):
    ids = torch.tensor([[ord(c) % 64 for c in row[:8]]])
    (model(input_ids=ids, labels=ids).loss / 128).backward()
    if (place + 1) % 128 == 0:
        optimizer.step()
"""
    ran = run(HEAD + text + SAVE, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_dictionary_of_splits(run: Run) -> None:
    text = (
        'from datasets import load_dataset\nfound = load_dataset("nobody/nothing")\nprint(len(found["validation"]))\n'
    )
    assert run(text + KEPT).exit == 0


def test_a_split_of_the_data_sets_own_naming(run: Run) -> None:
    text = 'from datasets import load_dataset\nprint(load_dataset("nobody/nothing")["part_of_nobody"][0])\n'
    assert run(text + KEPT).exit == 0


def test_a_script_that_makes_a_data_set_is_not_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "patents.py").write_text("import nothing\n")
    why = run(LOAD.replace("nobody/nothing", "patents.py") + 'print(rows[0]["claims"])\n' + KEPT).json["reason"]
    assert "runs no scripts of data sets (patents.py), releases before 4 do; rows are made up" in why


def test_rows_that_come_one_by_one(run: Run) -> None:
    text = LOAD.replace('split="train"', 'split="train", streaming=True') + 'print(next(iter(rows))["text"])\n'
    assert run(text + KEPT).exit == 0


WORDS = 'from transformers import AutoTokenizer\ntok = AutoTokenizer.from_pretrained("gpt2")\n'
WANTED = {
    "texts, whatever their names sound like": 'tok(rows["class"][:2], rows["rating"][:2])\n',
    "texts that are a chat elsewhere in the project": (
        'def chat(row):\n    return tok.apply_chat_template(row["prompt"])\ntok(rows["prompt"][0])\n'
    ),
    "chats that speak of their picture by the script's own mark": (
        'for turn in rows[0]["messages"]:\n    assert turn["content"].split()\n'
        'if not any("<image>" in turn["content"] for turn in rows[0]["messages"]):\n'
        '    raise ValueError("0 <image> tokens for 1 image")\n'
    ),
    "a text that holds JSON": 'import json\nassert [part for part in json.loads(rows[0]["record"])]\n',
    "a chat, as JSON": (
        'import json\ndef one(row):\n    turns = json.loads(row["asked"]) + json.loads(row["said"])\n'
        "    form = '{{ messages[0].role }}'\n"
        "    return {'n': len(tok.apply_chat_template(turns, tokenize=False, chat_template=form))}\n"
        "print(rows.map(one)[0])\n"
    ),
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED.keys())
def test_what_is_made_of_a_column(run: Run, wanted: str) -> None:
    ran = run(LOAD + WORDS + wanted + KEPT)
    assert ran.exit == 0, ran.json["reason"]


TOKENIZED = {
    "for a trainer": """from transformers import Trainer, TrainingArguments
Trainer(model, TrainingArguments("o"), train_dataset=load_from_disk("tokenized")).train()
""",
    "for a loop": """import torch
from transformers import default_data_collator
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
rows = load_from_disk("tokenized")["train"].with_format("torch")
for batch in torch.utils.data.DataLoader(rows, batch_size=4, collate_fn=default_data_collator):
    model(**batch).loss.backward()
    optimizer.step()
""",
}


@pytest.mark.parametrize("script", TOKENIZED)
def test_rows_of_a_data_set_that_another_script_has_tokenized(run: Run, script: str) -> None:
    text = "from datasets import load_from_disk\n" + TOKENIZED[script] + 'model.save_pretrained("out")\n'
    ran = run(HEAD + text, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_what_a_tokenized_row_says_beside_its_tokens(run: Run) -> None:
    text = """import torch
from datasets import load_from_disk
from transformers import Trainer, TrainingArguments

def collate(rows):
    labels = [[-100] * row["seq_len"] + row["input_ids"][row["seq_len"]:] for row in rows]
    return {"input_ids": torch.tensor([row["input_ids"] for row in rows]), "labels": torch.tensor(labels)}

class Own(Trainer):
    def _remove_unused_columns(self, rows, *args, **options):
        return rows

Own(model, TrainingArguments("o"), train_dataset=load_from_disk("tokenized"), data_collator=collate).train()
model.save_pretrained("out")
"""
    ran = run(HEAD + text, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_columns_that_a_trainer_needs_and_the_script_names(run: Run) -> None:
    text = (
        LOAD
        + """from trl import DPOTrainer

assert {"prompt", "chosen", "rejected"} <= set(rows.column_names)
print(DPOTrainer, rows[0]["chosen"])
"""
    )
    assert run(text).json["after"]["error"] is None


def test_each_stage_has_the_columns_of_its_own_data(run: Run) -> None:
    """What another trainer of the script asks for is no column of a data set that is known to lack it."""
    text = """from datasets import load_dataset
from trl import DPOTrainer, SFTTrainer

print(DPOTrainer, SFTTrainer)
chats, pairs = (load_dataset(f"trl-lib/{name}", split="train") for name in ("Capybara", "ultrafeedback_binarized"))
assert not set(chats.column_names) & set(pairs.column_names), chats.column_names
"""
    assert run(text).json["after"]["error"] is None


def test_a_data_set_whose_id_tells_of_other_columns_has_those_of_the_script(run: Run) -> None:
    """It is not by what lies in a turn of its chats that it is known."""
    text = """from datasets import load_dataset

for row in load_dataset("someone/llava-instruct-small", split="train"):
    turns = [part["image"] for turn in row["messages"] for part in turn["content"] if "image" in part]
    print(turns, [image.convert("RGB") for image in row["images"]])
"""
    assert run(text).json["after"]["error"] is None


def test_parts_that_a_function_picks_are_no_columns(run: Run) -> None:
    text = """\
from datasets import load_dataset

def numbered(rows):
    return rows["train"].map(lambda row: {"number": int(row["answer"].split("####")[1])})

rows = load_dataset("openai/gsm8k", "main")
assert numbered(rows).column_names == ["question", "answer", "number"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_who_speaks_in_a_chat_has_the_names_that_the_script_knows(run: Run) -> None:
    text = """import json

roles = {"asker": "Q", "helper": "A"}
for row in json.load(open("chats.json")):
    print([roles[turn["from"]] + turn["value"] for turn in row["conversations"]])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_column_that_is_compared_by_size_is_a_number(run: Run) -> None:
    ran = run(LOAD + "least = 0.0\nprint(len([row for row in rows if row['span'] < least]))\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_all_parts_as_one(run: Run) -> None:
    text = 'from datasets import load_dataset\nload_dataset("a/b", split="all").shuffle().select(range(3))\n'
    assert run(text).json["after"]["error"] is None


def test_a_table_that_is_read_from_the_hub_has_rows_enough(run: Run) -> None:
    text = """\
import pandas

frame = pandas.read_csv("hf://datasets/you/words/train.csv", encoding="latin1").ffill()
joined = frame.groupby("Sentence #")["Word"].transform(lambda words: " ".join(words))
assert len(frame) > 100, "too few"
assert len(joined) == len(frame) and frame.equals(pandas.read_csv("hf://datasets/you/words@main/train.csv"))
"""
    assert run(text).json["after"]["error"] is None


def test_a_file_of_label_names_from_a_data_set(run: Run) -> None:
    text = """\
import json
from huggingface_hub import hf_hub_download

names = json.load(open(hf_hub_download("huggingface/label-files", "ade20k-id2label.json", repo_type="dataset")))
assert names["0"] == "label_0"
"""
    assert run(text).json["after"]["error"] is None


def test_pictures_in_folders_of_the_users_own(run: Run, tmp_path: Path) -> None:
    for label in ("fern", "moss"):
        (tmp_path / "plants" / "all" / label).mkdir(parents=True)
        pytest.importorskip("PIL.Image").new("RGB", (8, 8)).save(tmp_path / "plants" / "all" / label / "0.jpg")
    text = """\
from datasets import load_dataset

rows = load_dataset("imagefolder", data_dir="plants/all", split="train")
assert sorted(rows.features["label"].names) == ["fern", "moss"]
"""
    assert run(text).json["after"]["error"] is None


def test_sounds_of_streams_are_not_decoded(run: Run) -> None:
    text = """\
from datasets import Audio, IterableDatasetDict, load_dataset

parts = IterableDatasetDict()
parts["train"] = load_dataset("mozilla-foundation/common_voice_11_0", "hi", split="train", streaming=True)
parts = parts.cast_column("audio", Audio(sampling_rate=16000))
assert next(iter(parts["train"]))["audio"]["sampling_rate"] == 16000
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_paths_of_a_manifest_that_are_cast_to_sounds_or_pictures_are_read_as_such(run: Run) -> None:
    text = """\
from datasets import Audio, Image, load_dataset

parts = load_dataset("json", data_files={"train": "manifest.jsonl"})
parts = parts.cast_column("audio_filepath", Audio(sampling_rate=16000)).cast_column("page_file", Image())
row = parts["train"][0]
assert len(row["audio_filepath"]["array"]) > row["audio_filepath"]["sampling_rate"] // 4
assert row["page_file"].convert("RGB").size
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_sounds_are_decoded_as_both_kinds_of_releases_do(run: Run) -> None:
    text = """\
from datasets import Audio, load_dataset

rows = load_dataset("mozilla-foundation/common_voice_11_0", "hi", split="train")
rows = rows.cast_column("audio", Audio(sampling_rate=16000))
sound = rows.map(lambda row: {"peak": row["audio"]["array"].max()})[0]["audio"]
assert sound["array"].ndim == 1 and sound.get_all_samples().data.shape[0] == 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_sound_whose_rate_stands_beside_it_is_no_record(run: Run) -> None:
    text = """\
from datasets import load_from_disk

for row in load_from_disk("spoken"):
    assert row["sampling_rate"] == 16000 and max(row["audio"]) < 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_column_that_the_script_itself_writes_is_not_removed_with_the_others(run: Run) -> None:
    """The trainer's text_field is made up as a column; the real data set has only what the function reads."""
    text = """\
def chat(row):
    row["text"] = row["question"] + row["answer"]
    return row

rows = rows.map(chat, remove_columns=rows.column_names)
assert rows[0]["text"] and rows.column_names == ["text"], rows.column_names
"""
    ran = run(LOAD + text + KEPT + 'dict(dataset_text_field="text")\n')
    assert ran.exit == 0, ran.json["reason"]


def test_rows_of_a_generator_that_uses_the_models_tokenizer(run: Run) -> None:
    text = """\
from datasets import Dataset

def read(words):
    for place in range(4):
        yield words(f"row {place}")

assert len(Dataset.from_generator(lambda: read(tok))) == 4
"""
    ran = run(WORDS + text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_of_few_made_up_rows_none_is_dropped(run: Run) -> None:
    text = """\
from datasets import load_dataset
from torch.utils.data import DataLoader

rows = load_dataset("company/answers", split="train")
assert list(DataLoader(rows["text"], batch_size=100_000, drop_last=True))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_rows_of_a_file_of_the_hub_pass_the_scripts_own_tests(run: Run) -> None:
    text = """\
import json
from datasets import Dataset
from huggingface_hub import hf_hub_download

with open(hf_hub_download("nobody/nothing", "reviews.jsonl", repo_type="dataset")) as file:
    rows = [json.loads(line) for line in file]
kept = Dataset.from_list([row for row in rows if row["good"] - row["bad"] > 0.2 and len(row["review"]) > 300])
assert kept["review"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_of_a_known_data_set_there_are_as_many_labels_as_it_has(run: Run) -> None:
    text = """\
from datasets import load_dataset

found = load_dataset("ethz/food101", split="train")
names = found.features["label"].names
assert len(names) == 10 and set(found["label"]) == set(range(10))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("renamed", ['rename_column("labels", "label")', 'rename_columns({"labels": "label"})'])
def test_a_column_that_gets_another_name_is_what_is_asked_of_that(run: Run, renamed: str) -> None:
    text = f"""\
from datasets import load_dataset

rows = load_dataset("microsoft/cats_vs_dogs", split="train").{renamed}
assert dict(enumerate(rows.features["label"].names))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
