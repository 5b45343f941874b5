"""The runner's pages: every command can be parsed, every option is there, and what they show is what is printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from lora_lint_runner import parsing

from .conftest import Ran
from .tiny import wrapped

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "runner.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ lora-lint (.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_one(line: str) -> None:
    parsing.parse(shlex.split(line))


def test_every_option_is_on_the_page() -> None:
    table = PAGE.partition("## Options")[2]
    for action in parsing.parser()._actions:
        for flag in action.option_strings:
            if action.help != "==SUPPRESS==" and flag not in ("-h", "--help"):
                assert f"`{flag}" in table or f" {flag}`" in table, flag


def test_help_of_options_is_that_of_the_page() -> None:
    table = PAGE.partition("## Options")[2]
    told = {" ".join(a.help.split()) for a in parsing.parser()._actions if a.help and len(a.option_strings) == 1}
    shown = set(re.findall(r"^\| `--[^|]*` \| (.+) \|$", table, re.MULTILINE))
    assert len(shown & told) >= 14


def test_the_inspection_on_the_page_is_a_real_one(lora_lint: Callable[..., Ran], base: Path) -> None:
    wrapped(base).save_pretrained("out/checkpoint-2")
    Path("out/checkpoint-2/optimizer.pt").write_bytes(b"x")
    Path("out/checkpoint-2/trainer_state.json").write_text('{"global_step": 2}')
    wrapped(base).merge_and_unload().save_pretrained("out")
    shown = next(block for block in re.findall(r"^```text\n(.*?)^```$", PAGE, re.M | re.S) if block.startswith("out "))
    assert lora_lint("--inspect", "out").out == shown
