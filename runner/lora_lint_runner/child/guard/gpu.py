"""What `nvidia-smi` says of the one GPU that a script is told of, in the form that it asks for."""

from __future__ import annotations

import os

MEMORY = 81920  # MiB
ANSWERS = {
    "index": ("0", ""),
    "count": ("1", ""),
    "name": ("stand-in GPU", ""),
    "gpu_name": ("stand-in GPU", ""),
    "uuid": ("GPU-00000000-0000-0000-0000-000000000000", ""),
    "driver_version": ("550.00", ""),
    "compute_cap": ("8.0", ""),
    "memory.total": (str(MEMORY), " MiB"),
    "memory.free": (str(MEMORY), " MiB"),
    "memory.used": ("0", " MiB"),
}
NOUGHT = ("0", "")  # load, temperature, power


def answer(words: list[str]) -> str | None:
    """The answer to a command; None where it is another one, or asks for the table that people read."""
    if not words or os.path.basename(words[0]) != "nvidia-smi":
        return None
    if words[1:] in (["-L"], ["--list-gpus"]):
        return f"GPU 0: {ANSWERS['name'][0]} (UUID: {ANSWERS['uuid'][0]})"
    options = dict(word.partition("=")[::2] for word in words[1:])
    asked = options.get("--query-gpu", "").split(",")
    if asked == [""]:
        return None
    form = options.get("--format", "").split(",")
    values = [ANSWERS.get(name.strip(), NOUGHT) for name in asked]
    row = ", ".join(value if "nounits" in form else value + unit for value, unit in values)
    return row if "noheader" in form else ", ".join(name.strip() for name in asked) + "\n" + row
