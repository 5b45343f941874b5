"""What a run left on disk, as lines: the folders with model and adapter files, and what is known of the adapters.

The vocabulary is that of `lora-lint --run --output-format json`.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatch
from textwrap import shorten
from typing import Any

MODEL_FILES = ("config.json", "adapter_config.json", "*.safetensors", "*.bin", "*.pt", "*.pth")
OTHERS = ("training_args.bin", "optimizer.*", "scheduler.*", "scaler.pt", "rng_state*", "scheduler_config.json")
WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
NOTHING = "no model or adapter files"
LONGEST = 110

Result = dict[str, Any]


def listing(result: Result) -> str:
    """What the script as it was executed left, as a page shows it."""
    ran = result["after"]
    remarks = {adapter["directory"]: remark(adapter) for adapter in ran["adapters"]}
    lines: list[str] = []
    for folder, names in sorted(folders(ran).items(), key=lambda item: ("checkpoint-" in item[0], item[0])):
        indent = "" if folder == "." else "  "
        if indent:
            lines.append(f"{folder}/")
        for name in sorted(names):
            said = f"  # {remarks[folder]}" if name in WEIGHTS and folder in remarks else ""
            lines.append(f"{indent}{name}{said}")
    if not lines:
        lines.append(NOTHING)
    if ran["error"]:
        lines.append(f"stops: {error(result)}")
    return "".join(f"{line}\n" for line in lines)


def folders(ran: Result) -> dict[str, set[str]]:
    """The model and adapter files in each folder."""
    found = {folder: set(filter(is_model_file, names)) for folder, names in ran["left"].items()}
    return {folder: names for folder, names in found.items() if names}


def is_model_file(name: str) -> bool:
    return any(fnmatch(name, p) for p in MODEL_FILES) and not any(fnmatch(name, p) for p in OTHERS)


def remark(adapter: Result) -> str:
    """Whether an adapter can be used, and why not."""
    if adapter["problems"]:
        problem = str(adapter["problems"][0])
        for name in WEIGHTS:
            problem = problem.removeprefix(f"{name} ")
        problem = re.sub(r" \([\d.e-]+ apart\)", "", problem)  # another number each time
        return re.sub(r"\(\d+ bytes\): .*", "", problem).strip()
    if adapter["trained"] is False and adapter["notes"]:
        return str(adapter["notes"][0])
    return "trained" if adapter["trained"] else "loads"


def error(result: Result) -> str:
    """The script's last error on one line: without the folder of this run, names of a set in order."""
    text = " ".join(str(result["after"]["error"]).partition(" (give it")[0].split())
    text = text.replace(os.path.dirname(result["script"]) + os.sep, "")
    text = re.sub(r"\{('[^']*'(?:, '[^']*')*)\}", lambda m: "{" + ", ".join(sorted(m[1].split(", "))) + "}", text)
    return shorten(text, LONGEST, placeholder=" ...")
