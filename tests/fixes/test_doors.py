"""Whoever asks for corrections gets the same ones: of a text, of files, of a script with its modules, in an editor."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import lora_lint
from lora_lint import Change, Workspace, fix_notebook, fix_paths, fix_script, fix_source, fix_text
from lora_lint.fixes.applying.rounds import Rounds, Texts

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

config = LoraConfig(task_type="CAUSAL_LM")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
"""
# the trainer would wrap a second time; once it does not, the merge below is seen to lose the adapter
TAIL = """\
trainer = SFTTrainer(model=model, args=SFTConfig(output_dir="sft", save_strategy="no"), peft_config=config)
trainer.train()
merged = trainer.model.merge_and_unload()
merged.save_pretrained("out")
"""
FIXED = """\
trainer = SFTTrainer(model=model, args=SFTConfig(output_dir="sft", save_strategy="no"))
trainer.train()
trainer.model.save_pretrained("out-adapter")
merged = trainer.model.merge_and_unload()
merged.save_pretrained("out")
"""


def in_editor(path: Path) -> str:
    workspace = Workspace()
    workspace.set_text(path, HEAD + TAIL)
    return workspace.fix(path)[None]


@pytest.mark.parametrize(
    "door",
    [
        lambda path: fix_source(HEAD + TAIL, str(path)).text,
        lambda path: fix_text(path, path.read_bytes()).changes[0].after.decode(),
        lambda path: fix_paths([path]).changes[0].after.decode(),
        lambda path: fix_script(path).changes[0].after.decode(),
        in_editor,
    ],
    ids=["fix_source", "fix_text", "fix_paths", "fix_script", "Workspace.fix"],
)
def test_a_finding_that_a_fix_uncovers_is_corrected_too(door: Callable[[Path], str], tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(HEAD + TAIL)
    assert door(script) == HEAD + FIXED
    assert script.read_text() == HEAD + TAIL


def test_a_notebook_is_corrected_cell_by_cell(tmp_path: Path) -> None:
    cells = {1: HEAD, 3: TAIL, 4: "what is no Python"}
    corrected = {1: HEAD, 3: FIXED, 4: "what is no Python"}
    assert fix_notebook(cells, "train.ipynb").cells == corrected

    blank = {"cell_type": "markdown", "source": ""}
    code = [{"cell_type": "code", "source": cells[number]} if number in cells else blank for number in range(1, 5)]
    script = tmp_path / "train.ipynb"
    script.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert Workspace().fix(script) == corrected
    [change] = fix_script(script).changes
    assert {n: "\n".join(lines) for n, lines in lora_lint.lines_in(change.path, change.after).items()} == corrected


def test_a_workspace_holds_what_it_held_before_a_correction(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("")
    workspace = Workspace()
    workspace.set_text(script, HEAD + TAIL)
    workspace.fix(script)
    assert [f.name for f in workspace.check(script)] == ["wrapped-twice"]
    workspace.set_text(script, None)
    assert workspace.check(script) == []


def test_what_another_process_makes_of_a_file_meanwhile_is_not_what_is_corrected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "train.py"
    script.write_text(HEAD + TAIL)
    run = Rounds.run

    def meanwhile(rounds: Rounds, texts: Texts) -> None:
        script.write_text("print(1)\n")
        run(rounds, texts)

    monkeypatch.setattr(Rounds, "run", meanwhile)
    corrected = fix_paths([script])
    assert [f.name for f in corrected.applied] == ["wrapped-twice", "save-after-merge"]
    assert corrected.changes == [Change(str(script), (HEAD + TAIL).encode(), (HEAD + FIXED).encode())]


def test_a_file_in_another_encoding_is_corrected_in_it(tmp_path: Path) -> None:
    cookie = '# -*- coding: latin-1 -*-\nAUTHOR = "Jürgen"\n'
    script = tmp_path / "train.py"
    script.write_bytes((cookie + HEAD + TAIL).encode("latin-1"))
    [change] = fix_script(script).changes
    assert change.after.decode("latin-1") == cookie + HEAD + FIXED

    workspace = Workspace()
    workspace.set_text(script, f"{cookie}{HEAD}author = 'Jürgen'; {TAIL}")
    [finding] = workspace.check(script)
    assert finding.location.column == len("author = 'Jürgen'; trainer = ") + 1
    assert workspace.fix(script)[None] == f"{cookie}{HEAD}author = 'Jürgen'; {FIXED}"


def test_a_script_keeps_what_its_settings_turn_off_for_it(tmp_path: Path) -> None:
    (tmp_path / "lora-lint.toml").write_text('[per-file-ignores]\n"train.py" = ["wrapped-twice"]\n', encoding="utf-8")
    (tmp_path / "train.py").write_text(HEAD + TAIL, encoding="utf-8")
    fixed = fix_script(tmp_path / "train.py")
    assert "wrapped-twice" not in [finding.name for finding in (*fixed.applied, *fixed.remaining)]


def test_what_goes_wrong_in_the_installed_release_is_corrected_whatever_the_project_asks_for(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("trl==0.10.1\n", encoding="utf-8")
    script = tmp_path / "train.py"
    script.write_text(HEAD + TAIL, encoding="utf-8")
    assert [f.name for f in fix_script(script).applied] == ["save-after-merge"]
    installed = fix_script(script, runs_with={"trl": "1.16.0"})
    assert [f.name for f in installed.applied] == ["wrapped-twice", "save-after-merge"]
    assert installed.changes[0].after.decode() == HEAD + FIXED


def test_what_goes_wrong_in_the_release_that_is_asked_for_is_corrected_whatever_is_installed(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("peft==0.6.0\n", encoding="utf-8")
    script = tmp_path / "train.py"
    train = "from transformers import Trainer\nTrainer(model, train_dataset=rows).train()\n"
    save = "model.save_pretrained('out', state_dict=get_peft_model_state_dict(model))\n"
    script.write_text(HEAD.replace("LoraConfig, ", "LoraConfig, get_peft_model_state_dict, ") + train + save)
    assert [f.name for f in fix_script(script, runs_with={"peft": "0.21.2"}).applied] == ["peft-too-old"]
