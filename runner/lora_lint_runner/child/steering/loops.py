"""The script's own loops, cut: training ends once enough optimizer steps were made, an evaluation after a few batches.

Every `for` and `while` of the user's files asks here after each round. What counts is what happened in the rounds
(steps, backward passes, evaluations), not what is looped over: ranges, data loaders, iterators and generators are all
alike. But where each round is a training of its own, a collection is gone through: its items are different things (an
adapter for each of some tasks). Code after the loop and the `else` of a loop go on to work; a save in the loop's body
is waited for, within a limit. Only a loop without an end of its own is not left that way, since its user doesn't get
past it either: there the run does what its user would have to, and interrupts it (see `Interrupted`).
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

from ..spec import OF_EVALUATIONS, OF_TRAININGS
from . import items_of
from .leading import Rows, Site
from .loop_ends import Interrupted, Starved
from .tries import HUNGRY, Tries

EVALUATIONS = 3
EPOCHS = 3
TRAININGS = 12
ROUNDS = 1024
FAST_ROUNDS = 50_000
PATIENCE = 8.0  # seconds of the processor that loops may go on to reach a save in their bodies
WAIT = 30.0  # seconds of the clock
LONG, FEW = 5.0, 64  # seconds and rounds that a loop that trains nothing may take, where time is short
SOME, SHARE = 16, 0.25  # rounds after which it is reckoned how long all take, and what they may take of the time limit

Clocks = tuple[float, float]  # of the processor, of the wall


class Loops:
    """Decides when a loop has done enough."""

    def __init__(
        self,
        events: Any,
        steps: int,
        sites: Iterable[tuple[str, int, int]],
        *,
        whole: bool | str = False,
        waits: bool = True,
    ) -> None:
        self.events, self.steps = events, steps
        self.waits = waits  # for the saves in the body of a loop
        self.overtime = False  # the loop that was left last had done enough, and waited for one
        self.whole = whole  # evaluations are not cut and, where not only they are meant, trainings in a row
        self.cut: set[str] = set()  # which of them were
        self.sites = list(sites)
        self.bodies: dict[tuple[str, int], list[Rows]] = {}
        self.led_to: dict[tuple[str, int], list[Site]] = {}  # the saves in them
        self.endless: set[tuple[str, int]] = set()
        self.training: set[tuple[str, int]] = set()  # with a backward pass in their bodies
        self.instead: Callable[[], Iterable[Any]] | None = None  # what these go through where they have nothing
        self.seen: set[tuple[str, int]] = set()
        self.live: list[Round] = []
        self.short: set[Site] = set()  # what loops waited for as they ran out of rows
        self.unreached = False  # or it was left before: the script would have gone on, as long as it has rows
        self.waited: dict[Site, Clocks] = {}  # since when, for each save
        self.tired = False  # one was waited for in vain

    def reached(self) -> None:
        """A save was made: these are the lines that it came through."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            self.seen.add((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back

    def for_(self, items: Any, row: int) -> Iterator[Any]:
        """Yields the items of a `for`, until the loop has done enough."""
        this: Round | None = None
        try:
            for item in items if self.instead is None else self._fed(items, sys._getframe(1).f_code.co_filename, row):
                if this is None:
                    this = self.begun(sys._getframe(1), row)
                    this.each = self.whole is True or items_of.collection(items)
                    this.of_items = items_of.counted(items) or items_of.collection(items)
                    this.count = items_of.length(items)
                yield item
                if this.enough():
                    break
            else:
                if this is not None and this.done_at is not None and this.waiting():
                    self.short.update(this.unreached())
                    self.unreached |= not items_of.counted(items)
        finally:
            self.events.fast = False
            self.overtime |= this is not None and this.done_at is not None
            if this in self.live:
                self.live.remove(this)

    def _fed(self, items: Any, filename: str, row: int) -> Iterator[Any]:
        """The items; of a loop that trains and has none, something in their place."""
        none = True
        for item in items:
            none = False
            yield item
        if none and (filename, row) in self.training and self.instead is not None and not self.events.backwards:
            yield from self.instead()

    def while_(self, row: int, gives: bool = False) -> Round:
        """Begins a `while`; one that has no other end `gives` rows each time it goes round."""
        this = self.begun(sys._getframe(1), row)
        this.hungry = gives
        return this

    def begun(self, frame: FrameType, row: int) -> Round:
        bodies = self.bodies.get((frame.f_code.co_filename, row), [(row, row)])
        around = self._around(frame, row)
        this = Round(self, frame, bodies, around)
        self.live = [r for r in self.live if r in around] + [this]
        self.overtime = False
        self.events.fast = False
        return this

    def came(self, site: Site) -> bool:
        """Was a save in the body of a loop reached?"""
        filename, first, last = site
        return any(filename == name and first <= row <= last for name, row in self.seen)

    def _around(self, frame: FrameType, row: int) -> list[Round]:
        """The loops that are at work right now, in this frame and those that called it."""
        rows: dict[int, int] = {}
        caller: FrameType | None = frame
        while caller is not None:
            rows[id(caller)] = caller.f_lineno
            caller = caller.f_back
        rows[id(frame)] = row
        return [
            r for r in self.live if r.frame in rows and r.rows[0] <= rows[r.frame] <= r.rows[1] and r.rows[0] != row
        ]


