"""What the script looks for among its files and does not find: remembered, in case it stops because of that."""

from __future__ import annotations

import builtins
import glob
import os
import pathlib
import sys
from typing import Any

from ...carried import learned_of
from ...context import Run
from . import weights

ONE = ("exists", "isfile", "isdir")
OF_PATHS = ("exists", "is_file", "is_dir")
NOT_OF_FOLDERS, NOT_OF_FILES = ("isfile", "is_file"), ("isdir", "is_dir")
MODELS = 2  # in a folder of such


def install(run: Run) -> None:
    """Listens to the script's own questions."""
    found: list[str] = run.met.looked_for
    for name in ONE:
        run.patches.replace(os.path, name, lambda real: _asked(run, found, real))
    for name in ("listdir", "scandir"):
        run.patches.replace(os, name, lambda real: _looked_into(run, real))
    run.patches.replace(os, "walk", lambda real: _walked(run, found, real))
    for name in OF_PATHS:
        run.patches.replace(pathlib.Path, name, lambda real: _asked(run, found, real))
    run.patches.replace(builtins, "open", lambda real: _opened(run, found, real))
    for name in ("glob", "iglob"):
        run.patches.replace(glob, name, lambda real: _listed(run, found, real))
    for name in ("glob", "rglob"):
        run.patches.replace(pathlib.Path, name, lambda real: _listed_below(run, found, real))


def _made_there(run: Run, path: Any) -> None:
    """The folder of a model, where an earlier attempt has learned that it is one."""
    if isinstance(path, (str, os.PathLike)) and learned_of(run, path, "model folders"):
        assert run.hub is not None
        run.hub.folder_there(os.fspath(path))


def _looked_into(run: Run, real: Any) -> Any:
    def look(path: Any = ".", *args: Any, **options: Any) -> Any:
        _made_there(run, path)
        return real(path, *args, **options)

    return look


def _walked(run: Run, found: list[str], real: Any) -> Any:
    def walk(top: Any, *args: Any, **options: Any) -> Any:
        if isinstance(top, (str, os.PathLike)) and not os.path.isdir(top) and _own(run):
            found.append(os.path.join(os.fspath(top), "*"))
        return real(top, *args, **options)

    return walk


def _opened(run: Run, found: list[str], real: Any) -> Any:
    def open_(file: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(file, *args, **options)
        except FileNotFoundError as error:
            # a library's question, too, where it is a made-up text that it takes for a file, or a box of mails, which
            # it makes then, or settings, which it does without: the script may go on
            name, asking = error.filename, sys._getframe(1).f_globals.get("__name__")
            own = run.code.asks() or asking in ("mailbox", "configparser")
            if isinstance(name, str) and (own or os.path.basename(name) in run.met.cells):
                found.append(name)
            raise

    return open_


def _own(run: Run) -> bool:
    """Is it the script itself that asks, not a stand-in on its way?"""
    return run.code.owns(sys._getframe(2).f_code.co_filename)


def _asked(run: Run, found: list[str], real: Any) -> Any:
    def ask(path: Any, *args: Any, **options: Any) -> Any:
        if run.spec.learned.get("model folders") and _own(run):
            _made_there(run, path)
        answer = real(path, *args, **options)
        if not answer and isinstance(path, (str, os.PathLike)) and _own(run):
            wrong = NOT_OF_FILES if os.fspath(path).endswith(weights.SUFFIXES) else NOT_OF_FOLDERS
            if learned_of(run, path, "there") and real.__name__ not in wrong:
                return True
            found.append(os.fspath(path))
            at = sys._getframe(1)
            run.met.asked_at.setdefault(os.fspath(path), (at.f_code.co_filename, at.f_lineno))
        return answer

    return ask


def _filled(run: Run, folder: str | None) -> None:
    """Of a folder of models some are there, where an earlier attempt took one of none."""
    if folder is not None and learned_of(run, folder, "models within"):
        assert run.hub is not None
        for place in range(MODELS):
            run.hub.folder_there(os.path.join(folder, f"model-{place}"))


def _listed(run: Run, found: list[str], real: Any) -> Any:
    def listed(pathname: Any, *args: Any, **options: Any) -> Any:
        _filled(run, os.path.dirname(pathname) if isinstance(pathname, str) else None)
        answer = list(real(pathname, *args, **options))
        if not answer and isinstance(pathname, str) and _own(run):
            found.append(pathname)
            run.met.patterns.append(pathname)
        return answer if real.__name__ == "glob" else iter(answer)

    return listed


def _listed_below(run: Run, found: list[str], real: Any) -> Any:
    def listed(self: Any, pattern: str, *args: Any, **options: Any) -> Any:
        _filled(run, os.fspath(self))
        answer = list(real(self, pattern, *args, **options))
        if not answer and _own(run):
            below = "**" if real.__name__ == "rglob" else ""
            found.append(os.path.join(os.fspath(self), below, pattern))
        return iter(answer)

    return listed
