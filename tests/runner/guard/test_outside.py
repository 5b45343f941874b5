"""Files outside of the project that a script changes: it goes on as if it had, and the user's own stay as they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT

CHANGES = {
    "written over in part": 'open(FILE, "r+").write("zz"); assert open(FILE).read() == "zzd"',
    "appended to": 'open(FILE, "a").write("er"); assert open(FILE).read() == "older"',
    "cut off": "os.truncate(FILE, 1); assert os.path.getsize(FILE) == 1",
    "renamed": (
        'os.rename(FILE, FILE + ".bak"); assert not os.path.exists(FILE); assert open(FILE + ".bak").read() == "old"'
    ),
    "made private": "os.chmod(FILE, 0o600); assert os.stat(FILE).st_mode & 0o777 == 0o600",
    "opened by number": "os.pwrite(os.open(FILE, os.O_RDWR), b'zz', 0); assert open(FILE).read() == 'zzd'",
    "moved as a folder": (
        "import shutil; HOME = os.path.dirname(FILE); shutil.move(HOME, HOME + '.bak'); "
        "assert not os.path.exists(HOME) and open(os.path.join(HOME + '.bak', 'notes.txt')).read() == 'old'"
    ),
}


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A file beside the project. At the end of the test it must be as it was."""
    file = tmp_path.parent / f"{tmp_path.name}-outside" / "notes.txt"
    file.parent.mkdir()
    file.write_text("old")
    mode = file.stat().st_mode
    yield file
    assert (file.read_text(), file.stat().st_mode) == ("old", mode)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_outside_is_changed_for_the_script_alone(run: Run, outside: Path, change: str) -> None:
    ran = run(f"import os\nFILE = {str(outside)!r}\n{change}\n{KEPT}")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_a_script_that_is_started_from_elsewhere_writes_into_its_own_project(
    lora_lint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    (project / "rows").mkdir(parents=True)
    text = KEPT.replace('"out"', '"../out"')
    (project / "train.py").write_text("import os\nos.chdir(os.path.join(os.path.dirname(__file__), 'rows'))\n" + text)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = lora_lint("--run", project / "train.py", "--python", sys.executable, "--output-format", "json")
    after = ran.json["after"]
    assert [a["directory"] for a in after["adapters"]] == ["../project/out"]
    assert [text for text in after["neutralised"] if "outside of the project" in text] == []


def test_what_is_missing_outside_is_told_by_its_own_name(run: Run, outside: Path) -> None:
    missing = outside.with_name("missing.txt")
    ran = run(f'open({str(missing)!r}, "r+")\n{KEPT}', "--no-made-up-rows")
    assert ran.json["reason"].startswith(f"train.py:1: file not found: {missing} (give it, ")
    assert not [line for line in ran.json["after"]["output"] if "lora-lint-run" in line]


def test_a_trainer_gives_its_own_output_directory_back_to_the_script(run: Run, outside: Path) -> None:
    """What a callback saves below `args.output_dir` lies where the script wanted it."""
    text = f"""\
import os
import shutil
from datasets import Dataset
from transformers import Trainer, TrainerCallback, TrainingArguments

class Keep(TrainerCallback):
    def on_train_end(self, args, state, control, **given):
        given["model"].save_pretrained(os.path.join(args.output_dir, "adapter"))

os.makedirs({str(outside.parent / "runs")!r})
assert shutil.disk_usage({str(outside.parent / "runs")!r}).free
rows = Dataset.from_list([{{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}}] * 8)
args = TrainingArguments({str(outside.parent / "runs")!r}, save_strategy="no", report_to="none")
Trainer(model, args, train_dataset=rows, callbacks=[Keep()]).train()
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["after"]["adapters"][0]["directory"] == str(outside.parent / "runs" / "adapter")
