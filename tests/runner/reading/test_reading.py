"""What the source of a script says of the rows that it reads, and the files that are made up of it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.cells.shape import ANY, Shape
from lora_lint_runner.child.stand_in.made_up import rows
from lora_lint_runner.child.stand_in.made_up.cells import kinds

PICKED = [
    'TABLE = {"de": 1, "en": 2}\nframe = pd.read_csv("x.csv")\nframe = frame[frame["lang"].isin(TABLE.keys())]\n',
    (
        'def load(frame):\n    name = NAMES["spoken"]\n    return frame[frame[name].isin(["de", "en"])]\n'
        'NAMES = {"spoken": "lang"}\n'
    ),
    (
        'def load(part):\n    frame = pd.read_csv("x.csv")\n    return frame[frame["lang"] == f"{part}"]\n'
        'for part in ("de", "en"):\n    load(part)\n'
    ),
    'frame = pd.read_csv("x.csv")\nframe = frame[frame.lang.isin(("de", "en"))]\nprint(frame.shape)\n',
    'frame = pd.read_csv("x.csv")\nframe = frame[frame["lang"].isin(("de", "en"))]\n',
    'LANGUAGES = {"de": 1, "en": 2}\nframe = pd.read_csv("x.csv")\nframe["lang"] = frame["lang"].map(LANGUAGES)\n',
    'def load(languages=("de", "en")):\n    return [row for row in rows if row["lang"].lower() in languages]\n',
    (
        'def load(args):\n    return [row for row in rows if row["lang"].strip() in args.languages]\n'
        'parser.add_argument("--languages", nargs="+", default=["de", "en"])\n'
    ),
    (
        'def load(lang="en"):\n    return [row for row in rows if row["lang"] == lang]\n'
        'lang = settings.get("lang", "de")\n'
    ),
    (
        "class Tiles:\n    def __init__(self, folder, part):\n"
        '        self.kept = [t for t in json.load(open(folder)) if t["lang"] == part]\n'
        'Tiles("x", "de")\nTiles("x", part="en")\n'
    ),
]


@pytest.mark.parametrize("script", PICKED)
def test_a_column_has_what_rows_are_picked_by(script: str, tmp_path: Path) -> None:
    assert read(script, tmp_path).columns["lang"].values == ("de", "en")


def test_what_rows_are_picked_by_may_stand_in_another_module(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text('LANGUAGES = ["de", "en"]\n')
    script = 'from names import LANGUAGES\nframe = pd.read_csv("x.csv")\nframe = frame[frame["lang"].isin(LANGUAGES)]\n'
    assert read(script, tmp_path).columns["lang"].values == ("de", "en")


def test_a_folder_of_the_project_may_be_called_as_a_library_is(tmp_path: Path) -> None:
    """Only what the library has not is the project's own."""
    pytest.importorskip("datasets")
    (tmp_path / "datasets").mkdir()
    for module, language in (("goods", "de"), ("arrow_dataset", "fr")):
        (tmp_path / "datasets" / f"{module}.py").write_text(f'def load(rows):\n    return rows["{language}"]\n')
    columns = read("from datasets.goods import load\nfrom datasets.arrow_dataset import Dataset\n", tmp_path).columns
    assert "de" in columns
    assert "fr" not in columns


def test_a_library_that_a_stand_in_took_the_place_of_has_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "unsloth", ModuleType("unsloth"))
    assert "told" in read('from unsloth.chat import talk\nprint("told")\n', tmp_path).strings


def test_what_a_package_imports_is_read_with_its_modules(tmp_path: Path) -> None:
    package = tmp_path / "tools"
    package.mkdir()
    (package / "__init__.py").write_text("from . import readers\n")
    (package / "registry.py").write_text("READERS = {}\n")
    (package / "readers.py").write_text('def notes(rows):\n    return [row["note"].strip() for row in rows]\n')
    assert "note" in read("from tools.registry import READERS\n", tmp_path).columns


def test_the_rows_of_a_function_that_formats_many_are_texts(tmp_path: Path) -> None:
    script = """\
def prompts(rows):
    texts = []
    for asked, said in zip(rows["asked"], rows["said"]):
        texts.append(asked + said.replace("`", ""))
    return texts

SFTTrainer(model, formatting_func=prompts)
"""
    assert read(script, tmp_path).columns["said"].kind == "text"


HELD = [
    'image = Image.open(io.BytesIO(row["left"])).convert("RGB")',
    'held = io.BytesIO(row["left"])\n    image = Image.open(held)',
    'for name in ("left", "right"):\n        image = Image.open(io.BytesIO(row[name]))',
]


@pytest.mark.parametrize("opened", HELD)
def test_a_cell_that_is_opened_as_a_file_holds_its_bytes(opened: str, tmp_path: Path) -> None:
    shape = read(f"def prepare(row):\n    {opened}\n\ndata.map(prepare)\n", tmp_path).columns["left"]
    assert shape.kind == "image bytes"
    assert Image.open(io.BytesIO(rows.value("left", 0, None, shape))).format == "PNG"


def test_whether_there_is_anything_in_a_cell_says_nothing_of_it(tmp_path: Path) -> None:
    assert read('data.filter(lambda row: bool(row["told"]))\n', tmp_path).columns["told"] == ANY
    script = 'data.map(lambda row: {"label": bool(row["liked"])})\n'
    assert read(script, tmp_path).columns["liked"] == Shape("bool")


