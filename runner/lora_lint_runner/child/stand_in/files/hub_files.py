"""Files of a data set that are read by their address on the hub: `pandas.read_csv("hf://datasets/you/it/train.csv")`."""

from __future__ import annotations

import os
from typing import Any

from ...context import Run
from ..made_up.files import tables

HOME = "datasets/"


def install(run: Run) -> None:
    """Answers the hub's file system, which pandas, pyarrow and fsspec ask; of other repositories the real one does."""
    patches = run.patches

    @patches.after("huggingface_hub.hf_file_system")
    def file_system(module: Any) -> None:
        cls = module.HfFileSystem
        patches.replace(cls, "_open", lambda real: _asked(run, real, _opened))
        patches.replace(cls, "info", lambda real: _asked(run, real, _info))
        patches.replace(cls, "exists", lambda real: _asked(run, real, os.path.isfile))
        patches.replace(cls, "isfile", lambda real: _asked(run, real, os.path.isfile))
        patches.replace(cls, "glob", _found)


def _asked(run: Run, real: Any, answer: Any) -> Any:
    def ask(self: Any, path: str, *args: Any, **options: Any) -> Any:
        name = self._strip_protocol(path)
        if not name.startswith(HOME):
            return real(self, path, *args, **options)
        found = answer(_made(run, name))
        return {**found, "name": name} if isinstance(found, dict) else found

    return ask


def _found(real: Any) -> Any:
    """A pattern finds one file."""

    def glob(self: Any, path: str, *args: Any, **options: Any) -> Any:
        name = self._strip_protocol(path)
        return [name.replace("**/", "").replace("*", "0")] if name.startswith(HOME) else real(self, path, *args)

    return glob


def _opened(path: str) -> Any:
    return open(path, "rb")


def _info(path: str) -> dict[str, Any]:
    return {"size": os.path.getsize(path), "type": "file"}


def _made(run: Run, name: str) -> str:
    """The made-up file: `datasets/owner/name@revision/file`, a revision or not."""
    _, owner, repository, *inner = name.split("/")
    repository = f"{owner}/{repository.split('@')[0]}"
    path = os.path.join(run.box("made-up", repository.replace("/", "-")), *inner)
    if run.data is not None:
        run.data.made_up = True
    return path if os.path.exists(path) else tables.downloaded(run, repository, "/".join(inner))
