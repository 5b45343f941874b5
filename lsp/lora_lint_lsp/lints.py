"""Keeps the newest outcome and trace of every open script: one lint at a time each, superseded ones dropped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import unquote

from lora_lint import Finding
from lora_lint_lsp.analyst import Analyst, Urgency
from lora_lint_lsp.documents import Documents, Script
from lora_lint_lsp.life import Life
from lora_lint_lsp.outcome import Lines, Outcome, still_true

T = TypeVar("T")

log = logging.getLogger(__name__)

SLOWEST_CLIENT = 3.0  # seconds that a client has to answer what its settings are


class Lints:
    """The outcomes of all open scripts. `news` is called with those whose findings changed without an edit of them."""

    def __init__(self, analyst: Analyst, news: Callable[[list[Script]], None]) -> None:
        self._analyst, self._news = analyst, news
        self.documents: Documents | None = None
        self.settled = asyncio.Event()  # the client's settings are known: before, a lint would be made twice
        self._outcomes: dict[str, Outcome] = {}
        self._good: dict[str, Outcome] = {}
        self._lives: dict[str, tuple[int, Life | None]] = {}
        self._layouts: dict[str, tuple[int, tuple[Finding, ...]]] = {}
        self._under_way: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._edited: set[str] = set()  # scripts with an edit that is not linted yet
        self._untold: set[str] = set()  # those with one that is, of which the scripts that depend on it do not know
        self._rippling: dict[str, asyncio.Task[None]] = {}
        self._dependents: dict[str, list[Script]] = {}

    def newest(self, script: Script) -> Outcome | None:
        """The last outcome, which may be of an older revision."""
        return self._outcomes.get(_key(script))

    def edited(self, script: Script) -> None:
        """Its text is new: once that is linted, those that depend on it are linted again, too."""
        self._edited.add(_key(script))

    async def outcome(self, script: Script, urgency: Urgency = Urgency.FINDINGS) -> Outcome:
        """The findings of the text as it is now. Raises nothing; what went wrong is in the outcome."""
        known = self._outcomes.get(_key(script))
        if known is not None and known.revision == script.revision:
            return known
        return await self._shared("lint", script, lambda: self._lint(script, urgency))

    async def life(self, script: Script) -> Life | None:
        """The life of the models in a script as it is now; None where it cannot be read."""
        known = self._lives.get(_key(script))
        if known is not None and known[0] == script.revision:
            return known[1]
        return await self._shared("trace", script, lambda: self._trace(script))

    async def other_layout(self, script: Script) -> tuple[Finding, ...]:
        """The findings with the fixes that the other adapter layout would make."""
        known = self._layouts.get(_key(script))
        if known is None or known[0] != script.revision:
            revision = script.revision
            known = self._layouts[_key(script)] = (revision, await self._analyst.other_layout(script.target()))
        return known[1]

    def forget(self, script: Script) -> None:
        """The script was closed."""
        for kept in (self._outcomes, self._good, self._lives, self._layouts, self._dependents):
            kept.pop(_key(script), None)
        self._edited.discard(_key(script))

    # -- under way -------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Waits until the settings of a client that has just greeted are known; a slow one is not waited for."""
        if not self.settled.is_set():
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(self.settled.wait(), SLOWEST_CLIENT)

    async def _shared(self, what: str, script: Script, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """One task for all who wait for the same; a client that cancels its request cancels none of the others."""
        await self.settle()
        key = (what, _key(script))
        task = self._under_way.get(key)
        if task is None or task.done():
            task = self._under_way[key] = asyncio.create_task(ask())
            task.add_done_callback(lambda done: self._done(key, done))
        found: T = await asyncio.shield(task)
        return found

    def _done(self, key: tuple[str, str], task: asyncio.Task[Any]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled():
            task.exception()  # whoever waits has it; where nobody does, it is in the log already

    async def _lint(self, script: Script, urgency: Urgency) -> Outcome:
        while True:
            revision, lines = script.revision, _lines(script)
            checked = await self._analyst.check(script.target(), urgency, _unedited(script))
            if checked is not None and script.revision == revision:
                break
        good = self._good.get(_key(script))
        if checked.trouble is None:
            outcome = Outcome(revision, lines, checked.findings, None, checked.config_trouble)
            self._good[_key(script)] = outcome
        else:
            kept = still_true(good, lines) if good is not None else ()
            outcome = Outcome(revision, lines, kept, checked.trouble, checked.config_trouble, stale=True)
        self._outcomes[_key(script)] = outcome
        self._ripple(script)
        return outcome

    async def _trace(self, script: Script) -> Life | None:
        while True:
            revision = script.revision
            trace = await self._analyst.trace(script.target(), _unedited(script))
            if script.revision == revision:
                break
        life = Life(trace, script.path or script.uri) if trace is not None else None
        self._lives[_key(script)] = (revision, life)
        return life

    # -- other files -----------------------------------------------------------------------------------------------

    def _ripple(self, script: Script) -> None:
        """An edit here, which was linted now, may change what is found in other open files."""
        if _key(script) not in self._edited:
            return
        self._edited.discard(_key(script))
        if self.documents is None or script.path is None or len(self.documents.scripts) < 2:
            return
        self._untold.add(_key(script))
        running = self._rippling.get(_key(script))
        if running is None or running.done():
            self._rippling[_key(script)] = asyncio.create_task(self._look_at_dependents(script))

    async def _look_at_dependents(self, script: Script) -> None:
        """Once more where another edit is linted meanwhile: before, the analysis may have had the older text."""
        assert script.path is not None
        while _key(script) in self._untold:
            self._untold.discard(_key(script))
            before, now = self._dependents.get(_key(script), []), await self.dependents(script.path)
            self._dependents[_key(script)] = now
            assert self.documents is not None
            # those of before, too: an import may just have been taken out
            await self.again([each for each in dict.fromkeys((*before, *now)) if each in self.documents.each()])

    async def dependents(self, path: str) -> list[Script]:
        """The open scripts whose findings may change when a file does."""
        others = {s.path: s for s in self.documents.each() if s.path is not None} if self.documents is not None else {}
        found = await self._analyst.dependents(path, list(others)) if others else []
        return [others[each] for each in found if each in others]

    async def again(self, scripts: list[Script]) -> None:
        """Lints open scripts anew because something besides their text changed, and tells of those that now differ."""
        before: dict[str, Outcome | None] = {}
        for script in scripts:
            before[script.uri] = self._outcomes.get(_key(script))
            script.revision += 1
        changed = []
        for script in scripts:
            outcome = await self.outcome(script, Urgency.BACKGROUND)
            if not outcome.same_as(before[script.uri]):
                changed.append(script)
        if changed:
            self._news(changed)


def _unedited(script: Script) -> Callable[[], bool]:
    """A test whether the script is still as it is now."""
    revision = script.revision
    return lambda: script.revision == revision


def _key(script: Script) -> str:
    return unquote(script.uri)


def _lines(script: Script) -> Lines:
    return {sheet.cell: list(sheet.document.lines) for sheet in script.sheets()}
