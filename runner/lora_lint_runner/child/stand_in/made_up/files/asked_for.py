"""Pictures and sounds that a table of the project's own names, and that lie elsewhere: where an earlier attempt has
missed one of them, each of the others is there once the script asks whether it is."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterable
from typing import Any

from ....context import Run
from ..suffixes import PICTURES, SOUNDS, suffix_of

MOST = 4096  # of a script that goes on asking until there is none
QUESTIONS = ((os.path, "exists"), (os.path, "isfile"), (pathlib.Path, "exists"), (pathlib.Path, "is_file"))


def install(run: Run, missed: Iterable[str], make: Callable[[Run, str], None]) -> None:
    """`missed` are the paths of those in whose folders there was nothing, `make` makes one up."""
    kinds = {(os.path.dirname(path), suffix_of(path)) for path in missed if suffix_of(path) in (*PICTURES, *SOUNDS)}
    made: set[str] = set()

    def asking(real: Any) -> Any:
        def ask(path: Any, *args: Any, **options: Any) -> Any:
            answer = real(path, *args, **options)
            if answer or not isinstance(path, (str, os.PathLike)) or len(made) >= MOST:
                return answer
            whole = os.path.abspath(os.fspath(path))
            if whole in made or (os.path.dirname(whole), suffix_of(whole)) not in kinds or not run.code.asks():
                return answer
            made.add(whole)
            with run.journal.silent():
                make(run, whole)
            return real(path, *args, **options)

        return ask

    for owner, name in QUESTIONS if kinds else ():
        run.patches.replace(owner, name, asking)
