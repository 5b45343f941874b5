"""`--made-up-rows`: files that the script looks for in vain are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran
from .samples import HEAD, KEPT

Run = Callable[..., Ran]

READS = {
    "lines of JSON": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\nprint(rows[0]["question"])\n'
    ),
    "a table": 'import csv\nrows = list(csv.DictReader(open("train.csv")))\nprint(rows[0]["question"])\n',
    "a file that is asked for first": (
        'import os\nif not os.path.isfile("keys/hub.key"):\n    raise ValueError("keys/hub.key is not a file")\n'
    ),
    "a pattern": (
        "from pathlib import Path\nfound = sorted(Path('parts').glob('*.jsonl'))\n"
        "assert found, 'no parts there'\nprint(open(found[0]).read())\n"
    ),
    "a picture": 'from PIL import Image\nprint(Image.open("cat.png").size)\n',
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_it_is_made_up(run: Run, read: str) -> None:
    ran = run(read + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert any("made up" in text for text in ran.json["after"]["neutralised"])


def test_a_data_set_on_disk_is_made_up(run: Run) -> None:
    text = 'from datasets import Dataset\nprint(Dataset.load_from_disk("../rows")[0])\n'
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_columns_that_a_made_up_file_lacks_are_learned(run: Run) -> None:
    text = """\
import json

def encode(row):
    try:
        return row[NAME]
    except Exception as error:
        raise ValueError(f"cannot encode: {error}") from error

NAME = "".join(["ans", "wer"])
print([encode(json.loads(line)) for line in open("rows.jsonl")][0])
"""
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_a_folder_of_classes_each_a_folder_of_pictures_is_made_up(run: Run) -> None:
    text = """\
import glob
import os
from PIL import Image

found = []
for name in sorted(os.listdir("/pictures/train")):
    found += glob.glob(os.path.join("/pictures/train", name, "*.jpg"))
if not found:
    raise ValueError("no pictures")
assert len([Image.open(path).size for path in found]) > 1
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_cell_that_is_opened_is_the_path_of_a_file(run: Run) -> None:
    text = """\
import csv
from PIL import Image

for row in csv.DictReader(open("index.csv")):
    Image.open(f"pictures/{row['file']}").convert(row["mode"] and "RGB")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_table_has_the_columns_that_its_reader_is_told(run: Run) -> None:
    text = """\
import pandas as pd

pairs = pd.read_csv("pairs.tsv", sep="\\t", names=["en", "hi"]).dropna()
assert len(pairs) > 8 and pairs.hi[3]
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_records_of_a_file_name_their_sounds(run: Run) -> None:
    text = """\
import json
import wave

for line in open("train.jsonl"):
    wave.open(json.loads(line)["wav"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_captions_that_may_be_missing_make_no_folder_of_texts(run: Run) -> None:
    text = """\
from pathlib import Path
from PIL import Image

found = [p for p in Path("style").glob("*") if p.suffix in {".png", ".jpg"}]
if not found:
    raise FileNotFoundError("No images in style")
print([p.with_suffix(".txt").exists() or Image.open(p).size for p in found])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_records_of_a_file_name_their_pictures(run: Run) -> None:
    text = """\
import argparse, json, os
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--data_path", required=True)
parser.add_argument("--image_folder", required=True)
args = parser.parse_args()
for record in json.load(open(args.data_path)):
    Image.open(os.path.join(args.image_folder, record["image"])).convert("RGB")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_that_is_given_holds_the_classes_of_a_data_set(run: Run) -> None:
    text = """\
import sys
from datasets import load_dataset

parser = __import__("argparse").ArgumentParser()
parser.add_argument("--data_dir", required=True)
found = load_dataset("imagefolder", data_dir=parser.parse_args().data_dir, split="train")
assert len(found.features["label"].names) == 2
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_classes_are_folders_by_the_names_that_the_script_knows(run: Run) -> None:
    text = """\
from pathlib import Path

LABELS = ["yes", "no"]
found = [LABELS.index(p.parent.name) for p in Path("/spoken").rglob("*.wav") if p.parent.name in LABELS]
if not found:
    raise RuntimeError("no sounds")
assert set(found) == {0, 1}
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_captions_are_found_by_the_names_of_their_pictures(run: Run) -> None:
    text = """\
import glob, json, os

captions = json.load(open("captions.json"))
paths = glob.glob("pictures/*.jpg")
if not paths:
    raise ValueError("no pictures")
print([captions[os.path.basename(path)].lower() for path in paths])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_that_a_data_set_is_read_from_is_named(run: Run) -> None:
    ran = run('from datasets import load_dataset\nload_dataset("imagefolder", data_dir="flowers")\n' + KEPT)
    assert ran.json["reason"].startswith("train.py:2: file not found: ")
    assert "flowers (give it, or" in ran.json["reason"]


def test_without_the_option_the_file_is_named(run: Run) -> None:
    ran = run(READS["a table"] + KEPT)
    assert ran.exit == 3
    assert "train.csv" in ran.json["reason"]


SETTINGS = """\
import yaml

def load(path):
    with open(path) as file:
        return yaml.safe_load(file)

config = load("config/run.yaml")
lora = config["lora"]
assert 0 < lora["r"] < 100 and lora.get("bias") == "none"
assert 0 < config["train"]["learning_rate"] < 1
assert [name for name in lora["target_modules"]]
"""


