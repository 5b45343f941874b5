"""Runs scripts, corrected and as written, and says what came of each."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lora_lint_runner import children, correcting, interpreter
from lora_lint_runner.case import Case
from lora_lint_runner.child import hints
from lora_lint_runner.launching import launched
from lora_lint_runner.notebook import NotANotebook
from lora_lint_runner.options import Options
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.side import Side
from lora_lint_runner.watch import PAUSE, Watched

SIDES = {"before": "as written", "after": "corrected"}
FIRST = ("torch", "transformers", "peft")
Progress = Callable[[str], None]


class Runner:
    """Runs scripts in one interpreter. A context: at its end every child and every box is gone.

    Raises UsageError and NoInterpreter when it is entered.
    """

    def __init__(self, options: Options, near: Path | None = None, progress: Progress | None = None) -> None:
        self.options = options
        self.progress = progress or (lambda text: None)
        self.python = interpreter.choose(options.python, near or Path.cwd())
        self.home = Path(tempfile.mkdtemp(prefix="lora-lint-run-"))
        self.warm: children.Warm | None = None
        self._count = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends everything, and leaves nothing behind but what `--keep` asked for."""
        if self.warm is not None:
            self.warm.close()
            self.warm = None
        keep = self.options.keep
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            for entry in self.home.iterdir():
                with contextlib.suppress(OSError, shutil.Error):
                    shutil.move(str(entry), str(keep / entry.name))
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, scripts: Sequence[Path]) -> list[Outcome]:
        """Runs scripts, several side by side. Each has an outcome, in the order given."""
        self.begin(scripts)
        cases: list[Case] = []
        outcomes: dict[int, Outcome] = {}
        waiting: list[tuple[Case, Side]] = []
        for script in scripts:
            self._count += 1
            case = Case(script, self.options, self.home / f"{self._count:03d}-{script.stem}")
            cases.append(case)
            try:
                case.lint()
            except (correcting.Unlinted, NotANotebook) as error:
                outcomes[id(case)] = case.failed(str(error))
                continue
            waiting += [(case, side) for side in case.sides]
        self._drive(waiting, cases, outcomes)
        return [outcomes[id(case)] for case in cases]

    def begin(self, scripts: Iterable[Path] = ()) -> None:
        """Starts to warm up for these scripts, where that can be done."""
        if self.warm is None and children.CAN_FORK and not self.options.full and not self.options.launcher:
            self.warm = children.Warm(self.python, self.home, self._environment())
            self.warm.warm([*FIRST, *imports_of(scripts)])

    def _environment(self) -> dict[str, str]:
        return children.surroundings(self.home, full=self.options.full)

    def start(self, spec: Path, box: Path) -> Watched:
        """Starts one run."""
        output = box / "output.txt"
        limits = (self.options.time_limit, self.options.memory_limit)
        if self.warm is not None:
            return Watched(self.warm.fork(spec, output), *limits)
        command = [self.python, str(children.CHILD), "run", str(spec)]
        if self.options.launcher:
            command = launched(self.options.launcher, self.python, spec)
        return Watched(children.Fresh(command, output, self._environment(), box), *limits)

    def _drive(self, waiting: list[tuple[Case, Side]], cases: list[Case], outcomes: dict[int, Outcome]) -> None:
        """Keeps as many runs going as there is room for, until all sides have a result."""
        most = self.options.jobs or min(2, os.cpu_count() or 1)
        going: list[tuple[Case, Side, Watched]] = []
        try:
            while waiting or going:
                while waiting and len(going) < most:
                    case, side = waiting.pop(0)
                    self.progress(f"{case.script.name} {SIDES[side.name]}")
                    going.append((case, side, self.start(case.prepare(side), side.box)))
                for entry in list(going):
                    case, side, run = entry
                    ended = run.look()
                    if ended is None:
                        continue
                    going.remove(entry)
                    if not side.finish(ended):
                        waiting.insert(0, (case, side))
                    elif all(s.result is not None for s in case.sides):
                        outcomes[id(case)] = case.outcome(self.warm.warmed if self.warm is not None else None)
                if going:
                    self._pause()
        except children.WarmGone as error:
            for case in cases:
                outcomes.setdefault(id(case), case.failed(f"the interpreter {self.python} ended by itself: {error}"))
        finally:
            for _, _, run in going:
                if run.ended is None:
                    with contextlib.suppress(children.WarmGone):
                        run.child.kill()

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
                from lora_lint_runner.notebook import script_of

                tree = ast.parse(script_of(script.read_text(encoding="utf-8")).text)
                names = frozenset(hints.imports_in(tree))
            else:
                names = hints.read(str(script), str(script.parent)).imports
            found.update(dict.fromkeys(sorted(names)))
    return list(found)