def test_a_script_that_names_a_layer_by_its_number_wants_all_of_them(tmp_path: Path) -> None:
    assert read('taps = ["encoder.layer.11"]\n', tmp_path).names_layers
    assert not read('taps = ["encoder.layer.0", "h1.5"]\n', tmp_path).names_layers


def test_a_class_is_known_by_its_own_name_whatever_it_is_imported_as(tmp_path: Path) -> None:
    text = """\
try:
    from transformers import Qwen3VLForConditionalGeneration as Model, BertModel as Unused
except ImportError:
    from transformers import AutoModelForVision2Seq as Model
model = Model.from_pretrained("a/b")
"""
    assert read(text, tmp_path).classes == ("Qwen3VLForConditionalGeneration", "AutoModelForVision2Seq")


def test_names_of_the_classes_of_each_word_tell_of_tags(tmp_path: Path) -> None:
    script = 'names = raw["train"].features["upos"].feature.names\n'
    script += 'def encode(batch):\n    return [row[0] for row in batch["upos"]]\nraw.map(encode, batched=True)\n'
    assert read(script, tmp_path).columns["upos"].kind == "tags"


def test_a_column_of_each_part_of_a_data_set_is_gone_through_as_a_whole(tmp_path: Path) -> None:
    script = 'names = raw["train"].features["intent"].names\n'
    script += 'for part in ("train", "test"):\n    for intent in raw[part]["intent"]:\n        print(names[intent])\n'
    assert read(script, tmp_path).columns["intent"].kind == "label"


def test_what_one_is_drawn_from_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import random\nfor row in rows:\n    hit = random.choice(row['positives'])\n")
    assert hints.read(str(tmp_path / "train.py"), str(tmp_path)).columns["positives"].kind == "list"


def test_a_column_of_numbers_is_picked_from_by_a_mask_where_they_are_a_batch(tmp_path: Path) -> None:
    text = """\
import pandas
frame = pandas.read_csv("proteins.csv")
mean = frame["melting"].mean()
frame = frame[frame["chain"].str.fullmatch("[A-Z]+")]
def loss(batch, mask):
    return batch["melting"][mask]
"""
    (tmp_path / "train.py").write_text(text)
    columns = hints.read(str(tmp_path / "train.py"), str(tmp_path)).columns
    assert (columns["melting"].kind, columns["chain"].kind) == ("float", "text")


def test_an_item_of_a_list_is_asked_for_by_its_place(tmp_path: Path) -> None:
    script = 'NAMES = ["bad", "good", "fair"]\ndata.map(lambda row: {"name": NAMES[row["label"]]})\n'
    assert read(script, tmp_path).columns["label"] == Shape("int", values=(0, 1, 2))
    table = script.replace('["bad", "good", "fair"]', '{"bad": 0, "good": 1}')
    assert read(table, tmp_path).columns["label"] == Shape("text", values=("bad", "good"))


def test_the_rows_of_a_mapped_function_may_have_any_name(tmp_path: Path) -> None:
    """Words that are split already are a list for each row."""
    script = 'def encode(batch):\n    return tokenizer(batch["words"], is_split_into_words=True)\n'
    script += "data.map(encode, batched=True)\n"
    assert read(script, tmp_path).columns["words"] == Shape("tokens")


def test_what_a_number_is_looked_for_in_is_a_list(tmp_path: Path) -> None:
    columns = read('data.map(lambda row: {"calm": 27 in row["labels"]})\n', tmp_path).columns
    assert columns["labels"] == Shape("list", Shape("int", values=(27, 0, 1)))


@pytest.mark.parametrize("mapped", ["lambda rows: pairs(rows, tok)", "partial(pairs, tok=tok)"])
def test_a_function_that_a_mapped_one_leads_to_sees_lists_of_values(mapped: str, tmp_path: Path) -> None:
    text = """\
def pairs(rows, tok):
    for i in range(len(rows["told"])):
        best = rows["best"][i]
        tok(rows["told"][i][best]["text"])
        print(best == 0)

load_dataset("x").map(MAPPED, batched=True)
"""
    columns = read(text.replace("MAPPED", mapped), tmp_path).columns
    assert columns["best"] == Shape("int", values=(0, 1))
    assert columns["told"].kind == "list"


def test_what_a_cell_is_not_counts_where_both_are_told_apart(tmp_path: Path) -> None:
    script = 'for row in rows:\n    role = "assistant" if row["who"] == "me" else "user"\n'
    assert read(script, tmp_path).columns["who"].values == ("me", "another")
    assert kinds.by_name("isBot") == kinds.by_name("is_bot") != "text"


def test_a_method_of_the_scripts_own_tells_what_it_does_with_a_cell(tmp_path: Path) -> None:
    script = "class Chats:\n    def __init__(self):\n        self.rows = [self.encode(row['said']) for row in rows]\n"
    script += "    def encode(self, turns):\n        return words.apply_chat_template(turns)\n"
    assert read(script, tmp_path).columns["said"].kind == "messages"


def test_what_stumbles_over_an_odd_script_says_nothing_and_the_others_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*modules: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(hints, "elements", stumbles)
    found = read('frame = pd.read_csv("x.csv")\nprint(frame["lang"].str.lower())\n', tmp_path)
    assert found.elements == hints.Hints().elements
    assert "lang" in found.columns
