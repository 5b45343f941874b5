"""Requirements are read as pip, setuptools, conda and Poetry read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lora_lint.source.requirements import files_in, inline, requirements_in


def asked(filename: str, text: str) -> list[tuple[str, str, int]]:
    return [requirement[:3] for requirement in requirements_in(filename, text)]


def test_pip() -> None:
    text = "# training\ntorch>=2.4  # gpu\nPEFT == 0.11.1 \\\n    --hash=sha256:aa\n-r other.txt\n\ntransformers\n"
    assert asked("requirements.txt", text) == [("torch", ">=2.4", 2), ("peft", "== 0.11.1", 3), ("transformers", "", 7)]


@pytest.mark.parametrize(
    "line",
    ["peft @ git+https://github.com/huggingface/peft", "peft==0.5; python_version < '3.8'", "./peft", "-e .", "==0.5"],
)
def test_what_says_nothing_of_a_release(line: str) -> None:
    assert asked("requirements-gpu.txt", line) == []


@pytest.mark.parametrize(
    ("line", "library"),
    [
        ("peft @ git+https://github.com/huggingface/peft.git@382b178911edff38c1ff619bbac2ba556bd2276b", "peft"),
        ("git+https://github.com/huggingface/peft.git@382b178", "peft"),
        ("peft @ git+https://github.com/huggingface/peft@v0.10.0", "peft"),
        ("git+https://github.com/huggingface/peft@382b178#egg=peft", "peft"),
    ],
)
def test_a_commit_of_a_repository(line: str, library: str) -> None:
    (requirement,) = requirements_in("requirements.txt", line)
    assert (requirement.library, requirement.specifier, requirement.commit) == (library, "", True)


@pytest.mark.parametrize("marker", ["python_version > '3.8'", "extra == 'train'"])
def test_a_marker_that_holds_or_cannot_be_told_asks_for_it_still(marker: str) -> None:
    assert asked("requirements.txt", f"peft[all] >= 0.21 ; {marker}") == [("peft", ">= 0.21", 1)]


def test_the_newest_of_a_repository_is_no_commit() -> None:
    assert asked("requirements.txt", "git+https://github.com/huggingface/peft.git") == []


def test_pyproject() -> None:
    project = '[project]\ndependencies = [\n  "peft>=0.14,<0.20",\n]\n'
    text = project + '[dependency-groups]\nx = ["trl<1", {include-group = "y"}]\n'
    assert asked("pyproject.toml", text) == [("peft", ">=0.14,<0.20", 3), ("trl", "<1", 6)]


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("^0.10.1", ">=0.10.1,<0.11"),
        ("^1.2", ">=1.2,<2"),
        ("~0.10", ">=0.10,<0.11"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("0.19.1", "==0.19.1"),
        (">=0.19", ">=0.19"),
        ("*", ""),
    ],
)
def test_poetry(version: str, specifier: str) -> None:
    text = f'[tool.poetry.dependencies]\npeft = "{version}"\n'
    assert asked("pyproject.toml", text) == [("peft", specifier, 2)]


def test_poetry_tables_and_groups() -> None:
    text = (
        '[tool.poetry.group.train.dependencies]\npeft = {version = "^0.10", extras = ["x"]}\ntrl = {path = "../trl"}\n'
    )
    assert asked("pyproject.toml", text) == [("peft", ">=0.10,<0.11", 2)]


def test_setup_cfg() -> None:
    text = (
        "[options]\ninstall_requires =\n    transformers>=5\n    peft~=0.13.0\n[options.extras_require]\nrl = trl<1\n"
    )
    assert asked("setup.cfg", text) == [("transformers", ">=5", 3), ("peft", "~=0.13.0", 4), ("trl", "<1", 6)]


@pytest.mark.parametrize(
    ("line", "specifier"),
    [
        ("peft=0.13.2", "==0.13.2.*"),
        ("conda-forge::peft=0.13.2=pyhd8ed1ab_0", "==0.13.2.*"),
        ("peft==0.13.2", "==0.13.2"),
        ("peft >=0.5,<0.6", ">=0.5,<0.6"),
        ("peft", ""),
    ],
)
def test_conda(line: str, specifier: str) -> None:
    text = f"name: x\ndependencies:\n  - {line}\n"
    assert asked("environment.yml", text) == [("peft", specifier, 3)]


def test_conda_with_pip() -> None:
    text = "dependencies:\n  - python=3.11\n  - pip:\n    - peft==0.5.0\n"
    assert asked("environment.yml", text)[-1] == ("peft", "==0.5.0", 4)


def test_a_lock_file_says_what_is_installed() -> None:
    assert asked("uv.lock", '[[package]]\nname = "peft"\nversion = "0.21.2"\n')[0][:2] == ("peft", "==0.21.2")


@pytest.mark.parametrize(
    ("filename", "text"),
    [
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "project = 3"),
        ("setup.cfg", "install_requires"),
        ("environment.yml", "a: [b"),
        ("environment.yml", "- a\n- b\n"),
        ("environment.yml", ""),
        ("poetry.lock", "package = 3"),
        ("Pipfile", "packages = 3"),
        ("Pipfile.lock", "[1]"),
        ("setup.py", "setup("),
    ],
)
def test_broken_files_ask_for_nothing(filename: str, text: str) -> None:
    assert asked(filename, text) == []


def test_a_lock_file_comes_first_then_the_project_then_lists(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "uv.lock", "pyproject.toml", "notes.txt", "setup.cfg"):
        (tmp_path / name).touch()
    names = [Path(path).name for path in files_in(str(tmp_path))]
    assert names == ["uv.lock", "pyproject.toml", "setup.cfg", "requirements.txt", "requirements-dev.txt"]


def test_lists_lie_in_a_folder_and_include_others(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "train.txt").write_text("-r base.txt\n--constraint=../limits.txt  # all\n")
    (tmp_path / "requirements" / "base.txt").write_text("-r train.txt\n-r /etc/elsewhere.txt\npeft\n")
    names = [os.path.relpath(path, tmp_path) for path in files_in(str(tmp_path))]
    assert names == ["requirements/base.txt", "requirements/train.txt", "limits.txt"]


INLINE = (
    '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "torch",\n#   "peft==0.11.1",\n# ]\n# ///\n'
)


def test_a_script_may_say_what_it_asks_for() -> None:
    assert [asked[:3] for asked in inline(INLINE)] == [("torch", "", 4), ("peft", "==0.11.1", 5)]
    assert inline(INLINE.replace("# ///\n", "")) == inline(INLINE.replace("[", "{")) == inline("import peft\n") == []


SETUP = """\
from setuptools import setup

