"""`os.chdir("/content/project")`: where a script goes that has cloned its own project, which is here already."""

from __future__ import annotations

import os
from typing import Any

from ..context import Run


def install(run: Run) -> None:
    """A folder that is not here is the project's own."""

    def going(real: Any) -> Any:
        def chdir(path: Any) -> None:
            try:
                real(path)
            except FileNotFoundError:
                if not run.code.asks():
                    raise
                run.neutral(f"folder {run.code.named(os.fspath(path))} is not here: the project's own in its place")
                real(run.spec.work)

        return chdir

    run.patches.replace(os, "chdir", going)
