"""A folder to lint in, and the command line: in this process where that is enough, as a program where it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from command_samples import Said, environment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, and the working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def lint(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command line, in this process."""
    from lora_lint.cli.command import main

    def run(*argv: str) -> Said:
        code = main(argv)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture
def program(folder: Path) -> Callable[..., Said]:
    """The command line as a program of its own, with bytes on standard input."""

    def run(*argv: str, stdin: bytes = b"") -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "lora_lint", *argv], input=stdin, capture_output=True, env=environment(), timeout=60
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
