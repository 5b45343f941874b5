"""`make torture`: every script of the environment, and thousands of them damaged, through the analysis and all fixes.

    python -m tests.torture                      all of it
    python -m tests.torture --part 2/8              the second of eight parts, which are all of it together
    python -m tests.torture --seed 7 --mutated 200 --files 500 --processes 4

Every .py file is interpreted once as a script of its own, also where it names nothing of PEFT. Then a sample of them
gets a script with PEFT put in, is damaged, and corrected. Exit 1 where anything crashed, broke, or was corrected twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.torture.corpus import environment_files
from tests.torture.mutations import mutated
from tests.torture.trial import Tried, analyzed, corrected

DATA = Path(__file__).parents[1] / "data"
WAITING = 16  # tasks handed to the processes ahead of time


def main() -> int:
    options = _options()
    warnings.simplefilter("ignore")  # of the scripts: invalid escapes and the like
    chance = Random(options.seed)
    every = environment_files()
    files = every if options.files is None else sorted(chance.sample(every, min(options.files, len(every))))
    scripts = sorted(str(path) for path in DATA.glob("*/**/*bad*.py"))
    print(
        f"{len(files)} of {len(every)} files of {sys.prefix}, {len(scripts)} scripts with PEFT, seed {options.seed}",
        flush=True,
    )
    whole = [(name,) for name in files]
    sample = [(chance.choice(every), chance.choice(scripts), chance.getrandbits(32)) for _ in range(options.mutated)]
    part, parts = options.part
    seen = _all("as they are", try_whole, whole[part - 1 :: parts], options.processes)
    damaged = _all("damaged", try_damaged, sample[part - 1 :: parts], options.processes)
    for title, tried in (("as they are", seen), ("damaged", damaged)):
        _tell(title, tried)
    return int(any(t.faults for t in (*seen, *damaged)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description="Nothing crashes, nothing breaks.")
    parser.add_argument("--seed", type=int, default=2211)
    parser.add_argument("--files", type=int, help="how many files to try as they are; all by default")
    parser.add_argument("--mutated", type=int, default=5000, help="how many damaged ones")
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="K/N", help="every Nth file, from the Kth on")
    parser.add_argument("--processes", type=int, default=min(4, len(os.sched_getaffinity(0))))
    return parser.parse_args()


def _part(text: str) -> tuple[int, int]:
    """`2/8` as a pair."""
    part, _, parts = text.partition("/")
    if not 1 <= int(part) <= int(parts):
        raise argparse.ArgumentTypeError(f"{text} is no part: 1/8 is the first of eight")
    return int(part), int(parts)


def try_whole(name: str) -> Tried:
    return analyzed(name, Path(name).read_bytes())


def try_damaged(name: str, script: str, seed: int) -> Tried:
    text = Path(name).read_bytes().decode("utf-8", "replace")
    made, how = mutated(text, Path(script).read_text(encoding="utf-8"), Random(seed))
    return corrected(name, made, f"{script} {how} (seed {seed})")


def _all(title: str, action: Callable[..., Tried], tasks: Sequence[tuple[object, ...]], processes: int) -> list[Tried]:
    """Tries everything, in several processes, and says how far it is."""
    done: list[Tried] = []
    begun = told = time.monotonic()
    for tried in _results(action, tasks, processes):
        done.append(tried)
        for fault in tried.faults:
            print(f"FAULT {tried.name}\n  {tried.how}\n  {fault}", flush=True)
        if time.monotonic() - told > 15:
            told = time.monotonic()
            print(f"{title}: {len(done)} of {len(tasks)}, {told - begun:.0f} s", flush=True)
    return done


def _results(action: Callable[..., Tried], tasks: Sequence[tuple[object, ...]], processes: int) -> Iterator[Tried]:
    """Results as they come in. A task that ends its process is a fault; what ran beside it is tried again alone."""
    todo = list(reversed(tasks))
    suspects: list[tuple[object, ...]] = []
    while todo or suspects:
        alone = bool(suspects)
        with ProcessPoolExecutor(1 if alone else processes, get_context("fork")) as pool:
            running: dict[Future[Tried], tuple[object, ...]] = {}
            try:
                while todo or suspects or running:
                    room = 1 if suspects else WAITING
                    source = suspects or todo
                    while source and len(running) < room:
                        task = source.pop()
                        running[pool.submit(action, *task)] = task
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        tried = future.result()
                        del running[future]
                        yield tried
                    if alone and not suspects:
                        break
            except BrokenProcessPool:
                if alone:
                    for task in running.values():
                        yield Tried(str(task[0]), str(task[1:]), ("ended its process",))
                else:
                    suspects += running.values()


def _tell(title: str, tried: Sequence[Tried]) -> None:
    crashes = sum(any(f.startswith(("Traceback", "rule", "the fix", "ended")) for f in t.faults) for t in tried)
    fixes = sum(t.fixes for t in tried)
    changed = [t for t in tried if t.fixes]
    broken = sum(any(f.startswith(("not Python", "line ends", "still")) for f in t.faults) for t in changed)
    twice = sum(any(f.startswith("not idempotent") for f in t.faults) for t in changed)
    print(f"\n{title}")
    print(f"  files tried       {len(tried)}, of which {sum(t.python for t in tried)} are Python")
    print(f"  crashes           {crashes}")
    print(f"  findings          {sum(t.findings for t in tried)}")
    print(f"  over the budget   {sum(t.budget for t in tried)}")
    if changed:
        print(f"  fixes applied     {fixes}, in {len(changed)} files")
        print(f"  files broken      {broken}")
        print(f"  idempotent        {100 * (1 - twice / len(changed)):.1f} %")
    slowest = sorted(tried, key=lambda t: t.seconds)[-3:]
    print("  longest           " + ", ".join(f"{t.seconds:.1f} s {os.path.basename(t.name)}" for t in slowest))


if __name__ == "__main__":
    sys.exit(main())
