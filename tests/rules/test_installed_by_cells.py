"""A notebook runs with the releases that its own cells install."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lora_lint
from lora_lint.engine.session import Session
from lora_lint.project.project import Project
from lora_lint.settings.config import Config
from lora_lint.source.notebook import document_of_cells

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTTrainer

config = LoraConfig(r=8, target_modules=["q_proj"], task_type="CAUSAL_LM")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("m"), config)
"""


def told_of(folder: Path, *cells: str) -> list[str]:
    """What is said of a notebook."""
    notebook = folder / "train.ipynb"
    written = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
    notebook.write_text(json.dumps({"cells": written, "metadata": {}, "nbformat": 4}))
    return [finding.message for finding in lora_lint.check_paths([notebook]).findings]


TWICE = HEAD + "trainer = SFTTrainer(model, train_dataset=rows, peft_config=config)\ntrainer.train()\n"
TWICE += "trainer.save_model('out')\n"
NEW = "model = get_peft_model(base, LoraConfig(exclude_modules=['lm_head']))\n"  # since peft 0.14
INSTALLS = [
    '!pip install -q peft "trl<0.9.0"',
    "%pip install -U --index-url https://example.org/simple trl==0.7.10  # as it was then",
    "import torch\n!uv pip install peft \\\n  trl==0.8.6",
    "%%bash\npython -m pip install trl==0.8.6",
    "!pip install git+https://github.com/huggingface/trl@a3c5b71",
]


@pytest.mark.parametrize("cell", INSTALLS)
def test_a_notebook_runs_with_what_its_cells_install(tmp_path: Path, cell: str) -> None:
    assert told_of(tmp_path, cell, TWICE) == []


def test_what_a_cell_installs_is_named_by_its_cell(tmp_path: Path) -> None:
    assert "ValueError" in told_of(tmp_path, "!pip install -q trl -r trl==0.7.10", TWICE)[0]
    [message] = told_of(tmp_path, "import os", "import sys\n!pip install peft==0.11.1", HEAD + NEW)
    assert "train.ipynb:cell 2:2" in message


def test_a_notebook_that_is_open_in_an_editor_may_install_another_release(tmp_path: Path) -> None:
    session, notebook = Session(Config(), Project(tmp_path)), tmp_path / "train.ipynb"
    for release, findings in (("0.7.10", 0), ("1.0", 1), ("0.7.10", 0)):
        document = document_of_cells(str(notebook), {1: f"!pip install trl=={release}", 2: TWICE})
        assert len(session.analyze(document, notebook).findings) == findings
