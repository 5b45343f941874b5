"""Commands that a script starts: those that only look are run, in the user's project; the others are written down.

`pip install`, `nvidia-smi`, `huggingface-cli upload` and whatever else answers as if it had worked. Python's own worker
processes are not commands and go on as they are.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import Any

from ..context import Run

LOOKING = frozenset(
    (
        "uname hostname whoami date pwd ls cat head tail wc echo true false test env printenv which nproc "
        "free df du id lscpu gcc cc c++ g++ ldconfig ld lsb_release file stat sort grep find python python3"
    ).split()
)
GIT_LOOKING = frozenset(
    ("rev-parse status log describe branch config remote show diff ls-files symbolic-ref --version version").split()
)


def install(run: Run) -> None:
    """Looks at every command before it is started."""

    repository = _repository(run.spec.home)

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, args: Any, *more: Any, **options: Any) -> None:
            words = _words(args)
            kind = judged(words)
            if kind == "git":
                # the copy of the project is no repository; what is asked is asked of the real one
                if repository:
                    options.setdefault("cwd", run.spec.home)
                else:
                    run.neutral("git: the project is no repository; a stand-in answers")
                    answer = "main" if "--abbrev-ref" in words or "branch" in words else "0" * 40
                    args = (
                        f"echo {answer}" if options.get("shell") else [sys.executable, "-S", "-c", f"print({answer!r})"]
                    )
            elif kind == "blocked":
                run.neutral(f"command {' '.join(words)[:80]}: not run")
                args = [sys.executable, "-S", "-c", "pass"] if not options.get("shell") else "true"
                options.pop("executable", None)
            super().__init__(args, *more, **options)

    subprocess.Popen = Popen  # type: ignore[misc]

    def system(command: Any) -> int:
        return subprocess.run(command, shell=True).returncode

    os.system = system
    for name in ("execv", "execve", "execvp", "execvpe", "execl", "execlp"):
        if hasattr(os, name):
            run.patches.replace(os, name, lambda real: _replacing(run))


def _repository(folder: str) -> bool:
    """Does a folder lie in a git repository that has a commit?"""
    while True:
        git = os.path.join(folder, ".git")
        if os.path.exists(git):
            heads = os.path.join(git, "refs", "heads")
            return os.path.isfile(git) or os.path.exists(os.path.join(git, "packed-refs")) or bool(os.listdir(heads))
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


def _replacing(run: Run) -> Any:
    def execute(*args: Any) -> Any:
        run.neutral(f"exec of {args[0] if args else ''}: not done, the script ends here")
        raise SystemExit(0)

    return execute


def _words(args: Any) -> list[str]:
    if isinstance(args, (str, bytes)):
        text = args.decode(errors="replace") if isinstance(args, bytes) else args
        try:
            return shlex.split(text)
        except ValueError:
            return text.split()
    if isinstance(args, os.PathLike):
        return [os.fspath(args)]
    return [os.fspath(a) if isinstance(a, (str, bytes, os.PathLike)) else str(a) for a in args]  # type: ignore[misc]


def judged(words: list[str]) -> str:
    """ "run", "git" (run in the real project) or "blocked"."""
    words = [w for w in words if "=" not in w or w.startswith("-") or "/" in w.split("=")[0]]
    if not words:
        return "run"
    name = os.path.basename(words[0])
    if any(w in (";", "&&", "||", "|", ">", ">>") or w.endswith(";") for w in words) or any(
        c in " ".join(words) for c in "><`$"
    ):
        return "blocked"
    if name == "git":
        verb = next((w for w in words[1:] if not w.startswith("-") or w == "--version"), "")
        return "git" if verb in GIT_LOOKING else "blocked"
    if name in ("python", "python3") or words[0] == sys.executable:
        return "run" if _looks(words[1:]) else "blocked"
    return "run" if name in LOOKING else "blocked"


def _looks(words: list[str]) -> bool:
    """Python's own workers and version questions; another script of the user's is not followed."""
    return not words or (
        words[0] in ("-V", "--version", "-c") and ("multiprocessing" in " ".join(words) or words[0] != "-c")
    )
