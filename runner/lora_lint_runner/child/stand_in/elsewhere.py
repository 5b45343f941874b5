"""Files of data that the project holds at another place than the script looks for them: there, by a link."""

from __future__ import annotations

import contextlib
import os

from ..carried import here
from ..context import Run


def install(run: Run) -> None:
    """Puts the project's own files where an earlier attempt missed them."""
    for name, own in run.spec.learned.get("elsewhere", {}).items():
        path = run.paths.inside(here(run, name))
        run.paths.there(os.path.dirname(path))
        with contextlib.suppress(OSError), run.journal.silent():
            os.symlink(os.path.join(run.spec.work, own), path)
        run.neutral(f"data file {name}: the project's own {own} in its place")
