"""Which commands only look. What is not listed here, or is put together by a shell, is not run."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from typing import Any

SHELL = set(";&|<>`$(){}\n")  # with one of these a shell does more than start one program
ONLY_LOOK = frozenset(
    "uname whoami pwd ls cat head tail wc echo true false test printenv which nproc free df du id lscpu lsb_release "
    "stat grep".split()
)
FIND_ACTS = ("-delete", "-exec", "-ok", "-fprint", "-fls")
PYTHONS = ("python", "python3")
Looks = Callable[[list[str], Callable[[str], bool]], bool]  # the words, and what says where the script may write


def words_of(command: Any, shell: bool) -> list[str] | None:
    """The words of a command; None where a shell would make more of them than one program's."""
    if shell and isinstance(command, (list, tuple)):
        command = command[0] if command else ""
    if isinstance(command, (str, bytes, os.PathLike)):
        text = os.fsdecode(command)
        if not shell:
            return [text]
        if SHELL & set(text):
            return None
        try:
            words = shlex.split(text)
        except ValueError:
            return None
        while words and "=" in words[0]:  # variables for the program's environment
            del words[0]
        return words
    return [os.fsdecode(word) if isinstance(word, (bytes, os.PathLike)) else str(word) for word in command]


def judged(words: list[str] | None, ours: Callable[[str], bool]) -> str:
    """ "run", "git" (run in the real project) or "blocked"; `ours` says where the script may write."""
    if words is None:
        return "blocked"
    if not words:
        return "run"
    name, rest = os.path.basename(words[0]), words[1:]
    if is_python(words[0]):
        return "run" if _is_worker(rest) else "blocked"
    if name == "git":
        return "git" if _git_looks(rest) else "blocked"
    known = KNOWN.get(name)
    return "run" if name in ONLY_LOOK or (known is not None and known(rest, ours)) else "blocked"


def is_python(word: str) -> bool:
    """Is a program this interpreter, or one of its name?"""
    return word == sys.executable or os.path.basename(word) in PYTHONS


def _is_worker(words: list[str]) -> bool:
    """Python's own workers and version questions; a script of the user's is followed elsewhere (see `own_scripts`)."""
    if not words or words[0] in ("-V", "--version"):
        return True
    return words[0] == "-c" and "multiprocessing" in " ".join(words)


def _finds(words: list[str], ours: Callable[[str], bool]) -> bool:
    return not any(word.startswith(FIND_ACTS) for word in words)


def _says_the_date(words: list[str], ours: Callable[[str], bool]) -> bool:
    return all(word.startswith(("+", "-u", "-I", "-R", "--utc", "--iso", "--rfc")) for word in words)


def _only_options(words: list[str], ours: Callable[[str], bool]) -> bool:
    return all(word.startswith("-") for word in words)


def _asks_nothing(words: list[str], ours: Callable[[str], bool]) -> bool:
    return not words


def _sorts(words: list[str], ours: Callable[[str], bool]) -> bool:
    return not any(word.startswith(("-o", "--o")) for word in words)


def _compiles_into_ours(words: list[str], ours: Callable[[str], bool]) -> bool:
    """torch.compile and kernels that are built when they are first used: their output lies in the run's own folder."""
    outputs = [after for word, after in zip(words, [*words[1:], ""], strict=False) if word in ("-o", "--output")]
    outputs += [word[2:] for word in words if word.startswith("-o") and len(word) > 2]
    return all(ours(output) for output in outputs or ["."])


def _asks_of_gpus(words: list[str], ours: Callable[[str], bool]) -> bool:
    """Where there is no such program, a script that reads its answer is better off with an empty one."""
    asking = ("-q", "--query", "--format", "-L", "--list-gpus", "-x", "-i", "--id", "-h", "--help")
    told = zip(["", *words], words, strict=False)
    asks = all(word.startswith(asking) or before in ("-i", "--id") for before, word in told)
    return asks and shutil.which("nvidia-smi") is not None


def _tells_kinds(words: list[str], ours: Callable[[str], bool]) -> bool:
    return not any(word.startswith(("-C", "--compile")) for word in words)


KNOWN: dict[str, Looks] = {
    "file": _tells_kinds,
    "find": _finds,
    "date": _says_the_date,
    "hostname": _only_options,
    "env": _asks_nothing,
    "sort": _sorts,
    **dict.fromkeys(("gcc", "cc", "c++", "g++", "ld", "nvcc", "ptxas", "hipcc"), _compiles_into_ours),
    "ldconfig": lambda words, ours: words == ["-p"],
    "nvidia-smi": _asks_of_gpus,
}

# -- git: what each of its commands may be asked -----------------------------------------------------------------------


def _lists(words: list[str]) -> bool:
    looking = ("-a", "-r", "-v", "-vv", "--list", "-l", "--all", "--show-current", "--contains", "--merged", "--format")
    return all(word.startswith(looking) for word in words)


def _gets(words: list[str]) -> bool:
    options = [word for word in words if word.startswith("-")]
    asked = ("--get", "--list", "-l", "--global", "--local", "--system", "--show", "--name-only", "--null", "-z")
    getting = any(option.startswith(("--get", "--list", "-l")) for option in options)
    return all(option.startswith(asked) for option in options) and (getting or len(words) - len(options) == 1)


def _tells_remotes(words: list[str]) -> bool:
    return not words or words[0] in ("-v", "--verbose", "get-url", "show")


def _writes_no_file(words: list[str]) -> bool:
    return not any(word.startswith("--output") for word in words)


def _one_name(words: list[str]) -> bool:
    return len([w for w in words if not w.startswith("-")]) <= 1 and not {"-d", "--delete"} & set(words)


GIT: dict[str, Callable[[list[str]], bool]] = {
    **dict.fromkeys("rev-parse rev-list status describe ls-files version --version".split(), lambda words: True),
    **dict.fromkeys("log show diff".split(), _writes_no_file),
    "branch": _lists,
    "config": _gets,
    "remote": _tells_remotes,
    "symbolic-ref": _one_name,
}


def _git_looks(words: list[str]) -> bool:
    while words and words[0] in ("-C", "--no-pager"):
        words = words[2:] if words[0] == "-C" else words[1:]
    return bool(words) and words[0] in GIT and GIT[words[0]](words[1:])
