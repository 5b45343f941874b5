"""Commands that a script starts: those that only look are run, in the user's project; the others are written down.

`pip install`, `huggingface-cli upload` and whatever else answers as if it had worked. Python's own worker processes are
not commands and go on as they are; nor are the compilers that torch starts.
"""

from __future__ import annotations

import inspect
import os
import shlex
import shutil
import subprocess
import sys
import threading
from types import FrameType
from typing import Any

from ..context import Run
from ..steering.loops import Loops
from . import gpu, made_up_history, no_repository
from .commands import judged, words_of
from .own_scripts import Follower, named_in

NOTHING = [sys.executable, "-S", "-c", "pass"]
PLAIN = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_OPTIONAL_LOCKS": "0"}
BUILDERS = ("torch._inductor", "torch.utils.cpp_extension", "triton.")
STARTS = inspect.signature(subprocess.Popen)


def install(run: Run, loops: Loops) -> None:
    """Looks at every command before it is started."""
    commands = Commands(run, loops)

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, args: Any, *more: Any, **options: Any) -> None:
            given = STARTS.bind(args, *more, **options).arguments
            commands.look_at(given)
            super().__init__(**given)

    def system(command: Any) -> int:
        return subprocess.run(command, shell=True).returncode

    subprocess.Popen = Popen  # type: ignore[misc]
    os._exit = _leaving(run, os._exit)
    os.system = system
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            run.patches.replace(os, name, commands.spawning)
    for name in ("execv", "execve", "execvp", "execvpe", "execl", "execlp"):
        if hasattr(os, name):
            run.patches.replace(os, name, lambda real: _replacing(run))


