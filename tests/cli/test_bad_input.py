"""What cannot be linted: one clear line each, and the other files are linted all the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, PLAIN, Said, notebook

Lint = Callable[..., Said]

BROKEN = {
    "syntax.py": (b"import peft\ndef f(:\n", "syntax.py:2: not valid Python: "),
    "plain_syntax.py": (b"x = (1,\n", "plain_syntax.py:1: not valid Python: '(' was never closed"),
    "latin.py": (b"import peft  # caf\xe9\n", "latin.py: line 1 is not utf-8; name the encoding in a coding comment"),
    "no_text.py": (b"# coding: punycode\nimport peft\n", "no_text.py: line 1 is not punycode; name the encoding"),
    "cookie.py": (b"# coding: klingon\nimport peft\n", "cookie.py: its encoding is not known: "),
    "binary.py": (b"peft\0\1\2", "binary.py: it holds binary data, not text"),
    "wide.py": (
        "import peft\n".encode("utf-16"),
        "wide.py: it is UTF-16, which Python does not read: save it as UTF-8",
    ),
    "list.ipynb": (b'["peft"]', "list.ipynb: no notebook of format 4"),
    "half.ipynb": (b'{"cells": [{"peft', "half.ipynb: line 1 is not the JSON of a notebook: "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line_and_exit_2(folder: Path, lint: Lint, name: str) -> None:
    content, line = BROKEN[name]
    (folder / name).write_bytes(content)
    said = lint(name)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"lora-lint: {line}")
    assert said.err.count("\n") == 1


def test_the_other_files_are_still_linted(folder: Path, lint: Lint) -> None:
    for name, (content, _) in BROKEN.items():
        (folder / name).write_bytes(content)
    (folder / "train.py").write_text(BAD)
    said = lint(".", "missing.py")
    assert said.code == 1
    assert "train.py:15:1: error LL101" in said.out
    assert said.err.count("\n") == len(BROKEN) + 1
    assert said.out.endswith(f"{len(BROKEN) + 1} files could not be linted.\n")


def test_a_broken_script_says_so_where_a_file_that_it_imports_is_linted_before(folder: Path, lint: Lint) -> None:
    (folder / "helper.py").write_text("from peft import LoraConfig\n\ndef config():\n    return LoraConfig()\n")
    (folder / "train.py").write_text("import peft\nfrom helper import config\n\ndef f(:\n")
    said = lint(".")
    assert said.code == 2
    assert said.err.startswith("lora-lint: train.py:4: not valid Python: ")
    assert lint("helper.py").code == 0


@pytest.mark.parametrize("name", [*BROKEN, "missing.py"])
def test_a_clean_file_does_not_make_up_for_one_that_cannot_be_linted(folder: Path, lint: Lint, name: str) -> None:
    if name in BROKEN:
        (folder / name).write_bytes(BROKEN[name][0])
    (folder / "plain.py").write_text(PLAIN)
    said = lint("plain.py", name)
    assert (said.code, said.out) == (2, "No findings in 1 file. 1 file could not be linted.\n")
    assert lint("plain.py", name, "--fix").code == 2
    assert lint("plain.py", name, "--diff").code == 2
    assert lint("plain.py", name, "--exit-zero").code == 0
    assert lint(name, "--exit-zero").code == 2


def test_comments_and_baselines_that_leave_a_file_out_say_so(folder: Path, lint: Lint) -> None:
    (folder / "half.ipynb").write_bytes(b'{"cells": [{"peft')
    (folder / "train.py").write_text(BAD)
    assert lint("--write-baseline", "known.json").code == 2
    assert lint("--add-noqa").code == 2
    assert (folder / "train.py").read_text().endswith("# noqa: LL101\n")


def test_a_trace_of_half_of_the_scripts_is_no_success(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    said = lint("--trace", "train.py", "missing.py")
    assert (said.code, said.out[:1]) == (2, "[")


def test_the_coding_cookie_is_honoured(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_bytes(b"# coding: latin-1\n" + BAD.replace('"out"', '"caf\xe9"').encode("latin-1"))
    said = lint("train.py")
    assert 'save-after-merge: "caf\xe9" gets the merged model' in said.out


def test_what_is_not_there(folder: Path, lint: Lint) -> None:
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "nowhere.py").symlink_to("gone.py")
    os.mkfifo(folder / "pipe.py")
    for path, message in {
        "missing.py": "no such file or folder",
        "loop.py": "cannot be read: Too many levels of symbolic links",
        "nowhere.py": "a symbolic link that leads nowhere",
        "pipe.py": "not a regular file; pipe its text to `lora-lint -` instead",
    }.items():
        assert lint(path) == (2, "", f"lora-lint: {path}: {message}\n")
    said = lint(".")
    assert said.code == 2
    assert said.err.splitlines() == [
        "lora-lint: loop.py: cannot be read: Too many levels of symbolic links",
        "lora-lint: nowhere.py: a symbolic link that leads nowhere",
    ]


def test_a_link_to_a_pipe_or_device_is_no_script(folder: Path, program: Lint) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "pipe.py").symlink_to("pipe")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "train.py").write_text(BAD)
    said = program()
    assert (said.code, said.err) == (1, "")
    assert "Found 1 error in 1 of 1 file." in said.out


@pytest.mark.parametrize("name", ["pyproject.toml", "lora-lint.toml", ".gitignore", "requirements.txt"])
def test_a_pipe_that_is_called_like_a_config_is_none(folder: Path, program: Lint, name: str) -> None:
    os.mkfifo(folder / name)
    (folder / "train.py").write_text(BAD)
    assert program().code == 1


def test_a_folder_that_cannot_be_entered_does_not_keep_the_others_from_being_linted(
    folder: Path, program: Lint
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (folder / "train.py").write_text(BAD)
    (folder / "lost+found").mkdir(mode=0)
    said = program()
    assert (said.code, said.err) == (1, "lora-lint: lost+found: cannot be read: Permission denied\n")


def test_half_a_character_in_a_cell_costs_that_cell(folder: Path, lint: Lint) -> None:
    (folder / "train.ipynb").write_text(notebook(BAD, "x = 'half'").replace("half", r"\ud800"))
    said = lint("--fix", "train.ipynb")
    assert said.out == "Fixed 1 finding. No findings in 1 file.\n"
    assert said.err == "lora-lint: train.ipynb: cell 2 is not Python and left out\n"
    assert r"x = '\ud800'" in (folder / "train.ipynb").read_text()


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_name_that_is_not_utf_8(folder: Path, program: Lint, form: str) -> None:
    try:
        Path(os.fsdecode(b"\xff.py")).write_text(BAD)
    except OSError:
        pytest.skip("this file system only takes UTF-8")
    said = program("--output-format", form)
    assert (said.code, said.err) == (1, "")
    assert ("%FF.py" if form == "sarif" else "dcff.py") in said.out


@pytest.mark.slow
def test_folders_deeper_than_python_can_recurse(folder: Path, lint: Lint) -> None:
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    Path("train.py").write_text(BAD)
    os.chdir(folder)
    try:
        assert "Found 1 error in 1 of 1 file." in lint().out
    finally:
        subprocess.run(["rm", "-rf", "d"], check=True)


def test_a_baseline_that_somebody_changed(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    lint("--write-baseline", "known.json")
    (folder / "known.json").write_text((folder / "known.json").read_text().replace('"train.py"', '["train.py"]'))
    assert lint("--baseline", "known.json").code == 1


def test_an_unreadable_file_is_said(folder: Path, program: Lint) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (folder / "train.py").write_text(BAD)
    (folder / "train.py").chmod(0)
    assert program("train.py").err == "lora-lint: train.py: cannot be read: Permission denied\n"


def test_nothing_to_lint_is_no_error(folder: Path, lint: Lint) -> None:
    (folder / "empty.py").touch()
    assert lint("empty.py") == (0, "No findings in 1 file.\n", "")
    (folder / "empty.py").unlink()
    assert lint(".") == (0, "", "lora-lint: there are no Python files to lint here\n")


def test_a_folder_named_like_a_script_is_a_folder(folder: Path, lint: Lint) -> None:
    (folder / "train.py").mkdir()
    (folder / "train.py" / "inner.py").write_text(BAD)
    assert "train.py/inner.py:15:1: error" in lint("train.py").out


def test_fifty_thousand_lines(folder: Path, lint: Lint) -> None:
    (folder / "long.py").write_text("x = [\n" + "    1,\n" * 50_000 + "]\n" + BAD)
    assert "long.py:50017:1: error LL101" in lint("long.py").out


@pytest.mark.slow
def test_a_thousand_elifs(folder: Path, lint: Lint) -> None:
    chain = "if x == 0:\n    y = 0\n" + "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(1000))
    (folder / "train.py").write_text(BAD.replace("trainer.train()\n", f"trainer.train()\nx = load()\n{chain}"))
    said = lint("train.py")
    assert (said.code, said.err) == (1, "")
    assert "error LL101" in said.out


def test_nesting_too_deep_to_parse_is_one_line(folder: Path, lint: Lint) -> None:
    (folder / "deep.py").write_text("import peft\nx = " + "(" * 5000 + ")" * 5000 + "\n")
    said = lint("deep.py")
    assert said.code == 2
    assert said.err == "lora-lint: deep.py:2: nested too deeply to parse\n"
