"""Scripts of the project's own that a script starts as commands, a step of a pipeline or a trial of a sweep each: they
are followed in this process, where what they save is seen."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..context import Run
from ..ranks import LAUNCHED
from ..script import main_module
from ..steering.instrumenting import instrumented
from ..steering.loops import Loops
from .commands import is_python

LAUNCHERS = ("accelerate", "torchrun", "deepspeed")
# each of whose processes is told its own rank
OF_RANKS = ("torchrun", "deepspeed", "torch.distributed.run", "torch.distributed.launch")
MODULES = (*LAUNCHERS, *OF_RANKS, "accelerate.commands.launch")
DEEPEST = 3  # commands within commands


class Own(NamedTuple):
    """A script, the words for it, the folder of its own modules, its name where it is started by that (`-m`), and what
    its launcher puts into its environment."""

    path: str
    words: tuple[str, ...]
    folder: str
    module: str | None = None
    told: Mapping[str, str] = {}


def named_in(run: Run, words: Sequence[str], cwd: str) -> Own | None:
    """The script of the project's own that a command starts."""
    if not words:
        return None
    rest = list(words[1:])
    if is_python(words[0]):
        while rest and rest[0].startswith("-") and rest[0] not in ("-m", "-c", "-"):
            rest.pop(0)
        if rest[:1] == ["-m"] and len(rest) > 1 and rest[1] in MODULES:
            return _launched(run, rest[1], rest[2:], cwd)
        if rest[:1] == ["-m"] and len(rest) > 1:
            return _module(run, rest[1], tuple(rest[2:]), cwd)
        if rest[:1] in (["-c"], ["-"]) or rest[:1] == ["-m"]:
            return None
        return _script(run, rest, cwd)
    launcher = os.path.basename(words[0])
    return _launched(run, launcher, rest, cwd) if launcher in LAUNCHERS else None


def _launched(run: Run, launcher: str, words: Sequence[str], cwd: str) -> Own | None:
    """The script that a launcher is given, behind options of its own. One that asks for its rank may be what has called
    the launcher, and goes on where it is told one; of others accelerate would take that for several processes."""
    places = [place for place, word in enumerate(words) if word.endswith(".py")]
    found = _script(run, words[places[0] :], cwd) if places else None
    told = LAUNCHED if launcher in OF_RANKS and "LOCAL_RANK" in run.hints.strings else {}
    return found._replace(told=told) if found is not None else None


def _script(run: Run, words: Sequence[str], cwd: str) -> Own | None:
    path = os.path.abspath(os.path.join(cwd, words[0])) if words else ""
    if not os.path.isfile(path) or not run.code.owns(path):
        return None
    return Own(path, tuple(words[1:]), os.path.dirname(path))


def _module(run: Run, name: str, words: tuple[str, ...], cwd: str) -> Own | None:
    path = os.path.join(cwd, *name.split("."))
    for candidate in (path + ".py", os.path.join(path, "__main__.py")):
        if os.path.isfile(candidate) and run.code.owns(candidate):
            return Own(os.path.abspath(candidate), words, os.path.abspath(cwd), name)
    return None


class Follower:
    """Runs such scripts, one within another at most a few deep."""

    def __init__(self, run: Run, loops: Loops) -> None:
        self.run, self.loops = run, loops
        self._depth = 0

    @property
    def has_room(self) -> bool:
        return self._depth < DEEPEST

    def follow(self, own: Own, cwd: str, environment: Mapping[str, str] | None) -> int:
        """The exit status. Raises what the script raises: it is as much a part of the run as any other."""
        with open(own.path, "rb") as file:
            code = instrumented(file.read(), own.path, self.loops)
        module = main_module(own.path, own.module.rpartition(".")[0] or None if own.module else None)
        self._depth += 1
        before, self.run.journal.started = self.run.journal.started, own.path
        try:
            with _as_started(module, own, cwd, environment):
                exec(code, module.__dict__)
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            self._depth -= 1
            self.run.journal.started = before
        return 0


@contextmanager
def _as_started(module: types.ModuleType, own: Own, cwd: str, environment: Mapping[str, str] | None) -> Any:
    """The words, the folder, the modules and the environment of a process of its own, until it ends."""
    argv, paths, main, folder = sys.argv, list(sys.path), sys.modules["__main__"], os.getcwd()
    before = dict(os.environ)
    try:
        sys.argv, sys.modules["__main__"] = [own.path, *own.words], module
        sys.path[0:0] = [own.folder]
        os.chdir(cwd)
        os.environ.update({**(environment or {}), **own.told})
        yield
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = argv, paths, main
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)
