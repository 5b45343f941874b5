"""A template of settings, as a here-document of a shell fills it in before the script reads it: `lr: ${RATE:-2e-4}`."""

from __future__ import annotations

import os
import re

from ....context import Run

OPEN = re.compile(r"\$\{([A-Za-z_]\w*):?-([^{}]*)\}")  # a variable, and what it is where it is not set
EXAMPLES = re.compile(
    r"[._-](example|sample|template|dist|default)$", re.I
)  # what a user is to copy: `run.yaml.example`


def filled(run: Run, path: str) -> str:
    """The file itself; of one that is to be copied, and leaves values to variables, such a copy."""
    name = os.path.basename(path)
    if not EXAMPLES.search(name):
        return path  # who reads a plain one fills it in, as OmegaConf does
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if OPEN.search(text) is None:
        return path
    copy = os.path.join(run.box("made-up"), EXAMPLES.sub("", name))
    with open(copy, "w", encoding="utf-8") as made:
        made.write(OPEN.sub(lambda found: os.environ.get(found[1]) or found[2], text))
    run.neutral(f"settings {name}: with the values that it has for variables which are not set")
    return copy
