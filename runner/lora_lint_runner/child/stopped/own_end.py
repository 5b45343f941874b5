"""A script that ends itself with an exit code: on which condition, over what it has caught, or looked for in vain."""

from __future__ import annotations

import ast
import os
import textwrap
import traceback

from ..context import Run
from ..stand_in import absent
from ..stand_in.made_up.suffixes import ROWS
from ..steering.caught import of_the_end
from . import missed_packages
from .retries.learning import conditions

GUARD = "__name__ =="  # no condition: it is run as a script


def of(run: Run, error: BaseException, give: str) -> str | None:
    """In a line; what to do about rows that are not here is to `give` them."""
    if not isinstance(error, SystemExit) or not isinstance(error.code, int):
        return None
    tests = [ast.unparse(test) for test in conditions(run, error)]
    where = " and ".join(test for test in tests if not test.startswith(GUARD))
    missing = next((run.code.named(path) for path in reversed(run.met.looked_for)), None)
    seen = f"; the last thing that it looked for in vain is {missing}" if missing is not None else ""
    if missing is not None and missing.lower().endswith(ROWS):
        seen += f" ({give})"
    met = of_the_end(run)
    seen = (_caught(run, met) if met is not None else "") + seen
    seen += "".join(f"; {absent.install_it(name)}" for name in missed_packages.of(run, error))
    return f"the script ends itself with exit code {error.code}{f' where {where}' if where else ''}{seen}"


def _caught(run: Run, error: Exception) -> str:
    said = textwrap.shorten(f"{type(error).__name__}: {error}", 200, placeholder=" ...").removesuffix(":")
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if run.code.owns(frame.filename)]
    place = f"{os.path.basename(own[-1].filename)}:{own[-1].lineno}: " if own else ""
    return f"; it has caught before: {place}{said}"
