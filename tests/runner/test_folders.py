"""Which scripts of a folder are run: those that work on a PEFT model by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint_runner.options import UsageError
from lora_lint_runner.scripts import find

from .samples import KEPT

TRAINS = "from peft import LoraConfig\nfrom transformers import Trainer\nTrainer(LoraConfig()).train()\n"


def found(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return [path.stem for path in find([folder])]


def test_a_trainer_that_no_name_holds_trains(tmp_path: Path) -> None:
    assert found(tmp_path, tune=TRAINS, plain="print(1)\n") == ["tune"]


def test_what_another_script_imports_is_a_part_of_that(tmp_path: Path) -> None:
    assert found(tmp_path, parts=TRAINS, tune="import parts\n" + KEPT) == ["tune"]


def test_a_module_of_the_same_name_elsewhere_is_another(tmp_path: Path) -> None:
    assert found(tmp_path, train=TRAINS, other="from vendor.train import x\n") == ["train"]


def test_what_only_talks_of_training_is_not_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no script in it works on a PEFT model"):
        found(tmp_path, notes='"""peft: Trainer().train() and save_pretrained()"""\n')


def test_a_script_that_is_no_python_is_run_to_be_told_so(tmp_path: Path) -> None:
    assert found(tmp_path, broken="from peft import (\n") == ["broken"]
