"""The user's script, executed as `python script.py` would, but with its loops asking (see `loops`)."""

from __future__ import annotations

import ast
import asyncio
import builtins
import importlib
import importlib.machinery
import inspect
import os
import sys
import types
from typing import Any

from .context import Run
from .spec import MADE_UP_STEPS, PASSED_OVER
from .steering import placed
from .steering.caught import CAUGHT, noting
from .steering.demands import DEMANDED
from .steering.filters import COMPARED, FILTERED, WAIVED
from .steering.imported import IMPORTED, Imported
from .steering.instrumenting import FOR, WHILE, instrumented
from .steering.leaving import LEFT
from .steering.loops import Loops
from .steering.scores import GREW
from .steering.skipping import SKIPPED


def install(run: Run, loops: Loops) -> None:
    """From now on the user's own modules are compiled with asking loops, too."""
    setattr(builtins, FOR, loops.for_)
    setattr(builtins, WHILE, loops.while_)
    setattr(builtins, IMPORTED, Imported())
    setattr(builtins, CAUGHT, noting(run))
    setattr(builtins, GREW, run.scores.grew)
    setattr(builtins, DEMANDED, run.demands.demanded)
    setattr(builtins, placed.PLACED, placed.install(run.neutral))
    setattr(builtins, FILTERED, run.filters.filtered)
    setattr(builtins, COMPARED, run.filters.compared)
    setattr(builtins, WAIVED, run.filters.waived)
    setattr(builtins, LEFT, run.leaving.asked)
    setattr(builtins, SKIPPED, run.skipping.asked)
    handlers = _handlers(run)
    loader: Any = importlib.machinery.SourceFileLoader
    real = loader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, *args: Any, **options: Any) -> Any:
        if isinstance(path, str) and run.code.owns(path):
            try:
                return instrumented(bytes(data), path, loops, **handlers)
            except (SyntaxError, RecursionError, ValueError):
                pass
        return real(self, data, path, *args, **options)

    loader.source_to_code = source_to_code


def execute(run: Run, loops: Loops) -> None:
    """Runs the script as `__main__`. Raises what it raises."""
    path = run.spec.script
    with open(path, "rb") as file:
        source = file.read()
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if run.spec.notebook else 0
    try:
        code = instrumented(source, path, loops, flags, **_handlers(run))
    except RecursionError:  # nested too deep for us, not for Python
        code = compile(source, path, "exec", flags, dont_inherit=True)
    sys.modules["__main__"] = module = main_module(path)
    sys.argv = [path, *(run.spec.argv or run.met.words)]
    sys.path[0:0] = [os.path.dirname(path)]
    package = run.spec.learned.get("package")
    if package:
        _as_module(run, module, package)
    else:
        _own_before_warm(os.path.dirname(path))
    if code.co_flags & inspect.CO_COROUTINE:  # cells that await
        asyncio.run(eval(code, module.__dict__))
    else:
        exec(code, module.__dict__)


def _handlers(run: Run) -> dict[str, bool]:
    """Which statements get handlers around them."""
    return {"passing": PASSED_OVER in run.spec.learned, "steps": MADE_UP_STEPS in run.spec.learned}


def main_module(path: str, package: str | None = None) -> types.ModuleType:
    """What a script is executed in, before it is: `__main__`, as `python script.py` or `python -m package.script` has
    it."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __spec__=None, __cached__=None, __package__=package)
    return module


def _own_before_warm(folder: str) -> None:
    """Modules beside the script hide installed ones of the same name, also where a warm process has imported those."""
    for entry in os.scandir(folder):
        name = entry.name[:-3] if entry.name.endswith(".py") else entry.name
        module = sys.modules.get(name)
        if (
            module is None
            or name in sys.builtin_module_names
            or name == "__main__"
            or name in getattr(sys, "stdlib_module_names", ())
        ):
            continue
        if entry.is_dir() and not os.path.isfile(os.path.join(entry.path, "__init__.py")):
            continue
        if entry.is_dir() or entry.name.endswith(".py"):
            for loaded in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
                del sys.modules[loaded]


def _as_module(run: Run, module: types.ModuleType, package: str) -> None:
    """As `python -m package.script` would."""
    home = os.path.dirname(run.spec.script)
    for _ in package.split("."):
        home = os.path.dirname(home)
    sys.path[0] = home
    _own_before_warm(home)
    importlib.import_module(package)
    module.__package__ = package
    called = os.path.basename(run.spec.home) if home == os.path.dirname(run.spec.work) else package
    run.neutral(f"started as a module of the package {called}")
