"""What older releases of the libraries had and the installed ones lack, and what of the libraries is imported."""

from __future__ import annotations

import json
import os
import re
import sys
from types import ModuleType
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "releases.json"), encoding="utf-8") as _opened:
    RELEASES: dict[str, Any] = json.load(_opened)
LIBRARIES = ("torch", "transformers", "peft", "trl", "datasets", "diffusers", "accelerate", "huggingface_hub")
ARGUMENTS = ("arguments", "of_trainers", "no_longer", "attributes")
Entry = dict[str, str]
ANY = "*"  # in the place of a library: whatever release a script requires


def was_there(module: str) -> bool:
    """Did an older release surely have a module of this name?"""
    return any(re.fullmatch(pattern, module) for pattern in RELEASES["modules"])


def certain(entry: Entry) -> bool:
    """Did an older release surely have it? Else it may be a mistake of the script's."""
    home, name, kind = entry["home"], entry["name"], entry["kind"]
    if kind in ("name", "module"):
        known = RELEASES["names"]
        gone = name in RELEASES["gone"].get(home.split(".")[0], ()) or was_there(f"{home}.{name}")
        gone |= name.endswith("_ATTENTION_CLASSES") and home.startswith("transformers.models.")
        return f"{home}.{name}" in known or f"{home.split('.')[0]}.{name}" in known or home in known or gone
    names = name.split() if kind == "keys" else [name]
    if kind in ("keyword", "attribute", "keys"):
        return bool(names) and all(any(one in RELEASES[table] for table in ARGUMENTS) for one in names)
    return True


def located(name: str) -> Any:
    """The class or function of this name in one of the libraries, as far as they are imported."""
    for module in list(sys.modules.values()):
        if not isinstance(module, ModuleType) or module.__name__.split(".")[0] not in LIBRARIES:
            continue
        held = vars(module).get(name)
        home = getattr(held, "__module__", None)
        if callable(held) and isinstance(home, str) and home.split(".")[0] in LIBRARIES:
            return held
    return None


def version(home: str) -> str | None:
    """The installed release of the library that a module is of. None: it is not imported."""
    found = getattr(sys.modules.get(home.split(".")[0]), "__version__", None)
    return str(found) if found is not None else None
