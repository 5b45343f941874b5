"""The scripts that a command line means: files as named, in folders those that work on a PEFT model by themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from lora_lint_runner.box.scratch import SKIPPED
from lora_lint_runner.options import UsageError

NAMES = re.compile(rb"\b(peft|unsloth|PeftModel|LoraConfig|add_adapter|save_lora_weights)\b")
ACTS = re.compile(
    rb"\b(save_pretrained|save_model|push_to_hub|merge_and_unload|\.train\(|backward\(|torch\.save|save_file)"
)
TESTS = re.compile(r"^(test_.*|.*_test|conftest)\.py$")


def find(named: Iterable[Path]) -> list[Path]:
    """The scripts to run, each once. Raises UsageError for what is not there or cannot be run."""
    found: dict[Path, None] = {}
    for path in named:
        if path.is_dir():
            inside = list(_in_folder(path))
            if not inside:
                raise UsageError(f"{path}: no script in it works on a PEFT model")
            found.update(dict.fromkeys(inside))
        elif not path.exists():
            raise UsageError(f"{path}: there is no such file")
        elif path.suffix not in (".py", ".ipynb"):
            raise UsageError(f"{path}: only Python scripts and notebooks can be run")
        else:
            found[path] = None
    return list(found)


def _in_folder(folder: Path) -> Iterable[Path]:
    files: dict[Path, bytes] = {}
    for root, inner, names in os.walk(folder):
        inner[:] = sorted(d for d in inner if d not in SKIPPED and not d.startswith(".") and d not in ("tests", "test"))
        for name in sorted(names):
            if name.endswith((".py", ".ipynb")) and not TESTS.match(name):
                path = Path(root) / name
                try:
                    files[path] = path.read_bytes()
                except OSError:
                    continue
    imported = {
        name for data in files.values() for name in re.findall(rb"^\s*(?:from|import)\s+\.*([\w.]+)", data, re.M)
    }
    stems = {name.decode(errors="replace").split(".")[-1] for name in imported}
    for path, data in files.items():
        main = b"__main__" in data
        if NAMES.search(data) and ACTS.search(data) and (main or path.stem not in stems):
            yield path
