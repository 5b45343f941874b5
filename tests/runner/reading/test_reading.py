"""What the source of a script says of the rows that it reads, and the files that are made up of it."""

from __future__ import annotations

import ast
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading import asked_settings, hints
from lora_lint_runner.child.reading.cells.shape import ANY, Shape
from lora_lint_runner.child.stand_in.made_up import rows
from lora_lint_runner.child.stand_in.made_up.cells import kinds
from lora_lint_runner.child.stand_in.made_up.files import forms

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


def test_names_of_the_classes_of_each_word_tell_of_tags(tmp_path: Path) -> None:
    script = 'names = raw["train"].features["upos"].feature.names\n'
    script += 'def encode(batch):\n    return [row[0] for row in batch["upos"]]\nraw.map(encode, batched=True)\n'
    assert read(script, tmp_path).columns["upos"].kind == "tags"


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


@pytest.mark.parametrize(
    "use",
    [
        'os.path.join(root, row["audio"])',
        'Path(row["audio"]).stem',
        'row["audio"][1] == ":"',
        'resolved(row["audio"])\n\ndef resolved(path: str):\n    return path[0] + path[1:]',
    ],
)
def test_a_path_is_a_text_whatever_its_column_is_called(use: str, tmp_path: Path) -> None:
    script = f"for row in json.load(open('manifest.json')):\n    {use}\n"
    assert read(script, tmp_path).columns["audio"].kind == "text"


@pytest.mark.parametrize(
    "use",
    ['Path(root) / row["sku"]', 'root / str(row["sku"]) / "front.jpg"', 'root / row["sku"] / f"{number:02d}.jpg"'],
)
def test_what_lies_below_a_folder_is_called_by_a_short_name(use: str, tmp_path: Path) -> None:
    script = f"for row in json.load(open('manifest.json')):\n    {use}\n"
    shape = read(script, tmp_path).columns["sku"]
    assert rows.value("sku", 3, None, shape) == "sku-3"


def test_a_number_is_divided_by_another(tmp_path: Path) -> None:
    script = "for row in json.load(open('manifest.json')):\n    print(total / row['size'])\n"
    assert read(script, tmp_path).columns["size"].kind != "id"


def test_an_expression_of_polars_begins_with_a_column(tmp_path: Path) -> None:
    script = 'rows.filter(pl.col("stars") >= 4).with_columns((pl.col("stars") > 3).alias("good"), pl.col("good"))\n'
    assert {name: shape.kind for name, shape in read(script, tmp_path).columns.items()} == {"stars": "int"}


def test_a_column_is_what_it_is_used_for_under_its_new_name(tmp_path: Path) -> None:
    assert read('data = data.rename_column("soluble", "labels")\n', tmp_path).columns["soluble"] == Shape("label")
    script = 'IDS = {"bad": 0, "good": 1}\ndata = data.rename_columns({"mood": "label"})\n'
    script += 'data.map(lambda row: {"label": IDS[row["label"]]})\n'
    assert read(script, tmp_path).columns["mood"] == Shape("text", values=("bad", "good"))


@pytest.mark.parametrize("parsed", ["json.loads", "ast.literal_eval", "lambda text: json.loads(text)"])
def test_a_cell_that_is_parsed_is_a_text_of_what_is_used(parsed: str, tmp_path: Path) -> None:
    script = f'frame = pd.read_csv("x.csv")\nframe["chat"] = frame["chat"].apply({parsed})\n'
    script += "frame.chat.apply(lambda turns: words.apply_chat_template(turns, tokenize=False))\n"
    column = read(script, tmp_path).columns["chat"]
    assert (column.kind, column.items and column.items.kind) == ("json", "messages")


def test_rows_have_the_fields_of_the_class_that_is_made_of_them(tmp_path: Path) -> None:
    """Not of one that is made of a file of settings."""
    script = """
class Turn(BaseModel):
    role: Literal["user", "bot"]
    text: str

class Chat(BaseModel):
    uid: int
    turns: list[Turn]
    score: Optional[float] = None

class Settings(BaseModel):
    rate: float

settings = Settings(**yaml.safe_load(open("settings.yaml")))
chats = [Chat.model_validate_json(line) for line in open("chats.jsonl")] + [Chat(**row) for row in rows]
"""
    columns = read(script, tmp_path).columns
    turn = Shape("record", fields=(("role", Shape("text", values=("user", "bot"))), ("text", Shape("text"))))
    assert columns == {"uid": Shape("int"), "turns": Shape("list", turn), "score": Shape("float")}


