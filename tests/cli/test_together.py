"""Options that would have no effect beside others, or another one than was meant: said, and nothing is touched."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, FIXED, Said

Lint = Callable[..., Said]


@pytest.fixture(autouse=True)
def train(folder: Path) -> Path:
    (folder / "train.py").write_text(BAD)
    return folder / "train.py"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--diff", "--add-noqa"], "--add-noqa and --diff are two commands: choose one"),
        (["--watch", "--fix"], "--watch and --fix are two commands: choose one"),
        (["--write-baseline", "known.json", "--diff"], "--write-baseline and --diff are two commands: choose one"),
        (
            ["--fix", "--exit-zero", "--exit-non-zero-on-fix"],
            "--exit-zero and --exit-non-zero-on-fix ask for different exit codes: choose one",
        ),
        (["--rules", "-o", "rules.txt"], "--output-file takes findings, and --rules has none"),
        (["--diff", "--output-format", "json"], "--output-format json is for findings: what --diff prints is text"),
        (
            ["--statistics", "--output-format", "sarif"],
            "--output-format sarif is for findings: what --statistics prints is text or json",
        ),
        (["-o", "train.py"], "--output-file: train.py is a script by its name; findings would take its place"),
        (["--fix", ""], "a path is empty: is a variable of the shell not set?"),
        (["-", "train.py"], "`-` is linted by itself: name no other files beside it"),
        (
            ["--fix", "train.py", "--stdin-filename", "train.py"],
            "--stdin-filename names what is read from `-`, not a file on disk",
        ),
    ],
)
def test_what_does_not_go_together(folder: Path, lint: Lint, argv: list[str], said: str) -> None:
    assert lint(*argv) == Said(2, "", f"lora-lint: {said}\n")
    assert {p.name for p in folder.iterdir()} == {".git", "train.py"}
    assert (folder / "train.py").read_text() == BAD


def test_a_name_for_standard_input_means_standard_input(folder: Path, program: Callable[..., Said]) -> None:
    (folder / "other.py").write_text(BAD)
    said = program("--fix", "--stdin-filename", "train.py", stdin=BAD.encode())
    assert (said.code, said.out) == (0, FIXED)
    assert [(folder / name).read_text() for name in ("train.py", "other.py")] == [BAD, BAD]


def test_check_is_the_command_that_is_typed_for_ruff(folder: Path, lint: Lint) -> None:
    assert lint("check", ".") == lint(".")
    assert lint("check").code == 1
    (folder / "check").mkdir()
    assert lint("check").err == "lora-lint: there are no Python files to lint here\n"


def test_a_trace_goes_into_the_file_that_was_asked_for(folder: Path, lint: Lint) -> None:
    assert lint("--trace", "train.py", "-o", "trace.json") == Said(0, "", "")
    assert (folder / "trace.json").read_text() == lint("--trace", "train.py").out


@pytest.mark.parametrize("named", ["missing", "broken.py"])
def test_a_baseline_stays_where_what_was_named_cannot_be_linted(folder: Path, lint: Lint, named: str) -> None:
    (folder / "broken.py").write_text("import peft\n(")
    assert lint("--write-baseline", "known.json", "train.py").code == 0
    known = (folder / "known.json").read_text()
    said = lint("--write-baseline", "known.json", named)
    assert (said.code, (folder / "known.json").read_text()) == (2, known)
    assert "known.json: not written, since not all that was named could be linted" in said.err


@pytest.mark.parametrize("named", ["missing.py", "broken.py"])
def test_a_diff_of_nothing_that_could_be_linted_is_no_success(folder: Path, lint: Lint, named: str) -> None:
    (folder / "broken.py").write_text("import peft\n(")
    assert lint("--diff", named).code == 2


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@pytest.mark.parametrize("name", ["train.py", "a name.py"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_diff_is_what_patch_takes(folder: Path, lint: Lint, name: str, ending: str) -> None:
    (folder / name).write_bytes(BAD.replace("\n", ending).encode())
    diff = lint("--diff", name).out
    subprocess.run(["patch", "-p0", "--binary"], input=diff.encode(), check=True, capture_output=True)
    assert (folder / name).read_bytes() == FIXED.replace("\n", ending).encode()


def test_names_of_files_do_not_reach_the_terminal_raw(folder: Path, lint: Lint) -> None:
    name = "a\x1b[31m\nb.py"
    (folder / name).write_text(BAD)
    (folder / f"broken{name}").write_text("import peft\n(")
    said = lint(name, f"broken{name}", "--output-format", "concise")
    assert said.out.startswith("a\\x1b[31m\\x0ab.py:15:1: error LL101")
    assert said.err.startswith("lora-lint: brokena\\x1b[31m\\x0ab.py:2: ")
