"""The correction: run in a copy, and written to the user's file only once it is confirmed and asked for."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path
from subprocess import run as program

import pytest

from .conftest import Run
from .samples import HEAD, KEPT, LOOP, LOST, TRAINED

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


def test_what_is_not_confirmed_is_not_written_and_that_is_said(run: Run) -> None:
    text = LOST.replace("lr=1e-3", "lr=0.0")
    ran = run(text, "--fix")
    assert ran.exit != 0
    assert "the correction was not written, since it is not confirmed" in ran.json["notes"]
    assert Path("train.py").read_text() == text


def test_a_save_site_is_told_by_its_line_in_the_corrected_script_and_as_written(run: Run) -> None:
    """The new save stands for the merge, before which it was put."""
    merge = LOST.splitlines().index("model = model.merge_and_unload()") + 1
    ran = run(LOST)
    assert [(s["line"], s["written_line"]) for s in ran.json["sites"]] == [(merge, merge), (merge + 2, merge + 1)]


def test_text_says_that_it_was_written(run: Run, tmp_path: Path) -> None:
    assert f"note: the correction was written to {tmp_path / 'train.py'}" in run(LOST, "--fix", form="text").out


def test_what_is_not_confirmed_is_not_written(run: Run) -> None:
    text = LOST.replace("lr=1e-3", "lr=float('0')")
    ran = run(text, "--fix")
    assert (ran.exit, ran.json["written"]) == (1, False)
    assert Path("train.py").read_text() == text


def test_a_script_that_was_changed_while_it_ran_is_left_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_lint_runner.verdict import judging
    from lora_lint_runner.verdict.facts import Facts
    from lora_lint_runner.verdict.words import Verdict

    judge = judging.judge
    edited = LOST + "# edited\n"

    def meanwhile(facts: Facts) -> Verdict:
        Path("train.py").write_text(edited)
        return judge(facts)

    monkeypatch.setattr(judging, "judge", meanwhile)
    ran = run(LOST, "--fix")
    assert (ran.exit, ran.json["verdict"]) == (2, "confirmed")
    assert "train.py: the correction was not written: it was changed by somebody else meanwhile" in ran.err
    assert Path("train.py").read_text() == edited


def test_a_read_only_script_is_said(run: Run) -> None:
    Path("train.py").write_text(LOST)
    Path("train.py").chmod(0o444)
    assert "train.py: the correction was not written: it is read-only" in run(LOST, "--fix").err
    assert Path("train.py").read_text() == LOST


def test_encoding_mode_and_link_stay(run: Run) -> None:
    text = f'# -*- coding: latin-1 -*-\nAUTHOR = "J\u00fcrgen"\n{LOST}'
    real = Path("real.py")
    real.write_bytes(text.encode("latin-1"))
    real.chmod(0o755)
    Path("train.py").symlink_to(real)
    ran = run(None, "--fix")
    assert ran.json["written"] is True
    assert Path("train.py").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o755
    assert real.read_bytes().decode("latin-1") == text.replace(LOST, FIXED)


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


def test_of_several_files_all_are_written_or_none(run: Run) -> None:
    """The script calls for a fix in each of its two modules, and one of them cannot be written."""
    for name in ("first", "second"):
        Path(f"{name}.py").write_text(
            f'def {name}(model):\n    model = model.merge_and_unload()\n    model.save_pretrained("{name}")\n'
        )
    script = (
        "import copy\nfrom first import first\nfrom second import second\n"
        + TRAINED
        + "first(copy.deepcopy(model))\nsecond(model)\n"
    )
    before = {name: Path(name).read_text() for name in ("first.py", "second.py")}
    Path("second.py").chmod(0o444)
    ran = run(script, "--fix")
    assert (ran.exit, ran.json["written"]) == (2, False), ran.json["reason"]
    assert {name: Path(name).read_text() for name in before} == before
    Path("second.py").chmod(0o644)
    assert run(script, "--fix").json["written"] is True
    assert all(Path(name).read_text() != text for name, text in before.items())


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


@pytest.mark.slow
def test_a_linter_without_torch_runs_scripts_in_the_users_environment(linter: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LOST)
    command = [linter, "-m", "lora_lint", "--run", "train.py", "--fix", "--python", sys.executable]
    done = program(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "train.py").read_text() == FIXED


@pytest.mark.slow
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
