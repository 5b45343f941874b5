"""What wants a screen and someone before it: progress bars are plain ones, secrets that are asked for are a word, and a
terminal is of the usual size."""

from __future__ import annotations

import builtins
import os
import sys
from typing import Any

from ..context import Run
from .anything import Anything
from .libraries.secrets import SECRET


def install(run: Run) -> None:
    """Bars of `tqdm.notebook` need ipywidgets, and a browser that shows them."""

    @run.patches.after("tqdm.notebook")
    def notebook(module: Any) -> None:
        plain = sys.modules["tqdm.std"]
        module.tqdm = module.tqdm_notebook = vars(plain)["tqdm"]
        module.trange = module.tnrange = vars(plain)["trange"]

    if run.spec.learned.get("ipython"):
        run.neutral("the script asks for the notebook that it was made of: a stand-in that does nothing")
        builtins.get_ipython = lambda: Anything("get_ipython")  # type: ignore[attr-defined]

    @run.patches.after("os")
    def size(module: Any) -> None:
        run.patches.replace(module, "get_terminal_size", lambda real: _sized(run, real))
        if hasattr(module, "getlogin"):
            run.patches.replace(module, "getlogin", _named)

    @run.patches.after("getpass")
    def secrets(module: Any) -> None:
        run.patches.replace(module, "getpass", lambda real: _answering(run))


def _sized(run: Run, real: Any) -> Any:
    def get_terminal_size(*args: Any) -> Any:
        try:
            return real(*args)
        except OSError:
            if not run.code.asks():
                raise  # a library knows what to do without
            run.neutral("the script asks for the size of its terminal: 80 columns, 24 lines")
            return os.terminal_size((80, 24))

    return get_terminal_size


def _named(real: Any) -> Any:
    """Who sits before the terminal: whoever started the run, where there is none."""

    def getlogin() -> str:
        try:
            return str(real())
        except OSError:
            return os.environ.get("USER") or os.environ.get("LOGNAME") or "user"

    return getlogin


def _answering(run: Run) -> Any:
    def getpass(prompt: str = "Password: ", *args: Any, **options: Any) -> str:
        run.neutral(f"the script asks for a secret ({prompt.strip(': ')}): made up")
        return SECRET

    return getpass
