"""Commits of a repository that is not here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

from lora_lint_runner.child.guard import made_up_history


def test_git_reads_it(tmp_path: Path) -> None:
    made_up_history.make(str(tmp_path))

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(tmp_path), *words], capture_output=True, check=True, text=True).stdout

    git("fsck", "--strict")
    assert len(set(git("log", "--no-merges", "--format=%s").splitlines())) == made_up_history.COUNT + 1
    assert len(git("log", "--since=2.weeks", "--format=%H", "--", "*.py").splitlines()) > 1
    assert "+++ b/src/parse.py" in git("log", "-p")


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ("log -p --format=%H", True),
        ("rev-list --all", True),
        ("log -n 100", True),
        ("log -1 --format=%H", False),
        ("log -n 1", False),
        ("log --max-count=1", False),
        ("status", False),
    ],
)
def test_who_asks_for_one_commit_goes_through_none(asked: str, many: bool) -> None:
    assert made_up_history.of_many(asked.split()) is many


def test_a_script_trains_on_its_commits(run: Run) -> None:
    text = """\
import subprocess

out = subprocess.run(["git", "log", "--format=%H%x1f%s", "-n500"], capture_output=True, check=True, text=True).stdout
commits = dict(line.split("\\x1f") for line in out.splitlines())
fixes = [said for said in commits.values() if said.startswith("fix")]
print(min(map(len, fixes)))
"""
    ran = run(text + KEPT)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert [PASSED_OVER in said for said in lacking(ran)] == [False]
