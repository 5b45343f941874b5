"""Files of data that the project holds at another place than the script looks for them: there, by a link; with all that
lies beside them where there was no such folder."""

from __future__ import annotations

import contextlib
import os

from ...carried import here
from ...context import Run


def install(run: Run) -> None:
    """Puts the project's own files where an earlier attempt missed them."""
    for name, own in run.spec.learned.get("elsewhere", {}).items():
        path, source = run.paths.inside(here(run, name)), os.path.join(run.spec.work, own)
        folder = os.path.dirname(path)
        beside = not os.path.lexists(folder) and os.path.dirname(own) != ""
        run.paths.there(os.path.dirname(folder) if beside else folder)
        run.paths.owning(folder if beside else path)  # the folder may be a link to the user's own
        with contextlib.suppress(OSError), run.journal.silent():
            os.symlink(os.path.dirname(source) if beside else source, folder if beside else path)
        run.neutral(f"data file {name}: the project's own {own} in its place")
