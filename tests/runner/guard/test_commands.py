"""Which commands of a script are run: those that only look."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lora_lint_runner.child.guard import gpu, processes
from lora_lint_runner.child.guard.commands import judged, words_of


def of_shell(text: str) -> str:
    return judged(words_of(text, shell=True), lambda path: path.startswith("/box/"))


@pytest.mark.parametrize(
    "command",
    [
        "uname -a", "ls -l out", "hostname -s", "date +%F", "env", "find . -name '*.py'", "sort names.txt",
        "CUDA_VISIBLE_DEVICES=0 nproc", "g++ -shared -o /box/tmp/kernel.so kernel.cpp", "ldconfig -p", "file -b a.out",
        "ptxas -v --gpu-name=sm_90a kernel.ptx -o /box/tmp/kernel.cubin",
        f"{sys.executable} --version", f"{sys.executable} -c 'from multiprocessing.spawn import spawn_main'",
    ],
)  # fmt: skip
def test_a_command_that_only_looks_is_run(command: str) -> None:
    assert of_shell(command) == "run"


@pytest.mark.parametrize(
    "command",
    [
        "git rev-parse HEAD", "git -C . status --short", "git log -1 --format=%H", "git branch --show-current",
        "git config --get user.name", "git config user.name", "git remote -v", "git remote get-url origin",
    ],
)  # fmt: skip
def test_git_is_asked_in_the_real_project(command: str) -> None:
    assert of_shell(command) == "git"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf out", "pip install peft", "nvidia-smi -pm 1", "nvidia-smi --gpu-reset -i 0", "python train.py",
        "find out -name x -delete", "find . -type f -exec rm {} +", "env rm -rf out", "env FOO=1 pip install peft",
        "sort -o train.txt train.txt", "gcc -o train.py a.c", "hostname new", "date -s tomorrow", "ldconfig",
        "echo hi;rm -rf out", "true & rm -rf out", "echo x\nrm -rf out", "ls|xargs rm", "cat a > b", "echo $(rm a)",
        "PYTHONPATH=/x/y rm -rf out", "file -C -m magic",
        "git branch -D main", "git branch new", "git config user.name me", "git config --unset user.name",
        "git remote set-url origin there", "git diff --output=train.py", "git symbolic-ref HEAD refs/heads/other",
        "git -c alias.x=!rm x", "git commit -m x",
    ],
)  # fmt: skip
def test_a_command_that_may_change_something_is_not(command: str) -> None:
    assert of_shell(command) == "blocked"


ASKED = "nvidia-smi --query-gpu=memory.free --format=csv,noheader -i 0"


def test_the_state_of_the_gpus_is_told_where_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert of_shell(ASKED) == "blocked"
    (tmp_path / "nvidia-smi").touch(mode=0o755)
    assert of_shell(ASKED) == "run"
    assert of_shell("nvidia-smi --gpu-reset -i 0") == "blocked"


def test_without_a_shell_a_word_is_a_word() -> None:
    assert judged(words_of(["echo", "a; rm -rf out"], shell=False), lambda path: False) == "run"
    assert judged(words_of("rm -rf out", shell=False), lambda path: False) == "blocked"


def test_the_gpu_that_a_script_is_told_of_answers_as_it_is_asked() -> None:
    asked = "nvidia-smi --query-gpu=index,memory.total,utilization.gpu --format=csv,noheader,nounits"
    assert gpu.answer(asked.split()) == "0, 81920, 0"
    assert gpu.answer(["nvidia-smi", "--query-gpu=memory.free", "--format=csv"]) == "memory.free\n81920 MiB"
    assert gpu.answer(["nvidia-smi"]) is None


@pytest.mark.parametrize(
    ("inside", "has"),
    [((), False), (("refs/heads/",), False), (("refs/heads/", "refs/heads/main"), True), (("packed-refs",), True)],
)
def test_a_repository_has_commits(tmp_path: Path, inside: tuple[str, ...], has: bool) -> None:
    (tmp_path / ".git").mkdir()
    for name in inside:
        place = tmp_path / ".git" / name
        place.mkdir(parents=True) if name.endswith("/") else place.touch()
    assert processes._repository(str(tmp_path)) is has
