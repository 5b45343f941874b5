"""Owns the analysis process: hands it one call after the other, the urgent first, and starts it anew when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import Any, NamedTuple

from lora_lint import Finding
from lora_lint_lsp.analysis.worker import read_frame, write_frame
from lora_lint_lsp.launch import module_command
from lora_lint_lsp.logs import Once
from lora_lint_lsp.target import Checked, Target, Trace, Trouble

log = logging.getLogger(__name__)
log.addFilter(Once())

LONGEST = 60.0  # seconds that one call may take before the process is given up
LOOK = 0.1  # seconds between two looks at whether somebody still waits for it


class Urgency(IntEnum):
    """What is asked first: news, then the file under the cursor, what is drawn around it, then other files."""

    NEWS = 0
    FINDINGS = 1
    ACTION = 2
    DRAWING = 3
    BACKGROUND = 4


class GaveUp(Exception):
    """The analysis process died or hung over a call; the message says so for the log."""


class Call(NamedTuple):
    """A call that waits or is under way. One that nobody wants any more is left out, or ended where it is."""

    urgency: Urgency
    number: int
    method: str
    arguments: tuple[Any, ...]
    future: asyncio.Future[Any]
    wanted: Callable[[], bool]


def always() -> bool:
    return True


class Analyst:
    """The analysis process as seen from the server: every method of `Analyses`, awaited."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lora-lint-analysis")
        self._waiting: list[Call] = []
        self._count = itertools.count()
        self._busy: asyncio.Task[None] | None = None
        self._texts: dict[str, str] = {}
        self._tables: Mapping[str, Mapping[str, Any]] = {}
        self._awake = False  # has the process answered, so that an interrupt ends a call and not the process?
        self._stopped = False

    # -- calls -----------------------------------------------------------------------------------------------------

    async def configure(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables
        await self._ask(Urgency.NEWS, "configure", tables)

    async def set_text(self, name: str, text: str | None) -> None:
        if text is None:
            self._texts.pop(name, None)
        else:
            self._texts[name] = text
        await self._ask(Urgency.NEWS, "set_text", name, text)

    async def changed(self, names: Iterable[str]) -> None:
        await self._ask(Urgency.NEWS, "changed", list(names))

    async def check(
        self, target: Target, urgency: Urgency = Urgency.FINDINGS, wanted: Callable[[], bool] = always
    ) -> Checked | None:
        """The findings; None where they were no longer `wanted`.

        A text over which the analysis died has none, and says so.
        """
        self._keep(target)
        try:
            return await self._ask(urgency, "check", target, wanted=wanted)  # type: ignore[no-any-return]
        except GaveUp as error:
            return Checked((), Trouble(str(error)))

    async def trace(self, target: Target, wanted: Callable[[], bool] = always) -> Trace | None:
        self._keep(target)
        try:
            return await self._ask(Urgency.DRAWING, "trace", target, wanted=wanted)  # type: ignore[no-any-return]
        except GaveUp:
            return None

    async def dependents(self, name: str, among: list[str]) -> list[str]:
        try:
            return await self._ask(Urgency.BACKGROUND, "dependents", name, among)  # type: ignore[no-any-return]
        except GaveUp:
            return []

    async def fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target | None:
        try:
            return await self._ask(Urgency.ACTION, "fixed", target, codes, unsafe)  # type: ignore[no-any-return]
        except GaveUp:
            return None

    async def other_layout(self, target: Target) -> tuple[Finding, ...]:
        try:
            return await self._ask(Urgency.ACTION, "other_layout", target)  # type: ignore[no-any-return]
        except GaveUp:
            return ()

    # -- the process -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the process; it loads while the editor and the server greet each other."""
        if self._process is None and not self._stopped:
            self._process = subprocess.Popen(
                module_command("lora_lint_lsp.analysis.worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

    def stop(self) -> None:
        """Ends the process and everything that waits for it."""
        self._stopped = True
        self._end_process()
        for call in self._waiting:
            call.future.cancel()
        self._waiting.clear()
        self._thread.shutdown(wait=False)

    def _keep(self, target: Target) -> None:
        text = target.as_file() if target.on_disk else None
        if text is not None:
            self._texts[target.name] = text

    async def _ask(self, urgency: Urgency, method: str, *arguments: Any, wanted: Callable[[], bool] = always) -> Any:
        """The answer; None where it was no longer `wanted`. Cancelled where the server is stopping."""
        if self._stopped:
            raise asyncio.CancelledError
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, Call(urgency, next(self._count), method, arguments, future, wanted))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            call = heapq.heappop(self._waiting)
            if call.future.cancelled():
                continue
            try:
                answer = await self._made(call) if call.wanted() else None
            except Exception as error:
                if not call.future.cancelled():
                    call.future.set_exception(error)
            else:
                if not call.future.cancelled():
                    call.future.set_result(answer)

    async def _made(self, call: Call) -> Any:
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._thread, self._exchange, call.method, call.arguments)
        asked.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to see it
        last = loop.time() + LONGEST
        interrupted = False
        while not (await asyncio.wait({asked}, timeout=LOOK))[0]:
            if loop.time() > last:
                self._end_process()
                log.error("%s took longer than %d seconds; the analysis starts anew", call.method, LONGEST)
                raise GaveUp(f"not linted: the analysis took longer than {LONGEST:.0f} seconds")
            if not interrupted and (call.future.cancelled() or not call.wanted()):
                interrupted = self._interrupt()
        try:
            answer, error = asked.result()
        except (EOFError, OSError):
            self._end_process()
            if self._stopped:
                raise GaveUp("the server is stopping") from None
            log.error("the analysis process ended over %s; it starts anew", call.method)
            raise GaveUp("not linted: the analysis process ended; the log says more") from None
        if error is not None:
            log.error("%s failed: %s", call.method, error)
            raise GaveUp("not linted: the analysis failed; the log says more")
        return answer

    def _interrupt(self) -> bool:
        """Ends the call that is under way, where the system can do that; else it runs to its end."""
        if sys.platform == "win32" or self._process is None or not self._awake:
            return False
        self._process.send_signal(signal.SIGINT)
        return True

    def _exchange(self, method: str, arguments: tuple[Any, ...]) -> Any:
        fresh = self._process is None
        self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        if fresh:
            for name, values in self._state():
                write_frame(process.stdin, (name, values))
                read_frame(process.stdout)
        write_frame(process.stdin, (method, arguments))
        answer = read_frame(process.stdout)
        self._awake = True
        return answer

    def _state(self) -> list[tuple[str, tuple[Any, ...]]]:
        """What a process that starts anew has to be told."""
        return [("configure", (self._tables,)), *(("set_text", item) for item in list(self._texts.items()))]

    def _end_process(self) -> None:
        process, self._process = self._process, None
        self._awake = False
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
