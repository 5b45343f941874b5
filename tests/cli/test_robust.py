"""Nobody loses a line: writing while the disk fills, the process dies, or another one fixes the same files."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_samples import BAD, FIXED, environment

FIX = [sys.executable, "-m", "lora_lint", "--fix", "--no-cache", "."]


def scripts(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"train{number}.py" for number in range(count)]
    for path in paths:
        path.write_text(BAD)
    return paths


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".tmp")]


def test_a_killed_fix_leaves_every_file_old_or_new(folder: Path) -> None:
    paths = scripts(folder, 60)
    random.seed(7)
    states: set[int] = set()
    for _ in range(12):
        for path in paths:
            path.write_text(BAD)
        process = subprocess.Popen(FIX, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        first_written = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < first_written:
            if any(path.read_text() == FIXED for path in paths[:1]):
                break
        time.sleep(random.random() * 0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        texts = [path.read_text() for path in paths]
        assert set(texts) <= {BAD, FIXED}
        states.add(texts.count(FIXED))
        for name in leftovers(folder):
            os.unlink(folder / name)
        if any(0 < state < len(paths) for state in states):
            break
    assert any(0 < state < len(paths) for state in states), f"never killed while it was writing: {states}"


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one process does all here")
def test_the_processes_of_a_killed_lint_end_with_it(folder: Path) -> None:
    scripts(folder, 400)
    lint = [word for word in FIX if word != "--fix"]
    process = subprocess.Popen(lint, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    workers: list[str] = []
    while process.poll() is None and len(workers) < 2:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(workers) >= 2
    until = time.monotonic() + 60
    while left := [pid for pid in workers if _is_running(pid)]:
        assert time.monotonic() < until, f"{left} wait for ever"
        time.sleep(0.05)


def _is_running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_new_text_is_on_the_disk_before_it_takes_the_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lora_lint.source.writing import replace

    (path,) = scripts(folder, 1)
    done: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given, name=name, real=real: (done.append(name), real(*given)))
    replace(str(path), BAD.encode(), FIXED.encode())
    assert done == ["fsync", "replace"]
    assert path.read_text() == FIXED


def test_what_a_killed_fix_has_left_beside_a_file_goes_with_the_next(folder: Path) -> None:
    from lora_lint.source.writing import replace

    (path,) = scripts(folder, 1)
    for name, age in ((".lora-lint-4711-aaaa.tmp", 7200), (".lora-lint-4712-bbbb.tmp", 0), ("mine.tmp", 7200)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    replace(str(path), BAD.encode(), FIXED.encode())
    assert sorted(leftovers(folder)) == [".lora-lint-4712-bbbb.tmp", "mine.tmp"]  # another may be writing the one


def test_what_a_process_has_left_that_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = scripts(folder, 1)
    kill = "import os, signal; from lora_lint.source import writing; os.fsync = lambda _: os.kill(os.getpid(), 9); "
    killed = [sys.executable, "-c", f"{kill}writing.replace('{path}', b'', b'new')"]
    assert subprocess.run(killed, env=environment(), check=False).returncode == -signal.SIGKILL
    [left] = leftovers(folder)
    living = left.replace(left.split("-")[2], str(os.getpid()))
    elsewhere = left.replace(left.split("-")[3], "0badcafe")
    for name in (living, elsewhere):
        (folder / name).touch()
    subprocess.run(FIX, env=environment(), check=False, stdout=subprocess.DEVNULL)
    assert path.read_text() == FIXED
    assert sorted(leftovers(folder)) == sorted([living, elsewhere])


def test_two_fixes_of_one_tree_at_once(folder: Path) -> None:
    paths = scripts(folder, 12)
    running = [subprocess.Popen(FIX, env=environment(), stdout=subprocess.PIPE) for _ in range(3)]
    assert {process.wait(120) for process in running} <= {0, 1, 2}
    assert {path.read_text() for path in paths} == {FIXED}
    assert leftovers(folder) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for little more than the scripts on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=64", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_file_as_it_is(small_disk: Path) -> None:
    (small_disk / ".git").mkdir()
    script = small_disk / "train.py"
    script.write_text(BAD)
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass
    done = subprocess.run(FIX, cwd=small_disk, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "lora-lint: train.py: cannot be written: No space left on device; left as it is\n"
    assert script.read_text() == BAD
    assert leftovers(small_disk) == []


def test_linting_executes_nothing_of_the_project(folder: Path) -> None:
    trap = f"open({str(folder / 'trap')!r}, 'w').close()\n"
    for name in ("peft", "transformers", "helpers", "sitecustomize", "lora_lint"):
        (folder / f"{name}.py").write_text(trap)
    (folder / "train.py").write_text(f"from helpers import *\n{trap}{BAD}")
    installed = (
        "import sys; sys.path.remove(''); from lora_lint.__main__ import main; sys.exit(main())"  # as the script
    )
    done = subprocess.run(
        [sys.executable, "-c", installed, "."], env=environment(), capture_output=True, text=True, timeout=60
    )
    assert "train.py:17:1: error LL101" in done.stdout
    assert not (folder / "trap").exists()


def test_interrupting_is_quiet(folder: Path) -> None:
    scripts(folder, 200)
    code = "import sys; from lora_lint.__main__ import main; print('started', flush=True); sys.exit(main())"
    command = [sys.executable, "-c", code, "--no-cache", "."]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, 1)
    assert "Traceback" not in err
