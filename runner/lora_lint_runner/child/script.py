"""The user's script, executed as `python script.py` would, but with its loops asking (see `loops`)."""

from __future__ import annotations

import builtins
import importlib.machinery
import os
import sys
import types
from typing import Any

from .context import Run
from .loops import FOR, WHILE, Loops, instrumented


def install(run: Run, loops: Loops) -> None:
    """From now on the user's own modules are compiled with asking loops, too."""
    setattr(builtins, FOR, loops.for_)
    setattr(builtins, WHILE, loops.while_)
    run.parts["loops"] = loops
    loader: Any = importlib.machinery.SourceFileLoader
    real = loader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, *args: Any, **options: Any) -> Any:
        if isinstance(path, str) and run.code.owns(path):
            try:
                return instrumented(bytes(data), path, loops)
            except (SyntaxError, RecursionError, ValueError):
                pass
        return real(self, data, path, *args, **options)

    loader.source_to_code = source_to_code


def execute(run: Run, loops: Loops) -> None:
    """Runs the script as `__main__`. Raises what it raises."""
    path = run.spec.script
    with open(path, "rb") as file:
        source = file.read()
    code = instrumented(source, path, loops)
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __spec__=None, __cached__=None)
    sys.modules["__main__"] = module
    sys.argv = [path, *run.spec.argv]
    sys.path[0:0] = [os.path.dirname(path)]
    exec(code, module.__dict__)
