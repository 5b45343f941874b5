"""`--executor ray`: runs as tasks of a Ray cluster, here one of this machine with two CPUs. Skipped where Ray is
missing."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lora_lint_runner.cluster.task import packed, perform, unpacked
from lora_lint_runner.options import Limits

from .conftest import Run
from .samples import KEPT, LOST

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install 'lora-lint[ray]'"
)


class Cluster(NamedTuple):
    address: str
    folder: Path


def processes_of(folder: Path) -> list[int]:
    """The processes that name this folder on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = Path(tmp_path_factory.getbasetemp().parent) / f"ray-{os.getpid()}"  # sockets need short paths
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--port", str(port),
        "--node-ip-address", "127.0.0.1", "--num-cpus", "2", "--include-dashboard=false", "--disable-usage-stats",
        "--temp-dir", str(folder),
    ]  # fmt: skip
    said = tmp_path_factory.mktemp("ray") / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    until = time.monotonic() + 300  # a busy machine takes minutes
    while "Ray runtime started" not in said.read_text(errors="replace") and time.monotonic() < until:
        assert process.poll() is None, said.read_text(errors="replace")
        time.sleep(0.2)
    yield Cluster(f"127.0.0.1:{port}", folder)
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
    for pid in processes_of(folder):  # some take minutes to go by themselves
        os.kill(pid, signal.SIGKILL)


@needs_ray
@pytest.mark.slow
def test_ten_scripts_on_a_cluster(lora_lint: Run, cluster: Cluster) -> None:
    names = [f"train{number}.py" for number in range(10)]
    for number, name in enumerate(names):
        Path(name).write_text(LOST if number % 2 else KEPT)
    ran = lora_lint(
        "--run", *names, "--executor", "ray", "--address", cluster.address, "--output-format", "json",
        "--time-limit", "400",
    )  # fmt: skip
    assert ran.exit == 0, ran.out
    assert [Path(o["script"]).name for o in ran.json] == names
    assert {o["verdict"] for o in ran.json} == {"confirmed"}
    assert [o["before"]["adapters"] == [] for o in ran.json] == [bool(number % 2) for number in range(10)]
    assert len(ran.err.splitlines()) == 10


@needs_ray
@pytest.mark.slow
def test_what_goes_wrong_on_the_cluster_is_told_as_here(lora_lint: Run, cluster: Cluster) -> None:
    Path("train.py").write_text("import cv2_of_nobody\nraise SystemExit(cv2_of_nobody.__name__)\n" + KEPT)
    ran = lora_lint("--run", "train.py", "--executor", "ray", "--address", cluster.address, "--output-format", "json")
    assert ran.exit == 3
    assert "package cv2_of_nobody is not installed: pip install cv2_of_nobody" in ran.json["reason"]


@needs_ray
def test_no_cluster_is_a_usage_error(lora_lint: Run) -> None:
    Path("train.py").write_text(KEPT)
    ran = lora_lint("--run", "train.py", "--executor", "ray", "--address", "127.0.0.1:1")
    assert ran.exit == 2
    assert ran.err.startswith("lora-lint: --executor ray: no cluster at 127.0.0.1:1: ")


def test_without_ray_it_says_how_to_get_it(lora_lint: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    Path("train.py").write_text(KEPT)
    ran = lora_lint("--run", "train.py", "--executor", "ray")
    assert (ran.exit, ran.err) == (2, "lora-lint: --executor ray needs Ray: pip install 'lora-lint[ray]'\n")


def test_launcher_and_executor_exclude_each_other(lora_lint: Run) -> None:
    ran = lora_lint("--run", "train.py", "--executor", "ray", "--launcher", "torchrun")
    assert ran.exit == 2
    assert "choose one" in ran.err


def test_a_box_travels_to_a_node_that_does_not_share_the_disk(tmp_path: Path) -> None:
    """The spec names the same path there; what was written down comes back, the box does not stay."""
    box = tmp_path / "001-train" / "after"
    (box / "work").mkdir(parents=True)
    (box / "work" / "train.py").write_text('print("trained")\n')
    spec = (
        '{"script": "%(w)s/train.py", "box": "%(b)s", "work": "%(w)s", '
        '"home": "%(w)s", "cwd": "%(w)s", "journal": "%(b)s/trace.jsonl"}'
    )
    (box / "spec.json").write_text(spec % {"b": box, "w": box / "work"})
    data = packed(box)
    elsewhere = tmp_path / "elsewhere"
    box.rename(elsewhere)
    ended, results = perform(data, str(box), None, False, Limits(120, 0, 0))
    assert ended.exit == 0
    assert not box.exists()
    unpacked(results, elsewhere)
    assert "trained" in (elsewhere / "output.txt").read_text()
    assert '"kind":"done"' in (elsewhere / "trace.jsonl").read_text()
