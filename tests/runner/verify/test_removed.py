"""Adapters that the script itself removes: the line is told, and what may be somewhere else is not said to be gone."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, TRAINER

BY_TRAINER = 'Trainer(model=model, args=TrainingArguments("runs", report_to="none"), train_dataset=rows).train()\n'
CHECKPOINT = HEAD + TRAINER + BY_TRAINER
CLEARED = """
import shutil
from pathlib import Path

for folder in Path("runs").glob("checkpoint-*"):
    shutil.rmtree(folder)
"""
ROW = CHECKPOINT.count("\n") + CLEARED.count("\n")


def test_failed_where_the_only_adapter_lay_in_checkpoints_that_the_script_removes(run: Run) -> None:
    ran = run(CHECKPOINT + CLEARED, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
    assert ran.json["reason"] == f"the adapter was in runs/checkpoint-2, and the script removed it (train.py:{ROW})"


def test_files_that_pathlib_removes_are_removed_too(run: Run) -> None:
    text = (
        'from pathlib import Path\nfor file in Path("runs").glob("*/adapter_model.safetensors"):\n    file.unlink()\n'
    )
    ran = run(CHECKPOINT + text, "--ignore", "LL")
    assert ran.json["reason"].startswith("the adapter was in runs/checkpoint-2, and the script removed it (train.py:")


def test_the_line_that_removes_what_was_saved_is_told(run: Run) -> None:
    ran = run(KEPT + 'import shutil\nshutil.rmtree("out")\n')
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert ran.json["reason"].endswith(f": the script removed it (train.py:{KEPT.count(chr(10)) + 2})")


@pytest.mark.parametrize(
    "before",
    [
        'shutil.copytree("runs/checkpoint-2", "best")',
        'shutil.make_archive("best", "zip", "runs/checkpoint-2")',
        'api.upload_folder(repo_id="you/it", folder_path="runs/checkpoint-2")',
        'os.system("rsync -a runs/ host:runs")',
    ],
)
def test_what_was_brought_elsewhere_is_not_gone(run: Run, before: str) -> None:
    text = f"import shutil\nfrom huggingface_hub import HfApi\napi = HfApi()\n{before}\n"
    ran = run(CHECKPOINT + text + CLEARED, "--ignore", "LL")
    assert ran.exit in (0, 3)
    assert "removed" not in ran.json["reason"]


def test_checkpoints_that_a_trainer_removes_by_itself_are_its_own_matter(run: Run) -> None:
    options = '"runs", report_to="none", save_steps=1, save_total_limit=1'
    ran = run(CHECKPOINT.replace('"runs", report_to="none"', options), "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_of_several_models_the_scores_may_have_been_wanted(run: Run) -> None:
    body = (CHECKPOINT[CHECKPOINT.index("base =") :] + CLEARED).replace("\n", "\n    ")
    ran = run(CHECKPOINT[: CHECKPOINT.index("base =")] + f"for fold in range(2):\n    {body}\n", "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (3, "inconclusive"), ran.json["reason"]
    assert "the adapter was in runs/checkpoint-" in ran.json["reason"]
