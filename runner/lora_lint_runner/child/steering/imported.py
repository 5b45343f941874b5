"""`"torch" in sys.modules`, as the script's own process would answer it: a warm one has imported much already."""

from __future__ import annotations

import ast
import sys
from typing import Any

IMPORTED = "__lora_lint_imported__"


class Imported:
    """What the script has imported by now, itself or by a library. Installed as `IMPORTED` in `builtins`."""

    def __init__(self) -> None:
        known = {name.split(".")[0] for name in sys.modules}
        self.warm = known - {"__main__", *getattr(sys, "stdlib_module_names", ())}

    def __contains__(self, name: Any) -> bool:
        if name not in sys.modules or str(name).split(".")[0] not in self.warm:
            return name in sys.modules
        held = vars(sys.modules["__main__"]).values()
        return any(_home(value) in self.warm for value in held)


def _home(value: Any) -> str:
    """The package that something is, or is from."""
    name = getattr(value, "__name__" if isinstance(value, type(sys)) else "__module__", None)
    return name.split(".")[0] if isinstance(name, str) else ""


def asks(node: ast.Compare) -> bool:
    """Is it a question for one of the modules?"""
    return isinstance(node.ops[0], (ast.In, ast.NotIn)) and ast.unparse(node.comparators[0]) == "sys.modules"
