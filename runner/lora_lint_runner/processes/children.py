"""Child processes: fresh interpreters, or forks of a warm one. Each has its own process group, which ends with it."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from lora_lint_runner.processes import process_tree

CHILD = Path(__file__).parents[1] / "child" / "__main__.py"
CAN_FORK = sys.platform.startswith("linux")  # on macOS a fork after torch was imported is not safe; Windows has none


class Child(Protocol):
    """A run that was started."""

    @property
    def pid(self) -> int:
        """Its process; 0 as long as it waits to be forked."""

    def poll(self) -> int | None:
        """Its exit code once it has ended; negative for a signal."""

    def kill(self) -> None:
        """Ends it and everything that it started."""


class Fresh:
    """A run in an interpreter of its own, perhaps started by a launcher. `box` is its mark, too."""

    def __init__(self, command: Sequence[str], output: Path, env: Mapping[str, str], box: Path) -> None:
        self._mark = str(box)
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**env, process_tree.MARK: self._mark},
                cwd=box,
                start_new_session=os.name == "posix",
                preexec_fn=process_tree.end_with_parent if sys.platform.startswith("linux") else None,
            )
        self.pid = self._process.pid

    def poll(self) -> int | None:
        code = self._process.poll()
        if code is not None:
            process_tree.end(self.pid, self._mark)
        return code

    def kill(self) -> None:
        process_tree.end(self.pid, self._mark)
        with contextlib.suppress(OSError):
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)


class WarmGone(Exception):
    """The warm process ended by itself; the text is what it said last."""


class Warm:
    """A warm interpreter that forks a child for each run. It goes when this object is closed, or its owner dies."""

    def __init__(self, python: str, home: Path, env: Mapping[str, str]) -> None:
        self.home = home
        self._log = home / "warm.log"
        self._error: IO[bytes] = self._log.open("wb")
        self._process = subprocess.Popen(
            [python, str(CHILD), "serve", str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._error,
            env=dict(env),
            cwd=home,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._rest = b""
        self._pids: dict[int, int] = {}
        self._exits: dict[int, int] = {}
        self._count = 0
        self.warmed: float | None = None
        self.pid = self._process.pid

    def warm(self, names: Sequence[str]) -> None:
        """Begins to import what the runs will import; returns at once."""
        self._say({"warm": list(names)})

    def fork(self, spec: Path, output: Path, box: Path) -> Forked:
        """Starts a run in its box, which is its mark, too. Raises WarmGone."""
        self._count += 1
        number = self._count
        self._say({"id": number, "run": str(spec), "output": str(output), "env": {process_tree.MARK: str(box)}})
        return Forked(self, number, str(box))

    def exit_of(self, number: int) -> int | None:
        self.listen(0)
        return self._exits.get(number)

    def pid_of(self, number: int) -> int:
        self.listen(0)
        return self._pids.get(number, 0)

    def listen(self, seconds: float) -> None:
        """Takes in what the warm process said, waiting at most this long. Raises WarmGone."""
        if not self._selector.select(seconds):
            return
        assert self._process.stdout is not None
        data = self._process.stdout.read()
        if data == b"":
            raise WarmGone(self._last_words())
        *lines, self._rest = (self._rest + (data or b"")).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "warm" in said:
                self.warmed = said["warm"]
            elif "pid" in said:
                self._pids[said["id"]] = said["pid"]
            elif "exit" in said:
                self._exits[said["id"]] = said["exit"]

    def end(self, number: int) -> None:
        """Ends a run, with its process group. Before the imports are done there is none yet."""
        if self.warmed is None:
            return
        self._say({"id": number, "kill": True})
        until = time.monotonic() + 5
        while self._exits.get(number) is None and time.monotonic() < until:
            self.listen(0.1)

    def close(self) -> None:
        """Ends the warm process and its children."""
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(2 if self.warmed is not None else 0)  # what is importing does not listen
        except subprocess.TimeoutExpired:
            for pid in self._pids.values():
                process_tree.end(pid)
            process_tree.end(self._process.pid)
            self._process.wait(5)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._error.close()

    def _say(self, asked: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise WarmGone(self._last_words()) from None

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            return lines[-1] if lines else "it said nothing"
        return "it said nothing"


class Forked:
    """A run in a fork of a warm interpreter."""

    def __init__(self, warm: Warm, number: int, mark: str) -> None:
        self._warm, self._number, self._mark = warm, number, mark

    @property
    def pid(self) -> int:
        return self._warm.pid_of(self._number)

    def poll(self) -> int | None:
        code = self._warm.exit_of(self._number)
        if code is not None:
            process_tree.end_marked(self._mark)
        return code

    def kill(self) -> None:
        process_tree.end(self.pid, self._mark)
        self._warm.end(self._number)


def surroundings(home: Path, *, full: bool) -> dict[str, str]:
    """The environment of a child: the user's own, but for what would change how it is measured or reached."""
    found = dict(os.environ)
    for name in ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONOPTIMIZE"):
        found.pop(name, None)
    found.update(PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1", PYTHONFAULTHANDLER="1")
    tmp = home / "tmp"  # libraries leave caches there as soon as they are imported
    tmp.mkdir(exist_ok=True)
    found.update(TMPDIR=str(tmp), TEMP=str(tmp), TMP=str(tmp))
    if not full:
        found.update(
            HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_DATASETS_OFFLINE="1", CUDA_VISIBLE_DEVICES="",
            OMP_NUM_THREADS="1", HF_HOME=str(home / "hf"), TOKENIZERS_PARALLELISM="false",
            HF_HUB_DISABLE_TELEMETRY="1",
        )  # fmt: skip
    return found
