"""Runs a script with `lora-lint --run` in a process of its own, and keeps what came out until the script changes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

from lora_lint_lsp import verdict as verdicts
from lora_lint_lsp.documents import Script, same_path
from lora_lint_lsp.launch import module_command
from lora_lint_lsp.verdict import Verdict

PATIENCE = 10.0  # seconds that a cancelled run has to clean up
START = 60  # seconds that the runner has besides the runs themselves
EXIT_WITH_OBJECT = (0, 1, 3)


class RunFailed(Exception):
    """The run gave no verdict; the message says why, for the user."""


class Wishes(NamedTuple):
    """How a script is to be run: in which interpreter, with which arguments of its own, with which options of `--run`.

    `limit`: seconds that each of the two runs, as written and corrected, may take.
    """

    python: str
    arguments: tuple[str, ...]
    options: tuple[str, ...]
    limit: int


class Run(NamedTuple):
    """A finished run."""

    verdict: Verdict
    report_path: str


class Runs:
    """The last run of each script, and the runs under way."""

    def __init__(self) -> None:
        self._finished: dict[str, Run] = {}
        self._stamps: dict[str, int] = {}
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._reports: str | None = None  # a temporary folder
        self._numbers: dict[str, int] = {}

    def under_way(self, script: Script) -> bool:
        return unquote(script.uri) in self._processes

    def finished(self, script: Script) -> Run | None:
        return self._finished.get(unquote(script.uri))

    def stamp(self, script: Script) -> int:
        """Changes whenever the outcome of a script's run does."""
        return self._stamps.get(unquote(script.uri), 0)

    def summary(self, script: Script) -> str | None:
        """The last run in one line."""
        run = self.finished(script)
        if run is None:
            return None
        mark = {"confirmed": "✓", "failed": "✗"}.get(run.verdict.verdict, "?")
        return f"{mark} {run.verdict.summary}"

    def forget(self, script: Script) -> bool:
        """The script changed: what was seen of it is old. True where there was something to forget."""
        if self._finished.pop(unquote(script.uri), None) is None:
            return False
        self._stamps[unquote(script.uri)] = self.stamp(script) + 1
        return True

    async def run(self, script: Script, wishes: Wishes, tell: Callable[[str], None]) -> Run:
        """Runs a script; `tell` hears how it goes on. Raises RunFailed where there is no verdict."""
        if script.path is None:
            raise RunFailed("the file was never saved; a run needs it on disk")
        command = [*module_command("lora_lint"), "--run", script.path, "--output-format", "json"]
        report = self._report_path(script.path)
        command += ["--report", report, "--time-limit", str(wishes.limit), *wishes.options]
        command += ["--python", wishes.python] if wishes.python else []
        command += ["--", *wishes.arguments] if wishes.arguments else []
        longest = 2 * wishes.limit + START
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=os.path.dirname(script.path),
            env={**os.environ, "LORA_LINT_PROGRESS": "lines"},
            start_new_session=True,
        )
        self._processes[unquote(script.uri)] = process
        try:
            output, said = await asyncio.wait_for(_talk(process, tell), longest)
        except (TimeoutError, asyncio.TimeoutError):
            raise RunFailed(f"the run took longer than {longest} seconds and was ended") from None
        finally:
            await _end(process)
            self._processes.pop(unquote(script.uri), None)
        if process.returncode not in EXIT_WITH_OBJECT:
            raise RunFailed(_last_line(said) or f"lora-lint --run ended with {process.returncode}")
        try:
            verdict = verdicts.read(json.loads(output))
        except (ValueError, KeyError, TypeError):
            raise RunFailed(_last_line(said) or "lora-lint --run gave no verdict") from None
        run = Run(verdict, report)
        self._finished[unquote(script.uri)] = run
        self._stamps[unquote(script.uri)] = self.stamp(script) + 1
        return run

    def stop(self) -> None:
        """Asks all runs to end, which clean up after themselves, and throws the reports away."""
        for process in self._processes.values():
            _signal(process, hard=False)
        if self._reports is not None:
            shutil.rmtree(self._reports, ignore_errors=True)
            self._reports = None

    def _report_path(self, script: str) -> str:
        """Where the report of a script's run goes: one for each, the newest in place of the last."""
        if self._reports is None:
            self._reports = tempfile.mkdtemp(prefix="lora-lint-")
        number = self._numbers.setdefault(script, len(self._numbers) + 1)
        return os.path.join(self._reports, f"{number}-{os.path.basename(script)}.html")


def sites_in(run: Run, path: str, cell: int | None) -> list[verdicts.Site]:
    """The save sites in a file, or in one cell of it."""
    return [site for site in run.verdict.sites if same_path(site.filename, path) and site.cell == cell]


async def _talk(process: asyncio.subprocess.Process, tell: Callable[[str], None]) -> tuple[str, list[str]]:
    """Reads both outputs to their end; lines of the second are told as they come."""
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[str] = []

    async def listen(stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(4096):
            for line in chunk.decode("utf-8", "replace").replace("\r", "\n").splitlines():
                if line.strip():
                    said.append(line.strip())
                    tell(line.strip())
            del said[:-200]

    output, _ = await asyncio.gather(process.stdout.read(), listen(process.stderr))
    await process.wait()
    return output.decode("utf-8", "replace"), said


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ends a run that is still under way: asks first, so that it can clean up, and insists later."""
    if process.returncode is not None:
        return
    _signal(process, hard=False)
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except (TimeoutError, asyncio.TimeoutError):
        _signal(process, hard=True)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, *, hard: bool) -> None:
    """Asks a run to end, which ends what it has started; or ends all of it. Not by an interrupt: an editor in the
    background of a shell is deaf to it, and so would its runs be."""
    try:
        if not hard:
            process.terminate()
        elif sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _last_line(said: list[str]) -> str:
    return said[-1] if said else ""