class Round:
    """One run of one loop."""

    def __init__(self, loops: Loops, frame: FrameType, bodies: list[Rows], around: list[Round]) -> None:
        events = loops.events
        self.loops, self.around = loops, around
        self.frame, self.filename, self.rows = id(frame), frame.f_code.co_filename, bodies[0]
        self.sites = loops.led_to.get((self.filename, self.rows[0]), [])
        self.steps, self.backwards, self.evaluations = events.steps, events.backwards, events.evaluations
        self.trainings = events.trainings
        self.taught, self.steps_before = 0, events.steps  # rounds in which an optimizer made steps
        # a generator's loop is at rest while its rows are trained on: what happens meanwhile is not its doing
        self.rests = bool(frame.f_code.co_flags & inspect.CO_GENERATOR)
        self.rounds = 0
        self.tries = Tries(events, self.rows[0])
        self.began = self.entry = time.monotonic()
        self.hungry = False  # a stream that has not given anything yet
        self.of_items = False  # a `for` over so many
        self.count = 0  # of these, and of rows that are no list; 0 where it is not known
        self.entered = False  # a `while` asks before its first round, too
        self.outer = False  # a loop around training loops: epochs
        self.each = False  # over things of which each may be trained on
        self.done_at: Clocks | None = None
        # a later epoch of a training that has made its steps: one batch is enough
        self.again = self._trained() and any(r.steps < events.steps for r in around)

    def more(self) -> bool:
        """May a `while` go on? Asked before each round, the first one included. Raises Interrupted in one that has done
        enough and has no end."""
        if not self.entered:
            self.entered = True
            return True
        self.tries.after(bool(self.loops.whole))
        if self.rests and self.hungry:
            self.rounds += 1
            if self.rounds > HUNGRY[1] and time.monotonic() - self.began > HUNGRY[0]:
                raise Starved(self.rows[0])
        enough = self.enough()
        if enough and (self.filename, self.rows[0]) in self.loops.endless:
            self.loops.events.run.neutral(
                f"interrupted the loop at line {self.rows[0]}, which has no end, as with Ctrl-C"
            )
            raise Interrupted
        return not enough

    def given(self, row: Any) -> Any:
        """Gives a row of a stream."""
        self.hungry = False
        return row

    def enough(self) -> bool:
        """Asked after each round."""
        if self.rests:
            return False
        events = self.loops.events
        self.rounds += 1
        steps, backwards = events.steps - self.steps, events.backwards - self.backwards
        self.taught, self.steps_before = self.taught + (events.steps > self.steps_before), events.steps
        if not steps and not backwards:
            if self.of_items and self.rounds % FEW == 0 and self._overlong():
                return True
            if self.count and self.rounds % SOME == 0 and self._endures():
                return True
            done = events.evaluations - self.evaluations >= EVALUATIONS and self.rounds >= EVALUATIONS
            if self.loops.whole or not done or self.waiting():
                return False
            self.loops.cut.add(OF_EVALUATIONS)
            return True
        if not self.outer:
            for outer in self.around:
                outer.outer = True
        by_trainer = events.trainings > self.trainings
        if self.each and (by_trainer or self.rounds == 1) and steps >= self.loops.steps:
            self.outer = True  # a round is a training of its own, of the first one or of those that are drawn
        if self.outer:
            rounds = self.taught >= TRAININGS if self.each else self.rounds >= EPOCHS
            done = self._done(steps >= self.loops.steps and rounds)
            self.loops.cut |= {OF_TRAININGS} if done else set()
            return done
        if self.again and self._trained():
            return self._done(True)
        done = self._done(steps >= self.loops.steps and self._trained())
        self.loops.cut |= {OF_TRAININGS} if done and by_trainer else set()
        return done

    def _overlong(self) -> bool:
        """Does it make rows, say, and take its time? Who watches the limit is told; where an earlier attempt came to
        it, a part of the rounds is enough."""
        run = self.loops.events.run
        if time.monotonic() - self.began < LONG:
            return False
        if not run.spec.learned.get("few rows"):
            run.journal.line({"kind": "rows", "count": self.rounds})
            self.began = float("inf")  # told once
            return False
        run.neutral(
            f"the loop at line {self.rows[0]} was left after {self.rounds} rounds: it had reached the time limit"
        )
        return True

    def _endures(self) -> bool:
        """Would it go on for much of the time that there is? An answer that lacks then is one of a loop that was cut;
        who asked for many rows gets them."""
        run, passed = self.loops.events.run, time.monotonic() - self.entry
        learned = run.spec.learned
        needed = passed / self.rounds * self.count
        if passed < LONG or not run.spec.time_limit or needed < run.spec.time_limit * SHARE:
            return False
        if self.loops.whole or learned.get("rows", 1) != 1 or learned.get("few rows") or self.waiting():
            return False
        left = f"the loop at line {self.rows[0]} was left after {self.rounds} rounds"
        run.neutral(f"{left}: all {self.count} would take {needed:.0f} s")
        self.loops.cut.add(OF_EVALUATIONS)
        return True

    def _trained(self) -> bool:
        """Has the optimizer that was built last made its steps?"""
        events = self.loops.events
        made = events.by_optimizer.get(events.newest, 0) if events.newest is not None else events.steps
        return bool(made >= self.loops.steps)

    def _done(self, done: bool) -> bool:
        if not done:
            return self.rounds >= ROUNDS
        events = self.loops.events
        unreached = self.unreached()
        if not unreached:
            events.fast = False
            return True
        now = time.process_time(), time.monotonic()
        self.done_at = self.done_at or now
        since = [self.loops.waited.setdefault(site, now) for site in unreached]  # an epoch before, maybe
        used, passed = min(now[0] - cpu for cpu, _ in since), min(now[1] - wall for _, wall in since)
        over = used > PATIENCE or passed > WAIT or self.rounds >= FAST_ROUNDS
        events.fast = not over and not self.outer
        self.loops.unreached |= over
        self.loops.tired |= over
        return over

    def waiting(self) -> bool:
        """Is there a save in the body of this loop that was not reached yet?"""
        return bool(self.unreached())

    def unreached(self) -> list[Site]:
        return [site for site in self.sites if not self.loops.came(site)] if self.loops.waits else []
