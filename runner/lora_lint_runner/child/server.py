"""A warm process: has torch, transformers and peft imported, and forks a child for each run.

Speaks JSON lines over its own stdin and stdout. It never computes (so no thread pool is there to be lost by a fork),
and when its stdin closes it ends what it started and goes.

    {"warm": ["torch", "transformers.Trainer", ...]}       ->  {"warm": seconds}
    {"id": 1, "run": "spec.json", "output": "file"}        ->  {"id": 1, "pid": 4711}, then {"id": 1, "exit": 0}
    {"id": 1, "kill": true}                                ->  its whole process group is ended
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
import time
from typing import Any

from .guard.orphans import adopt_orphans

LIBRARIES = (
    "torch",
    "transformers",
    "peft",
    "trl",
    "datasets",
    "accelerate",
    "diffusers",
    "numpy",
    "pandas",
    "PIL",
    "safetensors",
    "tokenizers",
    "tqdm",
)

# what a library works out when it is first asked, and keeps: how the weights of older models are called now, for which
# transformers 5.23 compiles a thousand patterns
WORKED_OUT = (("transformers.conversion_mapping", "get_checkpoint_conversion_mapping"),)


def serve(home: str) -> int:
    """Serves until stdin closes."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    empty = os.open(os.devnull, os.O_RDWR)
    os.dup2(empty, 0)
    os.dup2(2, 1)  # what libraries print while they are imported is no answer
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    adopt_orphans()
    children: dict[int, int] = {}
    rest = b""
    try:
        while True:
            ready, _, _ = select.select([requests.fileno(), wake_read], [], [])
            if wake_read in ready:
                os.read(wake_read, 4096)
                _reap(children, answers)
            if requests.fileno() in ready:
                data = os.read(requests.fileno(), 1 << 16)
                if not data:
                    return 0
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    if line.strip():
                        _answer(
                            json.loads(line),
                            children,
                            answers,
                            (requests.fileno(), answers.fileno(), wake_read, wake_write),
                        )
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for pid in children:
            _kill(pid)
            _gone(pid)
        _orphans({})


def _answer(asked: dict[str, Any], children: dict[int, int], answers: Any, own: tuple[int, ...]) -> None:
    if "warm" in asked:
        _say(answers, {"warm": _warm(asked["warm"])})
    elif asked.get("kill"):
        for pid, number in list(children.items()):
            if number == asked["id"]:
                _kill(pid)
    elif "run" in asked:
        pid = os.fork()
        if pid == 0:
            _child(asked, own)
        children[pid] = asked["id"]
        _say(answers, {"id": asked["id"], "pid": pid})


def _child(asked: dict[str, Any], own: tuple[int, ...]) -> None:
    """In the fork: a session of its own, output to a file, then the run. Never returns."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for file in own:
            os.close(file)
        output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        os.environ.update(asked.get("env") or {})
        from .run import perform
        from .spec import read

        code = perform(read(asked["run"]))
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code if 0 <= code < 256 else 1)


def _warm(names: list[str]) -> float:
    """Imports what the scripts to come will import, as far as it can be."""
    start = time.monotonic()
    for name in names:
        parts = name.split(".")
        if parts[0] not in LIBRARIES:
            continue
        try:
            found: Any = importlib.import_module(parts[0])
            for place, part in enumerate(parts[1:], 1):
                try:
                    found = getattr(found, part)  # lazy modules import what they are asked for
                except AttributeError:
                    found = importlib.import_module(".".join(parts[: place + 1]))
        except BaseException:  # a missing or broken package is the run's to meet, and to report
            continue
    importlib.import_module(f"{__package__}.run")  # once; what it needs of the libraries each run loads for itself
    for module, function in WORKED_OUT:
        try:
            if module in sys.modules:
                getattr(sys.modules[module], function)("")
        except Exception:  # another release: each run works it out for itself
            continue
    gc.collect()
    gc.freeze()
    return round(time.monotonic() - start, 3)


def _reap(children: dict[int, int], answers: Any) -> None:
    for pid in list(children):
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            done, status = pid, 0
        if done:
            number = children.pop(pid)
            _kill(pid)  # whatever of its group is left
            code = os.waitstatus_to_exitcode(status)
            _orphans(children)
            _say(answers, {"id": number, "exit": code})


def _orphans(known: dict[int, int]) -> None:
    """Ends what a run has left behind: it comes to us when its parent ends, and so do its children."""
    while True:
        try:
            with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
                left = [int(pid) for pid in file.read().split() if int(pid) not in known]
        except OSError:
            return
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                known = {**known, pid: 0}
            _gone(pid)


def _gone(pid: int) -> None:
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _say(answers: Any, found: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(found).encode() + b"\n")
    except (BrokenPipeError, OSError):
        return
