"""Runs scripts, corrected and as written, and says what came of each."""

from __future__ import annotations

import ast
import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import lora_lint
from lora_lint_runner import correcting, notebook
from lora_lint_runner.box.home import Home
from lora_lint_runner.case import Case
from lora_lint_runner.child.reading import hints, sources
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.processes import children, interpreter
from lora_lint_runner.processes.launching import launched
from lora_lint_runner.processes.watch import PAUSE, Watched
from lora_lint_runner.progress import Progress
from lora_lint_runner.side import Side

FIRST = ("torch", "transformers", "peft")


class Runner:
    """Runs scripts in one interpreter. A context: at its end every child is gone, and every box that is not kept.

    Raises UsageError and NoInterpreter when it is made.
    """

    def __init__(self, options: Options, near: Path | None = None, progress: Progress | None = None) -> None:
        self.options = options
        self.progress = progress or Progress(0)
        self.python = interpreter.choose(options.python, near or Path.cwd())
        self.releases = interpreter.releases(self.python, correcting.LIBRARIES)
        self.home = Home(options)
        self.warm: children.Warm | None = None
        self._count = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends everything."""
        if self.warm is not None:
            self.warm.close()
            self.warm = None
        self.home.close()
        self.progress.over()

    def run(self, scripts: Sequence[Path]) -> list[Outcome]:
        """Runs scripts, several side by side. Each has an outcome, in the order given."""
        self.begin(scripts)
        cases: list[Case] = []
        waiting: list[tuple[Case, Side]] = []
        for script in scripts:
            self._count += 1
            case = Case(script, self.options, self.home.path / f"{self._count:03d}-{script.stem}", self.releases)
            cases.append(case)
            with self._at_work_on(case):
                case.lint()
                waiting += [(case, side) for side in case.sides]
        self._drive(waiting)
        return [case.result for case in cases if case.result is not None]

    @contextlib.contextmanager
    def _at_work_on(self, case: Case) -> Iterator[None]:
        """What goes wrong with a script ends it, and none of the others."""
        try:
            yield
        except (lora_lint.ConfigError, UsageError, children.WarmGone):
            raise
        except correcting.Unlinted as error:
            self._end(case, case.failed(str(error)))
        except lora_lint.Unreadable as error:
            self._end(case, case.failed(f"{case.script.name}: {error}"))
        except OSError as error:
            self._end(case, case.failed(f"no copy could be laid out to run in: {error}"))
        except Exception as error:
            if os.environ.get("LORA_LINT_DEBUG"):
                raise
            self._end(case, case.failed(lora_lint.internal(error)))

    def _end(self, case: Case, outcome: Outcome) -> None:
        case.result = outcome
        if self.home.kept:
            outcome.notes.append(f"what it wrote is kept in {case.home}")
        self.home.done(case.home)
        self.progress.ended(case.script.name, outcome.verdict.word)

    def begin(self, scripts: Iterable[Path] = ()) -> None:
        """Starts to warm up for these scripts, where that can be done."""
        if self.warm is None and children.CAN_FORK and not self.options.full and not self.options.launcher:
            self.warm = children.Warm(self.python, self.home.path, self._environment())
            self.warm.warm([*FIRST, *imports_of(scripts)])

    def _environment(self) -> dict[str, str]:
        return children.surroundings(self.home.path, full=self.options.full)

    def start(self, spec: Path, box: Path) -> Watched:
        """Starts one run."""
        output = box / "output.txt"
        if self.warm is not None:
            return Watched(self.warm.fork(spec, output, box), self.options.limits, box)
        command = launched(self.options.launcher, self.python, spec)
        return Watched(children.Fresh(command, output, self._environment(), box), self.options.limits, box)

    def _drive(self, waiting: list[tuple[Case, Side]]) -> None:
        """Keeps as many runs going as there is room for, until all sides have a result.

        Where the warm process is ended, by a script that ends its parent or by the kernel for its memory, the runs that
        it had going are made again one by one in another: it goes once more with the one that is at fault.
        """
        suspects: set[Case] = set()
        stillborn = False
        while waiting:
            going: list[tuple[Case, Side, Watched]] = []
            try:
                self._go_on(waiting, going, suspects)
            except children.WarmGone as error:
                lost = [(case, side) for case, side, _ in going]
                at_fault = lost if len(lost) == 1 else [] if lost or not stillborn else waiting
                for case, _ in at_fault:
                    if case.result is None:
                        self._end(case, case.failed(f"the interpreter {self.python} ended by itself: {error}"))
                suspects |= {case for case, _ in lost}
                stillborn = stillborn or not lost
                waiting[:] = [(case, side) for case, side in (*lost, *waiting) if case.result is None]
                self._warm_again([case.script for case, _ in waiting])

    def _go_on(
        self, waiting: list[tuple[Case, Side]], going: list[tuple[Case, Side, Watched]], suspects: set[Case]
    ) -> None:
        """Starts and watches runs until none is left. Raises WarmGone.

        Launchers take one port of the machine: two of them side by side would take it from each other.
        """
        alone = self.options.full or self.options.launcher
        most = self.options.jobs or (1 if alone else min(2, os.cpu_count() or 1))
        try:
            while waiting or going:
                while waiting and len(going) < (1 if suspects & {waiting[0][0], *(c for c, _, _ in going)} else most):
                    case, side = waiting[0]
                    if case.result is None:
                        self._start(case, side, going)
                    waiting.pop(0)
                for entry in list(going):
                    case, side, run = entry
                    ended = run.look()
                    if ended is None:
                        continue
                    going.remove(entry)
                    with self._at_work_on(case):
                        if not side.finish(ended):
                            waiting.insert(0, (case, side))
                        elif case.result is None and (more := case.further()) is not None:
                            waiting.insert(0, (case, more))
                        elif case.result is None and all(s.result is not None for s in case.sides):
                            self._end(case, case.outcome(self.warm.warmed if self.warm is not None else None))
                if going:
                    self._pause()
        finally:
            for _, _, run in going:
                if run.ended is None:
                    with contextlib.suppress(children.WarmGone):
                        run.child.kill()

    def _warm_again(self, scripts: Sequence[Path]) -> None:
        if self.warm is not None:
            self.warm.close()
            self.warm = None
        if scripts:
            self.begin(scripts)

    def _start(self, case: Case, side: Side, going: list[tuple[Case, Side, Watched]]) -> None:
        self.progress.began(case.script.name, side.name)
        with self._at_work_on(case):
            going.append((case, side, self.start(case.prepare(side), side.box)))

    def _pause(self) -> None:
        if self.warm is not None:
            self.warm.listen(PAUSE)
        else:
            time.sleep(PAUSE)


def imports_of(scripts: Iterable[Path]) -> list[str]:
    """What scripts import, as far as it can be read here."""
    found: dict[str, None] = {}
    for script in scripts:
        with contextlib.suppress(Exception):
            if script.suffix == ".ipynb":
                tree = ast.parse(notebook.script_of(script.read_text(encoding="utf-8")).text)
                names = frozenset(sources.imports_in(tree))
            else:
                names = hints.read(str(script), str(script.parent)).imports
            found.update(dict.fromkeys(sorted(names)))
    return list(found)
