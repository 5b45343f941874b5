"""Command lines of launchers: torchrun, accelerate launch, srun and their like start our entry as they would a
script."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from lora_lint_runner import children


def launched(launcher: str, python: str, spec: Path) -> list[str]:
    """The command line of a launcher: it starts our entry as it would start the script."""
    words = shlex.split(launcher)
    if "{}" in words:
        return [
            str(part) for word in words for part in ((python, children.CHILD, "run", spec) if word == "{}" else (word,))
        ]
    beside = os.path.join(os.path.dirname(python), words[0])
    if os.sep not in words[0] and os.path.isfile(beside):
        words[0] = beside
    starts_python = os.path.basename(words[0]) in ("torchrun", "accelerate", "deepspeed")
    return [*words, *(() if starts_python else (python,)), str(children.CHILD), "run", str(spec)]
