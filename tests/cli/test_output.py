"""Where output goes: files of every kind, devices, and what is closed or full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_samples import BAD, environment

FULL = Path("/dev/full")  # a device that takes nothing, as a disk that is full
needs_full = pytest.mark.skipif(not FULL.is_char_device(), reason="this system has no /dev/full")
WAYS = {
    "lint": "train.py",
    "diff": "--diff train.py",
    "trace": "--trace train.py",
    "rules": "--rules",
    "a page": "--explain LL101",
    "inspect": "--inspect .",
}


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    text = command.replace("lora-lint", f"{sys.executable} -m lora_lint", 1)
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(autouse=True)
def train(folder: Path) -> Path:
    (folder / "train.py").write_text(BAD)
    return folder / "train.py"


def test_a_link_stays_one_and_its_target_gets_the_report(folder: Path) -> None:
    (folder / "real.txt").write_text("old")
    (folder / "real.txt").chmod(0o600)
    (folder / "link.txt").symlink_to("real.txt")
    assert shell(folder, "lora-lint -o link.txt").returncode == 1
    assert (folder / "link.txt").is_symlink()
    assert "LL101" in (folder / "real.txt").read_text()
    assert (folder / "real.txt").stat().st_mode & 0o777 == 0o600


def test_a_baseline_keeps_its_mode(folder: Path) -> None:
    shell(folder, "lora-lint --write-baseline known.json")
    (folder / "known.json").chmod(0o640)
    shell(folder, "lora-lint --write-baseline known.json")
    assert (folder / "known.json").stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_into(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert "LL101" in shell(folder, "lora-lint -o pipe & cat pipe; wait").stdout
    assert (folder / "pipe").is_fifo()


def test_what_the_shell_has_open_is_written_into(folder: Path) -> None:
    assert "LL101" in shell(folder, "lora-lint -o >(cat)").stdout
    assert "LL101" in shell(folder, "lora-lint -o /dev/stdout").stdout


@needs_full
def test_a_device_is_not_replaced(folder: Path) -> None:
    said = shell(folder, "lora-lint -o /dev/full")
    assert (said.returncode, said.stderr) == (2, "lora-lint: /dev/full: cannot be written: No space left on device\n")
    assert FULL.is_char_device()


@needs_full
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_full_disk_is_said_in_a_line(folder: Path, way: str) -> None:
    said = shell(folder, f"lora-lint {way} >/dev/full")
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1] == "lora-lint: the output cannot be written: No space left on device"
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_closed_output_is_said_in_a_line(folder: Path, way: str) -> None:
    said = shell(folder, f"lora-lint {way} >&-")
    assert (said.returncode, said.stderr) == (2, "lora-lint: standard output is closed\n")


@pytest.mark.parametrize("way", ["", "--diff", "--trace"])
def test_a_closed_input_is_said_in_a_line(folder: Path, way: str) -> None:
    said = shell(folder, f"lora-lint {way} - <&-")
    assert (said.returncode, said.stderr) == (2, "lora-lint: -: standard input is closed\n")


def test_nowhere_to_complain_is_no_traceback(folder: Path) -> None:
    assert shell(folder, "lora-lint nothing.py 2>&-").returncode == 2