class Commands:
    """The commands of one script, judged before they are started."""

    def __init__(self, run: Run, loops: Loops) -> None:
        self._run = run
        self._repository = _repository(run.spec.home)
        self._histories: dict[str, str] = {}  # repositories that are made up, by the folders that they stand for
        self._home = os.path.realpath(run.spec.common or run.spec.box)
        self._follower = Follower(run, loops)

    def look_at(self, given: dict[str, Any]) -> None:
        """Puts into what Popen is given another command where this one is not to be run as it is."""
        args, shell = given["args"], bool(given.get("shell"))
        words = words_of(args, shell)
        if words and given.get("executable") and not shell:
            words = [os.fsdecode(given["executable"]), *words[1:]]
        kind = self._kind_of(words)
        if kind == "blocked":
            instead = self._followed(words, args, given) or NOTHING
            given.update(args=shlex.join(instead) if shell else instead, executable=None)
            if (said := self._stood_in(words)) is not None:
                given.update(args=_saying(said, shell))
        elif words and kind == "git":
            self._ask_the_repository(words, given, shell)

    def spawning(self, real: Any) -> Any:
        def spawn(path: Any, argv: Any, env: Any, /, **options: Any) -> Any:
            words = [os.fsdecode(path), *(os.fsdecode(word) for word in argv[1:])]
            if self._kind_of(words) == "blocked":
                self._say(words, words, "not run")
                path, argv = NOTHING[0], NOTHING
            return real(path, argv, env, **options)

        return spawn

    def _kind_of(self, words: list[str] | None) -> str:
        """How a command is judged."""
        return "run" if _builds() else "blocked" if self._stood_in(words) is not None else judged(words, self._ours)

    def _ours(self, path: str) -> bool:
        return os.path.realpath(path).startswith(os.path.join(self._home, ""))

    def _stood_in(self, words: list[str] | None) -> str | None:
        """What a command says of the GPU that a smoke run has, whether there is a real one or not."""
        return gpu.answer(words or []) if self._run.spec.smoke else None

    def _followed(self, words: list[str] | None, args: Any, given: dict[str, Any]) -> list[str] | None:
        """A command in the place of one that starts a script of the project's own, which was followed; it ends as that
        did. None for any other, which is written down: it is not run."""
        cwd = os.fsdecode(given.get("cwd") or os.getcwd())
        own = named_in(self._run, words or [], cwd) if self._run.spec.smoke else None
        if own is None or not self._follower.has_room:
            self._say(words, args, "not run")
            return None
        self._say(words, args, "followed in the same process")
        status = self._follower.follow(own, cwd, given.get("env"))
        return [*NOTHING[:-1], f"raise SystemExit({status})"]

    def _ask_the_repository(self, words: list[str], given: dict[str, Any], shell: bool) -> None:
        """The copy of the project is no repository; what is asked is asked of the real one."""
        if self._repository:
            given.setdefault("cwd", self._run.spec.home)
            given["env"] = {**(given.get("env") or os.environ), "GIT_OPTIONAL_LOCKS": "0"}
        else:
            cwd = os.fsdecode(given.get("cwd") or os.getcwd())
            folder, rest = no_repository.asked(words, cwd)
            made = self._history(folder, rest)
            if made is not None:
                again = ["git", "--no-pager", "-C", made, *rest]
                given["args"] = shlex.join(again) if shell else again
                given["env"] = {**(given.get("env") or os.environ), **PLAIN}
            else:
                self._run.neutral("git: the project is no repository; a stand-in answers")
                given["args"] = _saying(no_repository.answer(words, cwd), shell)

    def _history(self, folder: str, asked: list[str]) -> str | None:
        """The repository that is made up in the place of one whose commits are rows of the script's, where rows are
        made up."""
        of_many = made_up_history.of_many(asked) and shutil.which("git") is not None
        if of_many:
            self._run.met.histories.append(folder)
        if of_many and self._run.spec.makes_up_rows and folder not in self._histories:
            self._run.neutral(f"git: the history of {self._run.code.named(folder)}: made-up commits")
            place, times = len(self._histories), int(self._run.spec.learned.get("rows", 1))
            made = self._run.box("histories", str(place))
            made_up_history.make(made, place, times)
            self._histories[folder] = made
        return self._histories.get(folder) if asked[:1] != ["ls-files"] else None

    def _say(self, words: list[str] | None, args: Any, what: str) -> None:
        said = " ".join(map(self._shown, words)) if words is not None else " ".join(str(args).split())
        self._run.neutral(f"command {said[:80]}: {what}")

    def _shown(self, word: str) -> str:
        """A word as the script's author would write it: of this run are the interpreter and the copy of the project."""
        if word == sys.executable:
            return "python"
        spec = self._run.spec
        return os.path.relpath(word, spec.cwd) if word.startswith(os.path.join(spec.box, "")) else word


def _saying(text: str, shell: bool) -> str | list[str]:
    """A command that prints a text."""
    return f"echo {shlex.quote(text)}" if shell else [*NOTHING[:-1], f"print({text!r})"]


def _builds() -> bool:
    """Is it torch or Triton that starts a command, to build the kernels of a compiled model? It builds in the box."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in (__name__, "subprocess", "threading"):
        frame = frame.f_back
    return frame is not None and str(frame.f_globals.get("__name__")).startswith(BUILDERS)


def _leaving(run: Run, real: Any) -> Any:
    """The script's own way out at once: what it has saved by then is still to be looked at."""
    here = os.getpid()

    def leave(status: int) -> Any:
        main = threading.current_thread() is threading.main_thread()
        if os.getpid() == here and main and run.code.asks():
            sys.exit(status)
        real(status)

    return leave


def _repository(folder: str) -> bool:
    """Does a folder lie in a git repository that has a commit?"""
    while True:
        git = os.path.join(folder, ".git")
        if os.path.exists(git):
            heads = os.path.join(git, "refs", "heads")
            commits = os.path.isdir(heads) and bool(os.listdir(heads))
            return commits or os.path.isfile(git) or os.path.exists(os.path.join(git, "packed-refs"))
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


def _replacing(run: Run) -> Any:
    def execute(*args: Any) -> Any:
        run.neutral(f"exec of {args[0] if args else ''}: not done, the script ends here")
        raise SystemExit(0)

    return execute