REQUIRED = ["torch", "peft==0.11.1"]
setup(name="peft-proverbs", install_requires=REQUIRED, extras_require={"all": ["peft>=0.14"]})
"""


def test_of_a_setup_py_the_texts_count() -> None:
    peft = [requirement for requirement in asked("setup.py", SETUP) if requirement[0] == "peft"]
    assert peft == [("peft", "==0.11.1", 3), ("peft", ">=0.14", 4)]


@pytest.mark.parametrize(
    ("filename", "text", "expected"),
    [
        ("Pipfile", '[packages]\ntorch = "*"\n[dev-packages]\npeft = {version = "==0.11.1"}\n', ("==0.11.1", 4)),
        ("Pipfile.lock", '{"default": {\n"peft": {"version": "==0.11.1"}}}', ("==0.11.1", 2)),
        ("pyproject.toml", '[tool.hatch.envs.x]\ndependencies = ["peft<0.14"]\n', ("<0.14", 2)),
        ("pyproject.toml", '[tool.pdm.dev-dependencies]\nold = ["peft<0.14"]\n', ("<0.14", 2)),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npeft = "0.14"\n', ("==0.14", 2)),
    ],
)
def test_tools_keep_lists_of_their_own(filename: str, text: str, expected: tuple[str, int]) -> None:
    assert [(specifier, row) for name, specifier, row in asked(filename, text) if name == "peft"] == [expected]
