"""The user's interpreter: the one that has torch, transformers and peft, and in which the script would run."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from lora_lint_runner.options import UsageError

NEEDED = ("torch", "transformers", "peft")
FLOOR = (3, 9)
_ASK = (
    "import importlib.util as u, sys; "
    "print(sys.version_info[0], sys.version_info[1], *[n for n in sys.argv[1:] if u.find_spec(n) is None])"
)


_ASK_RELEASES = """
import sys
from importlib.metadata import PackageNotFoundError, version
for name in sys.argv[1:]:
    try:
        print(name, version(name), sep="=")
    except PackageNotFoundError:
        pass
"""


class NoInterpreter(Exception):
    """No interpreter with what a run needs; the text says what is missing and how to get it."""


def choose(python: str | None, near: Path) -> str:
    """The interpreter for scripts near a folder: `python` if named, else the first usable one.

    Raises UsageError for a name that is no interpreter, NoInterpreter where packages are missing.
    """
    if python is not None:
        found = shutil.which(python) or (python if os.path.isfile(python) else None)
        if found is None:
            raise UsageError(f"--python: there is no interpreter {python}")
        missing = lacking(found)
        if missing is None:
            raise UsageError(f"--python: {python} is no working Python {FLOOR[0]}.{FLOOR[1]} or later")
        if missing:
            raise NoInterpreter(f"{python} has no {', '.join(missing)}: {python} -m pip install {' '.join(missing)}")
        return os.path.abspath(found)  # it is started elsewhere
    first: tuple[str, list[str]] | None = None
    for candidate in _candidates(near):
        missing = lacking(candidate)
        if missing == []:
            return candidate
        if missing is not None and first is None:
            first = (candidate, missing)
    if first is None:
        raise NoInterpreter("no Python interpreter was found; name one with --python")
    raise NoInterpreter(
        f"{first[0]} has no {', '.join(first[1])}: {first[0]} -m pip install {' '.join(first[1])}, "
        "or name another with --python"
    )


def with_torch(python: str | None, near: Path) -> str | None:
    """An interpreter that has torch, the named one or the first that is found; None if there is none."""
    for candidate in [python] if python is not None else _candidates(near):
        missing = lacking(candidate)
        if missing is not None and "torch" not in missing:
            found = shutil.which(candidate)
            return os.path.abspath(found) if found is not None else candidate
    return None


def lacking(python: str) -> list[str] | None:
    """The needed packages that an interpreter lacks; None if it is no interpreter that can be used."""
    if os.path.realpath(python) == os.path.realpath(sys.executable) and _same_environment(python):
        return [name for name in NEEDED if importlib.util.find_spec(name) is None]
    try:
        done = subprocess.run([python, "-c", _ASK, *NEEDED], capture_output=True, text=True, timeout=30, check=True)
        major, minor, *missing = done.stdout.splitlines()[-1].split()  # a start-up file may have said something before
        return missing if (int(major), int(minor)) >= FLOOR else None
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def releases(python: str, libraries: Collection[str]) -> dict[str, str]:
    """The releases of those libraries that an interpreter has, without what marks a build."""
    found: dict[str, str] = {}
    if os.path.realpath(python) == os.path.realpath(sys.executable) and _same_environment(python):
        from importlib import metadata

        for name in libraries:
            with contextlib.suppress(metadata.PackageNotFoundError):
                found[name] = metadata.version(name)
    else:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run([python, "-c", _ASK_RELEASES, *libraries], capture_output=True, text=True, timeout=30)
            said = (line.partition("=") for line in done.stdout.splitlines())
            found = {name: version for name, _, version in said if name in libraries}
    return {name: version.split("+")[0] for name, version in found.items()}


def _same_environment(python: str) -> bool:
    return os.path.dirname(os.path.abspath(python)) == os.path.dirname(os.path.abspath(sys.executable))


def _candidates(near: Path) -> Iterator[str]:
    """The active environment, this one, the project's own, and what is on the path."""
    seen: set[str] = set()
    tail = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    places = [os.path.join(os.environ[name], *tail) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if os.environ.get(name)]
    places.append(sys.executable)
    for folder in (near, *near.parents):
        places += [os.path.join(folder, name, *tail) for name in (".venv", "venv", "env")]
    places += [found for found in map(shutil.which, ("python3", "python")) if found]
    for place in map(os.path.abspath, places):
        if place not in seen and os.path.isfile(place):
            seen.add(place)
            yield place