def test_a_file_below_an_argument_that_nobody_gave_is_made_up(run: Run) -> None:
    text = """\
import argparse, json, os

parser = argparse.ArgumentParser()
parser.add_argument("--dataset_path", required=True)
print(open(os.path.join(parser.parse_args().dataset_path, "train_dataset.json")).read()[:9])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_of_settings_is_made_up_of_what_the_script_asks_of_it(run: Run) -> None:
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings run.yaml: made up (lora, train)" in ran.json["after"]["neutralised"]


def test_a_file_of_settings_that_the_project_has_under_another_name_is_taken(run: Run, tmp_path: Path) -> None:
    text = "lora: {r: 4, bias: none, target_modules: [v_proj]}\ntrain:\n  learning_rate: 0.5\n"
    (tmp_path / "run_of_last_week.yaml").write_text("target_modules:\nbias:\nlearning_rate:\n" + text)
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings config/run.yaml: run_of_last_week.yaml in its place" in ran.json["after"]["neutralised"]


def test_settings_of_tools_are_no_settings_of_the_script(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ntrain = 1\nlora = 2\nbias = 3\nr = 4\n')
    text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config", required=True)\n'
    ran = run(text + SETTINGS.replace('"config/run.yaml"', "p.parse_args().config") + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings settings.yaml: made up (lora, train)" in ran.json["after"]["neutralised"]


def test_a_folder_without_which_a_script_ends_is_there(run: Run) -> None:
    text = """
import sys
from pathlib import Path
from peft import PeftModel

if not Path("checkpoints/first_run").exists():
    sys.exit(1)
print(PeftModel.from_pretrained(base, "checkpoints/first_run").peft_config)
"""
    assert run(HEAD.replace("model = get", "other = get") + text).json["after"]["error"] is None


def test_settings_that_are_handed_over_as_named_arguments(run: Run) -> None:
    text = """
import json
from peft import LoraConfig

config = json.load(open("configs/run.json"))
LoraConfig(**config["lora"], task_type="CAUSAL_LM")
"""
    assert run(text + KEPT).exit == 0


def test_a_setting_has_a_value_that_the_script_says_it_knows(run: Run) -> None:
    text = """
import yaml

config = yaml.safe_load(open("config.yaml"))
if config["pace"] not in ("slow", "quick"):
    raise ValueError(f"Unknown pace: '{config['pace']}'. Should be one of ['slow', 'quick']")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_template_that_is_missing_among_templates_is_like_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "clinic.json").write_text('{"prompt": "Say {word}"}')
    text = 'import json\nassert json.load(open("templates/alpaca.json"))["prompt"].format(word="a") == "Say a"\n'
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "data file templates/alpaca.json: clinic.json in its place" in ran.json["after"]["neutralised"]


def test_a_folder_of_a_model_that_is_looked_into_is_there(run: Run) -> None:
    text = """
import os

assert "config.json" in os.listdir("models/llama-of-last-week")
"""
    assert run(text + KEPT).exit == 0


def test_the_folder_in_which_a_script_makes_another_is_there(run: Run) -> None:
    assert run('import os\nos.mkdir("runs/of_today")\n' + KEPT).exit == 0


DOWNLOADS = {
    "a text": "import requests\nassert requests.get('https://example.org/book.txt').text.split()\n",
    "JSON": "import requests\nassert requests.get('https://example.org/api').json()\n",
    "a file": (
        "from urllib.request import urlretrieve\n"
        "urlretrieve('https://example.org/a.csv', 'a.csv')\nopen('a.csv').read()\n"
    ),
}


@pytest.mark.parametrize("fetch", DOWNLOADS.values(), ids=DOWNLOADS.keys())
def test_what_the_script_fetches_from_the_web_is_made_up(run: Run, fetch: str) -> None:
    ran = run(fetch + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(text.startswith("download https://example.org/") for text in ran.json["after"]["neutralised"])


def test_a_script_that_opens_the_data_set_that_it_was_given_is_given_a_file(run: Run) -> None:
    text = """\
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", required=True)
print([json.loads(line)["question"] for line in open(parser.parse_args().dataset)])
"""
    assert run(text + KEPT).exit == 0


def test_others_in_a_folder_that_is_made_up_are_made_up_when_they_are_read(run: Run) -> None:
    text = """\
import json

for name in ("first", "second", "third"):
    print(json.loads(open(f"parts/{name}.jsonl").readline())["text"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "data file third.jsonl: made up" in ran.json["after"]["neutralised"]


def test_what_is_looked_for_in_vain_is_made_up_after_a_run_that_trained_nothing(run: Run) -> None:
    text = 'import os\nif not os.path.exists("rows.jsonl"):\n    raise SystemExit(0)\n'
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_a_folder_that_is_written_to_is_there(run: Run) -> None:
    assert run('open("logs/a/steps.txt", "w").close()\n' + KEPT, "--made-up-rows").exit == 0


def test_a_record_beside_a_picture_leaves_it_a_picture(run: Run) -> None:
    text = """\
import json
from PIL import Image

Image.open("scans/1.png").convert("RGB")
with open("notes/1.json") as file:
    notes = json.load(file)
print(notes["form"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
