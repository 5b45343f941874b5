"""Where a directory is, when the script changes its own, or leaves moving it to a command."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import contextlib
import os
import subprocess

from peft import AutoPeftModelForCausalLM, LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model(**batch).loss.backward()
optimizer.step()
"""
SAVED, MERGED = 'model.save_pretrained("out")\n', 'model.merge_and_unload().save_pretrained("out")\n'


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT + body)]


@pytest.mark.parametrize("elsewhere", ['os.chdir("merged")\n', "os.chdir(folder)\n", 'os.chdir("..")\n'])
def test_a_relative_path_is_another_one_in_another_directory(elsewhere: str) -> None:
    assert found(SAVED + elsewhere + MERGED) == []


def test_a_directory_that_is_left_again() -> None:
    away = f'with contextlib.chdir("b"):\n    {MERGED}'
    assert found(SAVED + away) == []
    assert found(f'with contextlib.chdir("a"):\n    {SAVED}{away}') == []
    assert found(f'with contextlib.chdir("a"):\n    pass\n{SAVED}{MERGED}') == ["merged-into-adapter-dir"]
    assert found(f'os.chdir("a")\nos.chdir("..")\n{SAVED}os.chdir(".")\n{MERGED}') == ["merged-into-adapter-dir"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ('os.path.join(out, "adapter")', 'out.rstrip("/") + "/adapter/"', True),
        ("out", 'out.rstrip("/")', True),
        ('f"{out}/{name}"', 'f"{out}/{name}".rstrip("/")', True),
        ('os.path.join(out, "adapter")', 'out.rstrip("/") + "/merged/"', False),
        ('out + "-adapter"', 'out.rstrip("/") + "-adapter"', False),  # of "runs/" it is another one
        ('os.path.join(out, "adapter")', 'out.rstrip("s") + "/adapter"', False),
    ],
)
def test_slashes_at_the_end_of_a_path(first: str, second: str, same: bool) -> None:
    body = f'out, name = os.environ["OUT"], os.environ["NAME"]\nmodel.save_pretrained({first})\n'
    merged = f"model.merge_and_unload().save_pretrained({second})\n"
    assert found(body + merged) == (["merged-into-adapter-dir"] if same else [])


COMMANDS = [
    'subprocess.run(["mv", "out", "adapter"], check=True)',
    'os.system("mv out adapter")',
    'subprocess.check_call("cd . && mv out/* adapter/", shell=True)',
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_may_move_what_it_names(command: str) -> None:
    assert found(f"{SAVED}{command}\n{MERGED}") == []


def test_a_command_that_names_something_else_moves_nothing() -> None:
    assert found(f'{SAVED}subprocess.run(["mv", "logs", "old"])\n{MERGED}') == ["merged-into-adapter-dir"]


def test_a_folder_below_that_was_there_before_tells_nothing_of_the_one_above() -> None:
    """Each part of a pipeline has its adapter, one of them above the others."""
    loaded = 'AutoPeftModelForCausalLM.from_pretrained("out{}")\n'
    assert found(loaded.format("/encoder") + loaded.format("")) == ["adapter-never-saved"]
    assert found('model.save_pretrained("out/encoder")\n' + loaded.format("")) == ["adapter-path-mismatch"]


EMPTY = """\
import argparse

from peft import AutoPeftModelForCausalLM

ADAPTER = ""
MERGED = ""
parser = argparse.ArgumentParser()
parser.add_argument("--adapter", default="")
parser.add_argument("--merged", default="")
args = parser.parse_args()
"""


@pytest.mark.parametrize(("adapter", "merged"), [("ADAPTER", "MERGED"), ("args.adapter", "args.merged")])
def test_an_empty_text_is_no_directory(adapter: str, merged: str) -> None:
    """What is yet to be filled in names no place, and two of them not the same one."""
    load = f"model = AutoPeftModelForCausalLM.from_pretrained({adapter}).merge_and_unload()\n"
    body = f"{load}model.save_pretrained({merged})\n"
    assert [finding.name for finding in lora_lint.check_source(EMPTY + body)] == []
