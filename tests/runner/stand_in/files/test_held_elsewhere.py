"""Files that a script looks for where its author had them, and that the project holds at another place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

ELSEWHERE = {
    "read": "frame = pd.read_json('/home/ada/project/data/train.json')\n",
    "asked for": (
        "path = '/content/drive/MyDrive/data/train.json'\nif not os.path.exists(path):\n"
        "    raise SystemExit('no data')\nframe = pd.DataFrame(json.load(open(path)))\n"
    ),
    "loaded": "frame = load_dataset('json', data_files='/srv/data/train.json', split='train').to_pandas()\n",
}


@pytest.mark.parametrize("reads", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_file_that_the_project_holds_elsewhere_is_that_one(run: Run, tmp_path: Path, reads: str) -> None:
    for folder, answer in (("data", "its own"), ("old/archive", "another")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "train.json").write_text(json.dumps([{"answer": answer}] * 4))
    head = "import json, os\nimport pandas as pd\nfrom datasets import load_dataset\n"
    ran = run(head + reads + "assert set(frame['answer']) == {'its own'}\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "the project's own data/train.json in its place" in str(ran.json["after"]["neutralised"])


def test_what_lies_beside_a_file_that_the_project_holds_elsewhere_is_there_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for place in range(40):  # more than there are attempts
        (tmp_path / "data" / f"{place}.json").write_text(json.dumps(place))
    text = "import json\nfor place in range(40):\n"
    text += "    assert json.load(open(f'/home/ada/project/data/{place}.json')) == place\n"
    text += "with open('/home/ada/project/data/0.json', 'w') as file:\n    file.write('written')\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert (tmp_path / "data" / "0.json").read_text() == "0"


def test_nothing_is_put_beside_the_users_own_files(run: Run, tmp_path: Path) -> None:
    for name in ("data/joint/0.json", "data/apart/0.json", "data/apart/1.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name[-6:-5])
    text = "import json\nprint([json.load(open(f'data/joint/{place}.json')) for place in range(2)])\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "the project's own data/apart/1.json in its place" in str(ran.json["after"]["neutralised"])
    assert sorted(path.name for path in (tmp_path / "data" / "joint").iterdir()) == ["0.json"]


def test_settings_that_the_project_holds_elsewhere_are_those(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "default.toml").write_text('word = "its own"\n')
    text = """\
import tomllib
from pathlib import Path

path = Path("~/git/project/config/default.toml").expanduser()
if not path.exists():
    raise FileNotFoundError(f"no settings: {path}")
assert tomllib.loads(path.read_text())["word"] == "its own"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
