"""What a script does with a cell tells what is in it."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading import asked_settings, hints
from lora_lint_runner.child.reading.cells.shape import Shape
from lora_lint_runner.child.stand_in.made_up import rows
from lora_lint_runner.child.stand_in.made_up.files import forms


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


@pytest.mark.parametrize(
    "label",
    [
        'table["rich"] = (table["income"] == ">50K").astype(int)',
        'table["rich"] = table["income"] == ">50K"',
        'table["rich"] = np.where(table["income"] == ">50K", 1, 0)',
        'data = data.map(lambda row: {"label": int(row["income"] == ">50K")})',
        'data = data.map(lambda row: {"label": row["income"] == ">50K"})',
    ],
)
def test_a_label_that_is_made_of_one_answer_is_also_of_another(label: str, tmp_path: Path) -> None:
    script = f'table = pd.read_csv("census.csv")\ndata = load_dataset("acme/census")\n{label}\n'
    assert set(read(script, tmp_path).columns["income"].values) == {">50K", "another"}


def test_a_column_that_an_argument_names_is_handed_on_as_a_whole(tmp_path: Path) -> None:
    script = """\
def numbers(values):
    for value in values:
        if value not in (0, 1, 2):
            raise ValueError(value)

def load(path, label_column="stars"):
    frame = pd.read_csv(path)
    frame = frame[frame[label_column].notna()]
    return numbers(frame[label_column])
"""
    assert read(script, tmp_path).columns["stars"] == Shape("int", values=(0, 1, 2))


def test_what_is_weighed_is_a_number(tmp_path: Path) -> None:
    script = """\
WEIGHTS = {"helpfulness": 0.65, "verbosity": -0.4}

def overall(row):
    return sum(weight * row[name] for name, weight in WEIGHTS.items())
"""
    assert {name: shape.kind for name, shape in read(script, tmp_path).columns.items()} == {
        "helpfulness": "int",
        "verbosity": "int",
    }


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


def test_a_cell_of_which_a_part_of_a_time_is_cut_out_as_a_number_is_a_date(tmp_path: Path) -> None:
    script = 'for row in csv.DictReader(file):\n    night = int(row["taken"][11:13]) > 20\n'
    assert read(script, tmp_path).columns["taken"].kind == "date"
    assert read(script.replace("11:13", "1:3"), tmp_path).columns["taken"].kind != "date"


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


def test_a_part_that_is_gone_through_under_its_own_name_has_an_end() -> None:
    text = "import yaml\nfor name, part in yaml.safe_load(file).items():\n    for name, part in part.items():\n"
    found = asked_settings.asked([ast.parse(text + '        print(part["rate"])\n')], through=True)
    assert found == {"*": {"rate": "value", "*": {"rate": "value"}}}


def test_what_is_called_of_a_setting_is_no_setting_and_a_list_is_added_to_one() -> None:
    text = 'import yaml\nwhole = yaml.safe_load(file)["run"]\nname = whole["name"]\nname = name.replace("a", "b")\n'
    text += 'tags = whole["tags"] + (["quick"] if quick else [])\n'
    assert asked_settings.asked([ast.parse(text)])["run"] == {"name": "value", "tags": "list"}


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


@pytest.mark.parametrize(
    "turn",
    [
        '{"role": "assistant", "content": row["label"]}',
        '{"from": "gpt", "value": row["label"] or "none"}',
        '{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": row["label"]}]}',
    ],
)
def test_what_is_said_in_a_chat_is_a_text(turn: str, tmp_path: Path) -> None:
    assert read(f"rows.map(lambda row: [{turn}])\n", tmp_path).columns["label"] == Shape("text")


@pytest.mark.parametrize(
    "use",
    [
        "frame[NAMES].to_numpy(dtype=np.float64)",
        'frame[["load"]].astype("float32")',
        "torch.tensor(frame[NAMES].values, dtype=torch.float32)",
        'np.asarray(frame["load"], dtype=np.float32)',
        'torch.FloatTensor(frame["load"].to_numpy())',
    ],
)
def test_columns_of_which_an_array_of_numbers_is_made_hold_numbers(use: str, tmp_path: Path) -> None:
    script = f"NAMES = ['load', 'oil']\nframe = pd.read_csv('loads.csv')\nvalues = {use}\n"
    assert read(script, tmp_path).columns["load"].kind == "float"


@pytest.mark.parametrize("part", ["", '["train"]'])
def test_a_data_set_is_asked_for_one_of_its_columns_as_it_is_loaded(part: str, tmp_path: Path) -> None:
    script = f'for picture in load_dataset("ada/dogs"){part}["photo"]:\n    picture.convert("RGB")\n'
    assert {name: shape.kind for name, shape in read(script, tmp_path).columns.items()} == {"photo": "image"}


def test_a_cell_that_is_cut_is_the_same_cell(tmp_path: Path) -> None:
    script = """\
def labelled(row):
    row["label"] = row["label"][:8]
    assert row["label"][0] in ("+", "-")

rows.map(labelled)
"""
    shape = read(script, tmp_path).columns["label"]
    assert shape.kind == "list"
    assert shape.items is not None
    assert shape.items.values == ("+", "-")


def test_a_column_may_be_called_by_an_option(tmp_path: Path) -> None:
    script = """\
def texts(path, field):
    for line in open(path):
        row = json.loads(line)
        said = row.get(field)
        yield said.strip()

parser.add_argument("--text-field", default="final_reasoning")
args = parser.parse_args()
texts("rows.jsonl", args.text_field)
"""
    assert read(script, tmp_path).columns["final_reasoning"].kind == "text"
