"""`--inspect` as a command: its usage, and what it can say without torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import wrapped

from .saved import Inspect

ROOT = Path(__file__).resolve().parents[3]


def test_what_is_not_there_is_a_usage_error(lora_lint: Inspect) -> None:
    ran = lora_lint("--inspect", "nowhere")
    assert (ran.exit, ran.err) == (
        2,
        "lora-lint: --inspect: nowhere: no such folder, and no such model in the hub's cache\n",
    )


@pytest.mark.parametrize("locked", ["out", "out/checkpoint-2"])
def test_a_folder_that_may_not_be_entered_is_left_unchecked(
    locked: str, lora_lint: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("out/checkpoint-2").mkdir(parents=True)
    entered = os.scandir

    def enter(folder: Any) -> Any:
        if Path(folder) == Path(locked).resolve() or Path(folder) == Path(locked):
            raise PermissionError(13, "Permission denied", str(folder))
        return entered(folder)

    monkeypatch.setattr(os, "scandir", enter)
    ran = lora_lint("--inspect", "out")
    assert ran.exit == 3
    assert f"{Path(locked).name}: Permission denied" in ran.out


def test_without_torch_headers_are_read_and_a_pickle_is_left_unchecked(base: Path, tmp_path: Path) -> None:
    """In an interpreter that has neither torch nor any other package."""
    wrapped(base).save_pretrained(tmp_path / "new")
    wrapped(base).save_pretrained(tmp_path / "old", safe_serialization=False)
    assert (tmp_path / "old" / "adapter_model.bin").exists()
    paths = os.pathsep.join(str(ROOT / part) for part in ("rules", "runner"))
    code = (
        f"import sys; sys.path[:0] = {paths.split(os.pathsep)!r}; from "
        "lora_lint_runner.command import main; sys.exit(main(sys.argv[1:]))"
    )
    bare = str(Path(sys.base_prefix) / "bin" / "python3")
    env = {"PATH": "/nowhere", "HOME": str(tmp_path)}

    def inspect(name: str) -> Any:
        argv = [bare, "-I", "-c", code, "--inspect", str(tmp_path / name), "--output-format", "json"]
        done = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
        return json.loads(done.stdout) if done.stdout else done.stderr

    assert inspect("new")["verdict"] == "usable"
    old = inspect("old")
    assert (old["verdict"], old["exit"]) == ("unchecked", 3)
    assert old["reason"].endswith("adapter_model.bin is a pickle, which needs torch to be read")


def test_a_pickle_is_read_where_there_is_torch(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("old", safe_serialization=False)
    assert lora_lint("--inspect", "old", "--output-format", "json").exit == 0


def test_several_directories_at_once(lora_lint: Inspect, base: Path) -> None:
    for name in ("one", "two"):
        wrapped(base).save_pretrained(name)
    Path("empty").mkdir()
    ran = lora_lint("--inspect", "one", "two", "empty", "--output-format", "json")
    assert (ran.exit, [found["verdict"] for found in ran.json]) == (1, ["usable", "usable", "no adapter"])
    told = lora_lint("--inspect", "one", "two")
    assert (told.exit, [line for line in told.out.splitlines() if line.startswith("Usable")]) == (
        0,
        [f"Usable: {name} holds a usable adapter (LORA, r=4, 8 tensors, trained)." for name in ("one", "two")],
    )


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["one", "--report", "page.html"], "--report FILE.html goes with --run, not with --inspect"),
        (["one", "--steps", "5"], "--steps N goes with --run, not with --inspect"),
        (["one", "--", "--lr", "1"], "arguments after -- go with --run, not with --inspect"),
        (["one", "--run", "train.py"], "--run and --inspect are two commands: choose one"),
        (["one", "two", "--rescue", "out"], "--rescue OUT takes the adapter out of one directory: name one"),
    ],
)
def test_what_does_not_go_together_is_said(lora_lint: Inspect, argv: list[str], why: str) -> None:
    ran = lora_lint("--inspect", *argv)
    assert (ran.exit, ran.err) == (2, f"lora-lint: {why}\n")
