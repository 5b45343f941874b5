"""The correction: run in a copy, and written to the user's file only once it is confirmed and asked for."""

from __future__ import annotations

import os
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from subprocess import run as program

import pytest

from .conftest import Ran
from .samples import HEAD, KEPT, LOOP, LOST, TRAINED

Run = Callable[..., Ran]
FIXED = LOST.replace("model = model.merge", 'model.save_pretrained("out-adapter")\nmodel = model.merge')
LINTER = ("libcst", "packaging", "pathspec", "yaml", "_yaml", "typing_extensions.py")


def test_without_fix_the_script_stays_as_it_is(run: Run) -> None:
    assert run(LOST).json["written"] is False
    assert Path("train.py").read_text() == LOST


def test_with_fix_the_confirmed_correction_is_written(run: Run) -> None:
    ran = run(LOST, "--fix")
    assert (ran.exit, ran.json["written"]) == (0, True)
    assert Path("train.py").read_text() == FIXED
    assert run(FIXED, "--fix").json["written"] is False


def test_text_says_that_it_was_written(run: Run, tmp_path: Path) -> None:
    assert f"note: the correction was written to {tmp_path / 'train.py'}" in run(LOST, "--fix", form="text").out


def test_what_is_not_confirmed_is_not_written(run: Run) -> None:
    text = LOST.replace("lr=1e-3", "lr=float('0')")
    ran = run(text, "--fix")
    assert (ran.exit, ran.json["written"]) == (1, False)
    assert Path("train.py").read_text() == text


def test_a_script_that_was_changed_while_it_ran_is_left_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_lint_runner.verdict import judging

    judge = judging.judge
    edited = LOST + "# edited\n"

    def meanwhile(facts: judging.Facts) -> judging.Verdict:
        Path("train.py").write_text(edited)
        return judge(facts)

    monkeypatch.setattr(judging, "judge", meanwhile)
    ran = run(LOST, "--fix")
    assert (ran.exit, ran.json["verdict"]) == (2, "confirmed")
    assert ran.err.endswith("train.py: was changed while it ran; nothing was written\n")
    assert Path("train.py").read_text() == edited


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_script_is_said(run: Run) -> None:
    Path("train.py").write_text(LOST)
    Path("train.py").chmod(0o444)
    assert "could not be written" in run(LOST, "--fix").err


def test_unsafe_fixes_need_their_option(run: Run) -> None:
    """An extra adapter that nobody trains is saved beside the right one: to take it out changes what is written."""
    text = (
        HEAD
        + 'model.add_adapter("extra", LoraConfig(task_type="CAUSAL_LM"))\n'
        + LOOP
        + 'model.save_pretrained("out")\n'
    )
    assert run(text).json["corrected"] == []
    assert [f["code"] for f in run(text, "--unsafe-fixes").json["corrected"]] == ["LL201"]


def test_modules_of_the_project_are_corrected_with_it(run: Run) -> None:
    Path("saving.py").write_text(
        'def save(model):\n    model = model.merge_and_unload()\n    model.save_pretrained("out")\n'
    )
    ran = run("from saving import save\n" + TRAINED + "save(model)\n", "--fix")
    assert ran.exit == 0, ran.json["reason"]
    assert "save_pretrained(" in Path("saving.py").read_text().split("merge_and_unload")[0]
    assert {a["directory"] for a in ran.json["after"]["adapters"]} == {"out-adapter"}


@pytest.fixture(scope="module")
def linter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what lora-lint needs and nothing else, as pipx makes one. Its interpreter."""
    folder = tmp_path_factory.mktemp("pipx") / "lora-lint"
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    installed = Path(__import__("libcst").__file__).parents[1]
    for name in LINTER:
        if (installed / name).exists():
            (site / name).symlink_to(installed / name)
    root = Path(__file__).resolve().parents[2]
    (site / "own.pth").write_text(f"{root / 'rules'}\n{root / 'runner'}\n")
    python = folder / "bin" / "python"
    assert program([python, "-c", "import torch"], capture_output=True, check=False).returncode != 0
    return python


def test_a_linter_without_torch_runs_scripts_in_the_users_environment(linter: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOST)
    command = [linter, "-m", "lora_lint", "--run", "train.py", "--fix", "--python", sys.executable]
    done = program(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "train.py").read_text() == FIXED


def test_the_active_environment_is_found_by_itself(linter: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(KEPT)
    env = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    done = program(
        [linter, "-m", "lora_lint", "--run", "train.py"], cwd=tmp_path, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_environment_without_torch_is_not_taken(linter: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(KEPT)
    env = {"PATH": "/nowhere", "HOME": str(tmp_path)}
    done = program(
        [linter, "-m", "lora_lint", "--run", "train.py"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "-m pip install torch transformers peft, or name another with --python" in " ".join(done.stdout.split())
