"""Executes scripts in worker processes, in folders of their own; results are kept by content, so that a run can go on
where it was cut off."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.facts import children, stage
from tests.prove.script import Script

ROOT = Path(__file__).resolve().parents[2]
Result = dict[str, Any]


class Results:
    """What earlier runs gave, in a file of lines: the code that they ran with, the script's digest, the result."""

    def __init__(self, path: Path, *, any_code: bool = False) -> None:
        self.path, self.code = path, code_digest()
        self.known: dict[str, Result] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError):  # the last line of a run that was cut off
                    code, digest, result = json.loads(line)
                    if any_code or code == self.code:
                        self.known[digest] = result

    def add(self, script: Script, result: Result) -> None:
        self.known[script.digest] = result
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([self.code, script.digest, result]) + "\n")


def code_digest() -> str:
    """A digest of everything of ours that a result depends on, and of the lock."""
    summed = hashlib.sha256()
    for folder in ("runner", "rules"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".json"):
                summed.update(path.read_bytes())
    summed.update((ROOT / "requirements" / "dev.txt").read_bytes())
    return summed.hexdigest()


def execute(scripts: Sequence[Script], python: str, jobs: int) -> Iterator[tuple[Script, Result]]:
    """Runs scripts, `jobs` at a time, and gives each with its result. Raises RuntimeError if a worker dies. Cut off at
    any place, it ends the workers and leaves no files behind."""
    waiting: queue.SimpleQueue[Script | None] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[Script, Result] | BaseException] = queue.SimpleQueue()
    for script in scripts:
        waiting.put(script)
    with tempfile.TemporaryDirectory(prefix="prove-") as room, contextlib.ExitStack() as workers:
        built = build_stage({name for script in scripts for name in script.stage}, Path(room, "stage"))
        imports = Path(room, "imports.py")
        imports.write_text("\n".join(sorted(imports_of(scripts))), encoding="utf-8")
        threads = []
        command = [sys.executable, "-m", "tests.prove.worker", python, str(imports)]
        for number in range(min(jobs, len(scripts))):
            waiting.put(None)
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "TMPDIR": room}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            workers.callback(_end, process)
            task = (process, Path(room, f"{number}"), built, waiting, ended)
            work = threading.Thread(target=_work, args=task, daemon=True)
            work.start()
            threads.append(work)
        for _ in scripts:
            result = ended.get()
            if isinstance(result, BaseException):
                raise result
            yield result
        for work in threads:
            work.join()


def imports_of(scripts: Sequence[Script]) -> set[str]:
    """The import statements of all scripts: what a warm interpreter has, no run needs to import."""
    found: set[str] = set()
    for script in scripts:
        with contextlib.suppress(SyntaxError):
            tree = ast.parse(dict(script.files)[script.entry])
            found.update(ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
    return found


def _work(process: subprocess.Popen[str], room: Path, built: Path, waiting: Any, ended: Any) -> None:
    """Feeds one worker process until no script is left."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while (script := waiting.get()) is not None:
            lay_out(script, room, built)
            asked = {"folder": str(room), "entry": script.entry, "arguments": script.arguments}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError(f"the worker died at {script.entry}:\n{dict(script.files)[script.entry]}")
            ended.put((script, json.loads(answer)))
        process.stdin.close()
        process.wait()
    except BaseException as error:
        ended.put(error)


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a worker that is still at work as Ctrl-C does, so that it ends what it has started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def lay_out(script: Script, room: Path, built: Path) -> None:
    """Puts a script and what lies beside it into an emptied folder."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    for name, text in script.files:
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_text(text, encoding="utf-8")
    for name in script.stage:
        for folder in stage.folders(name, built):
            shutil.copytree(folder, room / folder.name, dirs_exist_ok=True)


def build_stage(names: set[str], room: Path) -> Path:
    """Builds the tiny models and adapters that cases find in their folder, in a process that ends."""
    room.mkdir(parents=True)
    wanted = sorted({*names, *(stage.ALWAYS if names else ())}, key=list(stage.BUILDERS).index)
    log = room / "log"
    if children.in_fork(lambda: [stage.build(name, room) for name in wanted], log):
        raise RuntimeError(f"the models and adapters beside the cases could not be built:\n{log.read_text()}")
    return room
