"""Progress bars that want a notebook around them: plain ones."""

from __future__ import annotations

import sys
from typing import Any

from ..context import Run


def install(run: Run) -> None:
    """Bars of `tqdm.notebook` need ipywidgets, and a browser that shows them."""

    @run.patches.after("tqdm.notebook")
    def notebook(module: Any) -> None:
        plain = sys.modules["tqdm.std"]
        module.tqdm = module.tqdm_notebook = vars(plain)["tqdm"]
        module.trange = module.tnrange = vars(plain)["trange"]
