"""Settings that a package which is not here would read: `config = load_config()`, of the file that the command line
names, else of the project's own one that fits."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from ..context import Run
from .anything import SETTINGS, Anything
from .libraries.records import Record
from .made_up.files import settings

LOADS = re.compile(
    r"^(load|get|read|parse|add|make|build|setup|init|create)_?(\w+_)?"
    r"(config(uration)?s?|cfg|conf|settings|arguments|args|params|parameters|hparams|options)$",
    re.I,
)


class Settings(Record):
    """What is not in them is as all that such a package gives."""

    def __missing__(self, name: str) -> Anything:
        return Anything(f"settings[{name!r}]")


def install(run: Run) -> None:
    """From now on such a package, of which nothing else is known, hands them out."""
    unknown = {e["name"] for e in run.spec.learned.get("lacking", ()) if e["kind"] == "package"}

    def handed_out(name: str, given: tuple[Any, ...]) -> Any:
        root, _, function = name.partition(".")
        if root not in unknown or not LOADS.search(function.rpartition(".")[2]) or "()" in name:
            return None
        path = next(_named(run, given), None) or settings.own(run)
        held = _read(path) if path is not None else None
        if path is None or not isinstance(held, dict):
            return None
        run.neutral(f"settings that {name} would read: {os.path.relpath(path, run.spec.work)}")
        return Settings(held)

    SETTINGS[:] = [handed_out]


def _named(run: Run, given: tuple[Any, ...]) -> Iterator[str]:
    """Files of settings that the function is given, or the command line names."""
    for word in (*given, *sys.argv[1:]):
        path = str(word).rpartition("=")[2] if isinstance(word, (str, os.PathLike)) else ""
        if path.endswith(settings.KINDS) and os.path.isfile(os.path.join(run.spec.cwd, path)):
            yield os.path.join(run.spec.cwd, path)


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".json"):
        return json.loads(text)
    if path.endswith(".toml"):
        return importlib.import_module("tomllib").loads(text) if sys.version_info >= (3, 11) else None
    return importlib.import_module("yaml").safe_load(text)
