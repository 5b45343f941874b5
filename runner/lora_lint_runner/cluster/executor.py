"""`--executor ray`: each run is a task of an existing Ray cluster, which places it, logs it, and repeats it if a node
goes."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lora_lint
from lora_lint_runner import correcting
from lora_lint_runner.box.home import Home
from lora_lint_runner.case import Case
from lora_lint_runner.cluster import task
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.progress import Progress
from lora_lint_runner.side import Side

RETRIES = 2
ANSWER = 10.0  # seconds


def run(scripts: Sequence[Path], options: Options, progress: Progress) -> list[Outcome]:
    """Runs scripts on the cluster, as many at once as it has room for. Raises UsageError where there is none."""
    ray = _connected(options)
    home = Home(options)
    try:
        return _run(ray, scripts, options, home, progress)
    finally:
        ray.shutdown()
        home.close()
        progress.over()


def _connected(options: Options) -> Any:
    try:
        import ray
    except ImportError:
        raise UsageError("--executor ray needs Ray: pip install 'lora-lint[ray]'") from None
    address = options.address or os.environ.get("RAY_ADDRESS") or "auto"
    _reach(address)
    package = str(Path(__file__).parents[1])
    try:
        ray.init(
            address=address, runtime_env={"py_modules": [package]}, log_to_driver=False, logging_level=logging.ERROR
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0]
        raise UsageError(
            f"--executor ray: no cluster at {address}: {first} (ray start --head starts one here)"
        ) from None
    return ray


def _reach(address: str) -> None:
    """Ray itself tries for minutes. Raises UsageError where nobody answers."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), ANSWER).close()
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"--executor ray: no cluster at {address}: {why} (ray start --head starts one here)") from None


def _run(ray: Any, scripts: Sequence[Path], options: Options, home: Home, progress: Progress) -> list[Outcome]:
    perform = ray.remote(num_cpus=options.num_cpus, num_gpus=options.num_gpus, max_retries=RETRIES)(task.perform)
    cases: list[Case] = []
    going: dict[Any, tuple[Case, Side]] = {}

    def submit(case: Case, side: Side) -> None:
        progress.began(case.script.name, side.name)
        case.prepare(side)
        data = task.packed(side.box)
        named = perform.options(name=f"{case.script.name} {side.name}")
        going[named.remote(data, str(side.box), options.python, options.full, options.limits)] = (case, side)

    def end(case: Case, outcome: Outcome) -> None:
        case.result = outcome
        home.done(case.home)
        progress.ended(case.script.name, outcome.verdict.word)

    try:
        for number, script in enumerate(scripts, 1):
            case = Case(script, options, home.path / f"{number:03d}-{script.stem}", {})  # which the cluster has
            cases.append(case)
            try:
                case.lint()
                for side in case.sides:
                    submit(case, side)
            except correcting.Unlinted as error:
                end(case, case.failed(str(error)))
            except (lora_lint.Unreadable, OSError) as error:
                end(case, case.failed(f"{script}: {error}"))
        while going:
            (ready,), _ = ray.wait(list(going), num_returns=1)
            case, side = going.pop(ready)
            try:
                ended, data = ray.get(ready)
            except ray.exceptions.RayError as error:
                if case.result is None:
                    end(case, case.failed(f"Ray could not run it: {str(error).strip().splitlines()[-1]}"))
                continue
            task.unpacked(data, side.box)
            if not side.finish(ended):
                submit(case, side)
            elif case.result is None and (more := case.further()) is not None:
                submit(case, more)
            elif case.result is None and all(s.result is not None for s in case.sides):
                end(case, case.outcome(None))
    finally:
        for reference in going:
            ray.cancel(reference, force=True)
    return [case.result for case in cases if case.result is not None]
