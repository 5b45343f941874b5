"""Asks the analysis process: one call after the other, the urgent first, and those that nobody waits for not at all."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from lora_lint import Finding
from lora_lint_lsp.analysis.process import Process, Told
from lora_lint_lsp.logs import Once
from lora_lint_lsp.target import Checked, Target, Trace, Trouble

log = logging.getLogger(__name__)
log.addFilter(Once())

Answer = TypeVar("Answer")

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
        self.process = Process(self._state)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lora-lint-analysis")
        self._waiting: list[Call] = []
        self._count = itertools.count()
        self._busy: asyncio.Task[None] | None = None
        self._texts: dict[str, str] = {}
        self._tables: Mapping[str, Mapping[str, Any]] = {}

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
            found: Checked | None = await self._ask(urgency, "check", target, wanted=wanted)
        except GaveUp as error:
            return Checked((), Trouble(str(error)))
        return found

    async def trace(self, target: Target, wanted: Callable[[], bool] = always) -> Trace | None:
        self._keep(target)
        return await self._ask_or(None, Urgency.DRAWING, "trace", target, wanted=wanted)

    async def dependents(self, name: str, among: list[str]) -> list[str]:
        return await self._ask_or([], Urgency.BACKGROUND, "dependents", name, among)

    async def fixed(self, target: Target, codes: frozenset[str] | None, unsafe: bool) -> Target | None:
        return await self._ask_or(None, Urgency.ACTION, "fixed", target, codes, unsafe)

    async def other_layout(self, target: Target) -> tuple[Finding, ...]:
        return await self._ask_or((), Urgency.ACTION, "other_layout", target)

    # -- the process -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.process.start()

    def stop(self) -> None:
        """Ends the process and everything that waits for it."""
        self.process.stop()
        for call in self._waiting:
            call.future.cancel()
        self._waiting.clear()
        self._thread.shutdown(wait=False)

    def _keep(self, target: Target) -> None:
        text = target.as_file() if target.on_disk else None
        if text is not None:
            self._texts[target.name] = text

    async def _ask_or(
        self, otherwise: Answer, urgency: Urgency, method: str, *arguments: Any, wanted: Callable[[], bool] = always
    ) -> Answer:
        """The answer; `otherwise` where the process gave up over it."""
        try:
            answer: Answer = await self._ask(urgency, method, *arguments, wanted=wanted)
        except GaveUp:
            return otherwise
        return answer

    async def _ask(self, urgency: Urgency, method: str, *arguments: Any, wanted: Callable[[], bool] = always) -> Any:
        """The answer; None where it was no longer `wanted`. Cancelled where the server is stopping."""
        if self.process.stopped:
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
        asked = loop.run_in_executor(self._thread, self.process.exchange, call.method, call.arguments)
        asked.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to see it
        last = loop.time() + LONGEST
        interrupted = False
        while not (await asyncio.wait({asked}, timeout=LOOK))[0]:
            if loop.time() > last:
                self.process.end()
                log.error("%s took longer than %d seconds; the analysis starts anew", call.method, LONGEST)
                raise GaveUp(f"not linted: the analysis took longer than {LONGEST:.0f} seconds")
            if not interrupted and (call.future.cancelled() or not call.wanted()):
                interrupted = self.process.interrupt()
        try:
            answer, error = asked.result()
        except (EOFError, OSError):
            self.process.end()
            if self.process.stopped:
                raise GaveUp("the server is stopping") from None
            log.error("the analysis process ended over %s; it starts anew", call.method)
            raise GaveUp("not linted: the analysis process ended; the log says more") from None
        if error is not None:
            log.error("%s failed: %s", call.method, error)
            raise GaveUp("not linted: the analysis failed; the log says more")
        return answer

    def _state(self) -> list[Told]:
        """What a process that starts anew has to be told."""
        return [("configure", (self._tables,)), *(("set_text", item) for item in list(self._texts.items()))]