def test_what_is_left_out_is_not_all_that_there_is(tmp_path: Path) -> None:
    script = 'frame = pd.read_csv("x.csv")\nframe = frame[frame["lang"] != "xx"]\n'
    assert read(script, tmp_path).columns["lang"].values == ()


def test_columns_that_are_dates(tmp_path: Path) -> None:
    script = 'a = pd.read_csv("x.csv", parse_dates=["seen"])\na["told"] = pd.to_datetime(a["told"])\n'
    columns = read(script, tmp_path).columns
    assert (columns["seen"].kind, columns["told"].kind) == ("date", "date")


def test_a_function_of_the_scripts_own_is_no_reader_of_a_library(tmp_path: Path) -> None:
    own = "def read_table(path):\n    return pd.read_json(path)\nframe = read_table(path)\n"
    assert read(own, tmp_path).read == {"json"}
    assert "table" in read("frame = pd.read_table(path)\n", tmp_path).read


def test_a_picture_below_masks_tells_of_classes(tmp_path: Path) -> None:
    for name in ("images/0.png", "masks/0.png"):
        forms.write(str(tmp_path / name), [{}], "png")
    pictures = [Image.open(tmp_path / name) for name in ("images/0.png", "masks/0.png")]
    assert [picture.mode for picture in pictures] == ["RGB", "L"]
    assert pictures[1].getextrema() == (0, 1)


def test_a_part_of_settings_may_have_the_name_of_the_whole() -> None:
    text = 'import yaml\nwhole = yaml.safe_load(file)\nwhole = whole["dpo"]\nprint(float(whole["rate"]))\n'
    assert asked_settings.asked([ast.parse(text)])["dpo"]["rate"] == "value"


@pytest.mark.parametrize("test", ['frame.thumb.str.strip().str.lower().eq("up")', 'frame["thumb"].str.lower() == "up"'])
def test_a_column_whose_texts_are_compared_has_that_text_and_another(test: str, tmp_path: Path) -> None:
    script = f'frame = pd.read_csv("x.csv")\nframe["label"] = {test}\n'
    assert read(script, tmp_path).columns["thumb"].values == ("up", "another")


def test_a_cell_that_a_pattern_takes_apart_is_one_that_it_matches(tmp_path: Path) -> None:
    script = r"""
CODE = re.compile(r"([A-Z])(\d\d)$")
def chapter(code):
    found = CODE.match(code.strip().upper())
    return found.group(1)
chapters = [chapter(row["code"]) for row in rows]
plain = [row for row in rows if re.match(r"[A-Z]+", row["name"])]
"""
    columns = read(script, tmp_path).columns
    assert {text[0] for text in columns["code"].values} == set("ABCDEFGH")
    assert columns["name"].values == (), "it may be there to leave them out"


def test_a_column_whose_values_are_gone_through_has_cells_as_each_is_used(tmp_path: Path) -> None:
    script = """\
class Essays(Dataset):
    def __init__(self, frame):
        self.texts = [clean(text.strip()) for text in frame["essay"].values]
        self.marks = frame["mark"].values.astype("float32")
"""
    columns = read(script, tmp_path).columns
    assert (columns["essay"].kind, columns["mark"].kind) == ("text", "float")


@pytest.mark.parametrize(
    ("reader", "suffix"), [("soundfile", ".wav"), ("torchaudio.transforms", ".wav"), ("PIL", ".png")]
)
def test_the_names_of_files_are_of_what_the_script_reads(reader: str, suffix: str, tmp_path: Path) -> None:
    script = f'import {reader}\nfor row in rows:\n    print(row["file_name"])\n'
    met = SimpleNamespace(cells={}, told_columns=[])
    run: Any = SimpleNamespace(spec=SimpleNamespace(learned={}), met=met, hints=read(script, tmp_path))
    assert str(rows.told(run, "file_name", 0, "0.png")).endswith(suffix)


def test_a_cell_to_which_a_number_is_added_is_one(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text('def cut(row):\n    return row["offset"] + 0.1\n\n\nrows = rows.map(cut)\n')
    assert hints.read(str(script), str(tmp_path)).columns["offset"].kind == "int"
