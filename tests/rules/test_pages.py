"""A rule is two files, and its page holds what it says: every script is linted, every correction is the tool's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rules.form import faults
from tests.rules.page import read

import lora_lint
from lora_lint.registry import page_path

RULES = {rule.name: rule for rule in lora_lint.rules() if page_path(rule.name).exists()}
FOLDER = page_path("").parent


@pytest.mark.parametrize("name", RULES)
def test_a_page_holds_what_it_says(name: str) -> None:
    assert list(faults(read(page_path(name)), RULES[name])) == []


def test_every_page_has_a_rule() -> None:
    assert {page.name for page in FOLDER.glob("*.md")} == {page_path(name).name for name in RULES}


RULE_OF_TWO_FILES = """
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.rules.base import Report, Rule


def check(lifecycle):
    for event in lifecycle.of(Saved):
        yield Report(event.site, "a save", "warning")


RULE = Rule("LL999", "save-seen", "a save is seen", (Saved,), check)
"""


def test_a_rule_is_two_files(tmp_path: Path) -> None:
    """A module and a page, put into a copy of the package: nothing else is touched, and the rule is there."""
    copy = tmp_path / "copy" / "lora_lint"
    shutil.copytree(Path(lora_lint.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "rules" / "save_seen.py").write_text(RULE_OF_TWO_FILES)
    (copy / "rules" / "save_seen.md").write_text("# LL999 save-seen\n")
    (tmp_path / "train.py").write_text(read(page_path("save-after-merge")).under("Example")[0].text)

    def lint(*arguments: str) -> str:
        command = [sys.executable, "-m", "lora_lint", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(copy.parent)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout

    assert "LL999       save-seen" in lint("--rules")
    assert lint("--explain", "save-seen") == "# LL999 save-seen\n"
    assert "warning LL999 save-seen: a save" in lint("train.py", "--no-cache", "--select", "LL999")
