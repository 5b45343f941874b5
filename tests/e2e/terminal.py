"""Editors of the terminal, run without a screen, with the snippets that docs/editors.md shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY


def snippet(name: str) -> str:
    """The block of docs/editors.md that is marked as tested with an editor."""
    page = (REPOSITORY / "docs" / "editors.md").read_text()
    found = re.search(rf"<!-- tested: {name} -->\n```\w+\n(.*?)```", page, re.DOTALL)
    assert found is not None, f"docs/editors.md shows no snippet for {name}"
    return found[1]


def run(command: list[str], folder: Path) -> str:
    """Runs an editor in a folder, with `lora-lint-server` on its path; gives what it printed."""
    program = shutil.which(command[0])
    if program is None:
        pytest.skip(f"{command[0]} is not installed: run tests/e2e/install.sh terminal")
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=_environment(folder), capture_output=True, text=True, timeout=300
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def _environment(folder: Path) -> dict[str, str]:
    """Where `lora-lint-server` is this repository's."""
    programs = folder / ".programs"
    programs.mkdir()
    roots = os.pathsep.join(str(REPOSITORY / root) for root in ("rules", "lsp", "runner"))
    server = programs / "lora-lint-server"
    server.write_text(f'#!/bin/sh\nPYTHONPATH="{roots}" exec "{sys.executable}" -m lora_lint_lsp "$@"\n')
    server.chmod(0o755)
    home = folder / ".home"
    home.mkdir()
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
