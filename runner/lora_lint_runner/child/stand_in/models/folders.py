"""What a folder on this machine holds of a model: its architecture, and whether its weights are there and small."""

from __future__ import annotations

import contextlib
import json
import os

from ...pointers import is_pointer

WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf", ".ckpt")
BIG = 64 * 1024 * 1024  # a local model above this is stood in for; a smaller one is loaded as it is


def architecture(folder: str) -> str:
    """The class that its config names. Raises OSError, ValueError, KeyError and IndexError where it names none."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        return str(json.load(file)["architectures"][0])


def heavy(folder: str) -> bool:
    """Is this a model folder with more weights than a smoke run should load, or with none but in name?"""
    if not os.path.isfile(os.path.join(folder, "config.json")):
        return False
    with contextlib.suppress(OSError):
        files = [e for e in os.scandir(folder) if e.is_file()]
        heavy = sum(e.stat().st_size for e in files if e.name.endswith(WEIGHTS)) > BIG
        return heavy or any(is_pointer(e) for e in files)
    return False


def unfilled(folder: str, work: str, home: str) -> bool:
    """Is it a model folder of the project (a copy in `work` of what lies in `home`) whose weights were left out of the
    repository? What the script itself has written there is as it was meant."""
    real, copy = os.path.realpath(folder), os.path.realpath(work)
    copied = real.startswith(copy + os.sep)  # else it is a link to what lies there
    theirs = os.path.join(home, os.path.relpath(real, copy)) if copied else real
    below = os.path.realpath(theirs).startswith(os.path.realpath(home) + os.sep)
    if not below or not os.path.isfile(os.path.join(folder, "config.json")):  # none is made up as it is looked for
        return False
    with contextlib.suppress(OSError, ValueError, KeyError, IndexError):  # a part of a pipeline has no architecture
        architecture(folder)
        names = set(os.listdir(folder))
        whole = any(name.endswith((*WEIGHTS, ".index.json", ".msgpack", ".h5")) for name in names)
        return not whole and names <= set(os.listdir(theirs))
    return False
