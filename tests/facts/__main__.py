"""The command: run cases and compare with their facts, or record them.

    python -m tests.facts                    check every case
    python -m tests.facts head-not-saved     check those whose name holds this
    python -m tests.facts --record NAME      run and write facts.json
    python -m tests.facts --show NAME        run and print what was seen
    python -m tests.facts --elsewhere NAME   with other releases on the path: what differs stands apart, by version

Exit 0 when every claim was seen again, 1 when not, 2 for a name that is no case.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.facts import children, compare, observe, stage
from tests.facts.case import Case, Run, cases

Facts = dict[str, Any]


def main() -> int:
    options = _options()
    wanted = cases(options.names)
    if not wanted:
        print(f"no case is named like {' '.join(options.names)}", file=sys.stderr)
        return 2
    os.environ.update(children.ENVIRONMENT)
    stack = children.warm_up()
    apart = f"peft {stack['peft']}, transformers {stack['transformers']}" if options.elsewhere else None
    wrong = skipped = 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="facts-stage-") as room:
        runs = [(case, run) for case in wanted for run in case.runs()]
        if options.new:
            runs = [(case, run) for case, run in runs if run.label not in case.observed(apart)]
        for case, run, seen in _observed(runs, _stage(wanted, Path(room)), options.jobs):
            name = f"{case.folder.name}/{run.label}"
            if seen is None:
                skipped += 1
                print(f"{name}: SKIPPED, needs {' '.join(observe.missing(run))}", flush=True)
                continue
            log = seen.pop("log", "")
            print(f"{name}: exit {seen['exit']}" + (f", {seen['error']}" if seen["error"] else ""), flush=True)
            if options.show or options.record:
                _print(seen)
            if options.logs:
                print("      | " + "\n      | ".join(log.splitlines()[-12:]))
            if options.record:
                _record(case, run, seen, stack, apart)
            elif not options.show:
                wrong += _checked({**case.observed(), **case.observed(apart)}, run, seen, elsewhere=bool(apart))
    seconds = time.monotonic() - started
    print(f"{len(runs)} runs of {len(wanted)} cases in {seconds:.0f} s, {skipped} skipped, {wrong} differences")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.facts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="parts of the names of cases; all when left out")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="compare with facts.json (the default)")
    how.add_argument("--record", action="store_true", help="write what was seen to facts.json")
    how.add_argument("--show", action="store_true", help="only print what was seen")
    parser.add_argument(
        "--elsewhere", action="store_true", help="compare with the usual facts, keep apart what differs"
    )
    parser.add_argument("--new", action="store_true", help="leave out runs that have facts already")
    parser.add_argument("--logs", action="store_true", help="print the last lines that a script wrote")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _record(case: Case, run: Run, seen: Facts, stack: dict[str, str], apart: str | None) -> None:
    """Of other releases only what came out differently is stored."""
    if apart is None:
        case.observed()[run.label] = seen
        case.write(stack)
        return
    for line in compare.differences(case.observed()[run.label], seen, elsewhere=True):
        print(f"   OTHERWISE THERE {line}")
        case.observed(apart)[run.label] = seen
    case.write(case.facts["stack"])


def _checked(claimed: Facts, run: Run, seen: Facts, *, elsewhere: bool) -> int:
    if run.label not in claimed:
        print("   NO FACTS: record them first")
        return 1
    lines = list(compare.differences(claimed[run.label], seen, elsewhere=elsewhere))
    for line in lines:
        print(f"   DIFFERS {line}")
    return len(lines)


def _stage(wanted: Iterable[Case], root: Path) -> Path:
    texts = "\n".join(run.script.read_text() for case in wanted for run in case.runs())
    for name in stage.wanted(texts):
        log = root / "log"
        if children.in_fork(lambda name=name: stage.build(name, root), log):  # type: ignore[misc]
            raise RuntimeError(f"{name} could not be built:\n{log.read_text()}")
    return root


def _observed(runs: list[tuple[Case, Run]], built: Path, jobs: int) -> Iterator[tuple[Case, Run, Facts | None]]:
    """Runs `jobs` at a time, each in a fork that writes its observation to a file."""
    waiting = list(reversed(runs))
    going: dict[int, tuple[Case, Run, Path]] = {}
    while waiting or going:
        while waiting and len(going) < jobs:
            case, run = waiting.pop()
            if observe.missing(run):
                yield case, run, None
                continue
            answer = built / f"answer-{len(waiting)}.json"
            sys.stdout.flush()
            child = os.fork()
            if child == 0:
                try:
                    answer.write_text(json.dumps(observe.observe(run, built)))
                except BaseException as error:
                    answer.write_text(json.dumps({"exit": None, "error": f"not observed: {error}", "directories": {}}))
                os._exit(0)
            going[child] = (case, run, answer)
        if going:
            child, _ = os.wait()
            case, run, answer = going.pop(child)
            yield case, run, json.loads(answer.read_text())
            answer.unlink()


def _print(seen: Facts) -> None:
    for name, folder in seen["directories"].items():
        listed = []
        for file in folder["files"]:
            held = folder.get("weights", {}).get(file)
            listed.append(file + (f" {json.dumps(held)}" if held else ""))
        print(f"      {name}/: {'  '.join(listed)}")
        for how in compare.READ:
            if how in folder:
                print(f"         {how}: {folder[how]}")
    for word in ("said", "warned"):
        for line in seen.get(word, []):
            print(f"      {word}: {line}")


if __name__ == "__main__":
    sys.exit(main())
