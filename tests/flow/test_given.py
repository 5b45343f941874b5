"""A function of another module that is only given away: to a command line, a launcher, a pool. It will be called."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint

FIT = """
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def fit(args=None):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny"), LoraConfig(task_type="CAUSAL_LM"))
    trainer = Trainer(model, TrainingArguments("tmp", save_strategy="no"), train_dataset=rows)
    trainer.train()
    model.merge_and_unload().save_pretrained("out")
"""

GIVEN = {
    "commands by name": "import fire\nfrom steps import fit\nfire.Fire({'fit': fit})",
    "a group of commands": "import click\nfrom steps import fit\ncli = click.Group()\ncli.add_command(fit)\ncli()",
    "a decorator, called": "import typer\nimport steps\napp = typer.Typer()\napp.command()(steps.fit)\napp()",
    "processes": "import torch.multiprocessing as mp\nfrom steps import fit\nmp.spawn(fit, nprocs=2)",
    "a launcher": "from accelerate import notebook_launcher\nfrom steps import fit\nnotebook_launcher(fit, ())",
    "a cluster": "import ray\nfrom steps import fit\nray.get(ray.remote(fit).remote())",
    "a search": "from ray import tune\nfrom steps import fit\ntune.run(fit, config={})",
    "a list": "from somewhere import run_all\nfrom steps import fit\nrun_all([fit])",
}


def names_found(folder: Path, main: str) -> list[str]:
    (folder / "steps.py").write_text(FIT, encoding="utf-8")
    (folder / "main.py").write_text(main + "\n", encoding="utf-8")
    return [f"{Path(f.filename).name}: {f.name}" for f in lora_lint.check_paths([folder]).findings]


@pytest.mark.parametrize("main", GIVEN.values(), ids=GIVEN)
def test_what_is_given_away_is_run(main: str, tmp_path: Path) -> None:
    assert names_found(tmp_path, main) == ["steps.py: save-after-merge"]


def test_what_is_only_imported_is_not(tmp_path: Path) -> None:
    assert names_found(tmp_path, "from steps import fit\nprint('nothing to do')") == []


def test_what_is_given_away_and_called_is_run_as_it_is_called(tmp_path: Path) -> None:
    main = "import atexit\nfrom steps import fit\natexit.register(fit)\nfit()"
    assert names_found(tmp_path, main) == ["steps.py: save-after-merge"]


def test_what_a_package_offers_is_run_where_the_project_does_not_use_it(tmp_path: Path) -> None:
    package = tmp_path / "tuning"
    package.mkdir()
    (package / "steps.py").write_text(FIT, encoding="utf-8")
    (package / "__init__.py").write_text("from tuning.steps import fit\nfrom .names import NAMES\n", encoding="utf-8")
    (package / "names.py").write_text("NAMES = ()\n", encoding="utf-8")
    assert [f.name for f in lora_lint.check_paths([tmp_path]).findings] == ["save-after-merge"]
    (tmp_path / "main.py").write_text("from tuning import NAMES\nprint(NAMES)\n", encoding="utf-8")
    assert lora_lint.check_paths([tmp_path]).findings == []
