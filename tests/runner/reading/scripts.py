"""A script as the stand-ins read it before it runs."""

from __future__ import annotations

from pathlib import Path

from lora_lint_runner.child.reading import hints


def read(text: str, folder: Path) -> hints.Hints:
    path = folder / "train.py"
    path.write_text(text)
    return hints.read(str(path), str(folder))
