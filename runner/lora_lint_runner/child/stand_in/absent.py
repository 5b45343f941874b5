"""A package that is not installed: which one it is, who asks for it, and how to get it."""

from __future__ import annotations

import re
import sys
import traceback

from .older.known import RELEASES

CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


def absent_package(error: BaseException) -> str | None:
    """The package that is not installed, where that is what an exception is about; also one of the script's own."""
    if type(error) is ImportError and isinstance(error.__context__, ModuleNotFoundError):
        error = error.__context__
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    root = error.name.split(".")[0]
    held = sys.modules.get(root)
    return root if held is None or "StandIn" in type(held).__name__ else None


def importer(error: BaseException) -> str:
    """The file of the import statement that failed."""
    files = [f.filename for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<frozen")]
    return files[-1] if files else ""


def install_it(name: str) -> str:
    """What to do about it. Some names are those that people give to modules of their own: no package is called in
    capitals as a constant is (`MY_KEYS`)."""
    if name in RELEASES["own_modules"] or CONSTANT.fullmatch(name):
        return f"module {name} is not here: it seems to be the project's own, put it beside the script"
    return f"package {name} is not installed: pip install {RELEASES['packages'].get(name, name)}"
