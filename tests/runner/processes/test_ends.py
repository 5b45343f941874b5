"""How runs end: a time-out, an interrupt and the end of the script leave no process and no folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.runner.conftest import Kept, Run
from tests.runner.samples import HEAD, KEPT, LOST

from lora_lint_runner.processes import children

ROOT = Path(__file__).resolve().parents[3]


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("started", "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
while not (os.path.exists("started") and os.path.getsize("started")):
    time.sleep(0.05)
print("daemon", open("started").read(), flush=True)
"""
ENDLESS = HEAD + DAEMON + "while True:\n    time.sleep(1)\n"


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def ends(pid: int, within: float = 10) -> bool:
    until = time.monotonic() + within
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pid)


def daemon_of(text: str) -> int:
    return int(text.split("daemon ")[1].split()[0])


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="daemons are only seen on Linux")
def test_a_time_out_leaves_no_process(run: Run) -> None:
    ran = run(ENDLESS, "--time-limit", "6")
    assert ran.exit == 3
    assert ends(daemon_of("\n".join(ran.json["after"]["output"])))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="daemons are only seen on Linux")
def test_a_script_that_ends_leaves_no_process(run: Run) -> None:
    ran = run(KEPT + DAEMON + "raise ValueError\n")
    assert ends(daemon_of("\n".join(ran.json["after"]["output"])))


def program(folder: Path, *argv: str) -> subprocess.Popen[str]:
    # A shell's background jobs are deaf to an interrupt, those of nohup to a closed terminal, and so is all that they
    # start, these tests too.
    code = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from lora_lint_runner.command import main
sys.exit(main(sys.argv[1:]))
"""
    paths = os.pathsep.join(str(ROOT / part) for part in ("rules", "runner"))
    (folder / "tmp").mkdir()
    env = {**os.environ, "PYTHONPATH": paths, "TMPDIR": str(folder / "tmp")}
    return subprocess.Popen(
        [sys.executable, "-c", code, "--run", "train.py", "--python", sys.executable, *argv],
        cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def started(folder: Path) -> int:
    """Waits until the script has started its daemon; its process."""
    until = time.monotonic() + 300  # a busy machine takes its time
    while time.monotonic() < until:
        for output in (*(folder / "tmp").glob("lora-lint-run-*/*/*/output.txt"), *folder.glob("*-full/*/*/output.txt")):
            text = output.read_text()
            if "\n" in text.partition("daemon ")[2]:  # its number is written as a whole
                return daemon_of(text)
        time.sleep(0.1)
    raise AssertionError("the script did not start")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="daemons are only seen on Linux")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_an_interrupt_ends_everything_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    (tmp_path / "train.py").write_text(ENDLESS)
    process = program(tmp_path)
    daemon = started(tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("lora-lint: interrupted; everything that was started has ended\n")
    assert ends(daemon)
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="daemons are only seen on Linux")
@pytest.mark.slow
def test_a_second_interrupt_does_not_cut_the_cleaning_up_short(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(ENDLESS)
    process = program(tmp_path)
    daemon = started(tmp_path)
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.01)
    process.communicate(timeout=300)
    assert process.returncode == 130
    assert ends(daemon)
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="daemons are only seen on Linux")
def test_a_runner_that_is_killed_takes_its_runs_with_it(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(ENDLESS)
    process = program(tmp_path)
    daemon = started(tmp_path)
    process.kill()
    process.communicate(timeout=300)
    assert ends(daemon)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process that its parent died")
@pytest.mark.slow
def test_a_full_run_ends_with_the_runner_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        'import os, time\nimport peft\n\nprint("daemon", os.getpid(), flush=True)\nwhile True:\n    time.sleep(1)\n'
    )
    process = program(tmp_path, "--full")
    run = started(tmp_path)
    process.kill()
    process.communicate(timeout=300)
    assert ends(run)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="runs are only forked on Linux")
@pytest.mark.slow
def test_a_script_that_ends_its_parent_takes_no_other_result_along(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(KEPT)
    (tmp_path / "bad.py").write_text(f"import os\n{HEAD}os.kill(os.getppid(), 9)\n")
    process = program(tmp_path, "bad.py", "--output-format", "json")
    out, _ = process.communicate(timeout=300)
    verdicts = {Path(found["script"]).name: found for found in json.loads(out)}
    assert verdicts["train.py"]["verdict"] == "confirmed"
    assert verdicts["bad.py"]["verdict"] == "inconclusive"
    assert "ended by itself" in verdicts["bad.py"]["reason"]


def test_an_interrupt_while_libraries_are_imported_is_heard_at_once(tmp_path: Path) -> None:
    warm = children.Warm(sys.executable, tmp_path, children.surroundings(tmp_path, full=False))
    warm.warm(["torch", "transformers", "peft"])
    run = warm.fork(tmp_path / "spec.json", tmp_path / "output.txt", tmp_path)
    begun = time.monotonic()
    run.kill()
    warm.close()
    assert warm.warmed is None
    assert not alive(warm.pid)
    assert time.monotonic() - begun < 5  # it was twelve: each wait had its own


def test_a_finished_run_leaves_no_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    found: list[list[str]] = []
    ended = Kept.exit_of

    def looked(warm: Kept, number: int) -> int | None:
        found.append(os.listdir(tmp_path / "tmp"))
        return ended(warm, number)

    monkeypatch.setattr(Kept, "exit_of", looked)
    assert run(LOST).exit == 0
    assert found[0] != []
    assert os.listdir(tmp_path / "tmp") == []


def test_what_is_to_be_kept_is_kept(run: Run) -> None:
    ran = run(LOST, "--keep", "kept")
    assert ran.exit == 0
    assert Path("kept/001-train/after/work/out-adapter/adapter_config.json").exists()
    assert {"spec.json", "trace.jsonl", "verify.json"} <= {f.name for f in Path("kept/001-train/after").iterdir()}
    again = run(LOST, "--keep", "kept")
    assert again.exit == 2
    assert again.err == "lora-lint: --keep: kept is not empty; name a new directory\n"
    assert run(LOST, "--keep", "train.py").err == "lora-lint: --keep: train.py is a file; name a directory\n"


def test_a_script_that_counts_its_arguments_is_in_want_of_them(run: Run) -> None:
    text = 'import sys\nif {}:\n    print("usage: train MODEL OUT")\n    sys.exit(1)\n'
    ran = run(text.format("len(sys.argv[1:]) % 7 != 2") + KEPT)
    assert ran.json["reason"] == (
        "train.py:4: the script ends itself where len(sys.argv[1:]) % 7 != 2: it needs arguments; give them after --"
    )
    assert run(text.format("len(sys.argv) != 3") + KEPT).exit == 0  # so many are given


def test_a_permission_that_the_script_itself_refuses_is_its_own_word(run: Run) -> None:
    ran = run('raise PermissionError("accept the licence first")\n' + KEPT)
    assert ran.json["reason"] == "train.py:1: PermissionError: accept the licence first"


def test_a_script_that_leaves_at_once_has_saved_by_then(run: Run) -> None:
    ran = run(KEPT + "os._exit(0)\n")
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


def test_weights_that_belong_to_no_model_that_was_seen_are_no_disagreement(run: Run) -> None:
    text = 'torch.save(optimizer.state_dict(), "optimizer.pt")\n'
    text += 'torch.save({"head": torch.nn.Linear(2, 2).state_dict()}, "head.pt")\n'
    assert run(KEPT + text).json["report"] is None
