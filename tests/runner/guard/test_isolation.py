"""What a run leaves alone: the user's files, other machines, the hub, the user's environment."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, TRAINED
from tests.runner.tiny import wrapped

from lora_lint_runner.child.guard import devices, landlock
from lora_lint_runner.side import Side

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")


def contents(root: Path) -> dict[str, str]:
    """Every file below, by a hash of its bytes, and every folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


@pytest.fixture
def outputs(tmp_path: Path, base: Path) -> Iterator[Path]:
    """A project in which a real run has left its results. At the end of the test they must be as they were."""
    wrapped(base).save_pretrained(tmp_path / "out")
    (tmp_path / "out" / "tokenizer.json").write_text("{}")
    (tmp_path / "out" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "out" / "deep" / "er" / "notes.txt").write_text("keep")
    (tmp_path / "big.bin").write_bytes(b"x" * 5_000_000)
    before = contents(tmp_path)
    yield tmp_path
    after = contents(tmp_path)
    after.pop("train.py", None)
    assert after == before


WRITES = {
    "save_pretrained": 'model.save_pretrained("out")',
    "open": 'open("out/adapter_config.json", "w").write("x")',
    "append": 'open("out/deep/er/notes.txt", "a").write("x")',
    "a big file": 'open("big.bin", "r+b").write(b"y")',
    "truncate": 'os.truncate("big.bin", 1)',
    "torch.save": 'torch.save(model.state_dict(), "out/adapter_model.safetensors")',
    "safetensors": 'import safetensors.torch as s; s.save_file({"x": torch.ones(1)}, "out/adapter_model.safetensors")',
    "tokenizer": 'import transformers as t; t.AutoTokenizer.from_pretrained("gpt2").save_pretrained("out")',
    "remove": 'os.remove("out/adapter_config.json")',
    "unlink": 'import pathlib; pathlib.Path("out/deep/er/notes.txt").unlink()',
    "rmtree": 'import shutil; shutil.rmtree("out")',
    "rmtree of what the script finds": 'import shutil; [shutil.rmtree(n) for n in os.listdir(".") if os.path.isdir(n)]',
    "rename": 'os.rename("out", "old")',
    "replace": 'os.replace("train.py", "out/adapter_config.json")',
    "move": 'import shutil; shutil.move("out/deep", "elsewhere")',
    "mkdir": 'os.makedirs("out/new/folder")',
    "chmod": 'os.chmod("out/adapter_config.json", 0o600)',
    "owner": 'os.lchown("out/adapter_config.json", os.getuid(), 12345)',
    "absolute path": 'open(os.path.join(HOME, "out", "adapter_config.json"), "w").write("x")',
    "absolute rmtree": 'import shutil; shutil.rmtree(os.path.join(HOME, "out"))',
    "absolute save": 'model.save_pretrained(os.path.join(HOME, "out"))',
    "command": 'os.system("rm -rf out"); import subprocess; subprocess.run(["rm", "-rf", "out"])',
    "from below": 'os.chdir("out/deep"); open("../adapter_config.json", "w").write("x")',
    "a link": 'os.symlink("out", "link"); open("link/adapter_config.json", "w").write("x")',
}


@pytest.fixture
def no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The net of the kernel is taken away, as it is on macOS: what the patched calls do is seen."""
    real = Side.write_spec

    def write_spec(side: Side, trace: Any) -> Path:
        path = real(side, trace)
        path.write_text(json.dumps({**json.loads(path.read_text()), "landlock": False}))
        return path

    monkeypatch.setattr(Side, "write_spec", write_spec)


@pytest.mark.slow
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_results_that_were_there_are_as_before(run: Run, outputs: Path, no_landlock: None, write: str) -> None:
    ran = run(f"{HEAD}HOME = {str(outputs)!r}\n{write}\n", "--ignore", "LL")
    assert ran.json["after"]["error"] is None
    assert ran.json["after"]["landlock"] is False


@pytest.mark.parametrize("net", ["landlock", "patches alone"])
def test_results_that_were_there_are_as_before_after_all_of_it(
    run: Run, outputs: Path, net: str, request: pytest.FixtureRequest
) -> None:
    if net != "landlock":
        request.getfixturevalue("no_landlock")
    text = f"{HEAD}HOME = os.getcwd()\nREAL = {str(outputs)!r}\n"
    for write in WRITES.values():
        text += f"os.chdir(HOME)\ntry:\n    {write.replace('HOME', 'REAL')}\nexcept Exception as e:\n    print(e)\n"
    ran = run(text, "--ignore", "LL")
    assert ran.json["after"]["error"] is None


CHANGES = """
import os, shutil
assert open(OUT + "/log.txt", "r+").read() == "first"
open(OUT + "/log.txt", "a").write(", second")
assert open(OUT + "/log.txt").read() == "first, second"
os.truncate(OUT + "/log.txt", 5)
os.chmod(OUT + "/other.txt", 0o600)
os.rename(OUT + "/other.txt", OUT + "/renamed.txt")
assert sorted(os.listdir(OUT + "/deep")) == ["notes.txt"]
shutil.move(OUT + "/deep", OUT + "/deep.bak")
assert open(OUT + "/deep.bak/notes.txt").read() == "keep" and not os.path.exists(OUT + "/deep")
assert open(OUT + "/renamed.txt").read() == "other" and not os.path.exists(OUT + "/other.txt")
"""


def test_what_lies_outside_of_the_project_is_changed_in_the_box_only(
    run: Run, tmp_path: Path, no_landlock: None
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    (outside / "deep").mkdir(parents=True)
    for name, text in (("log.txt", "first"), ("other.txt", "other"), ("deep/notes.txt", "keep")):
        (outside / name).write_text(text)
    before = contents(outside)
    ran = run(f"OUT = {str(outside)!r}\n{CHANGES}{KEPT}")
    assert ran.json["after"]["error"] is None, ran.json["after"]["output"]
    assert contents(outside) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where devices are kept is known of Linux")
def test_a_full_run_may_write_to_what_drivers_open_and_never_to_a_disk() -> None:
    ours = set(map(Path, devices.writable(accelerators=True)))
    nodes = [node for node in Path("/dev").iterdir() if not node.is_symlink()]
    assert {node for node in nodes if node.is_char_device()} <= ours
    assert not {node for node in nodes if node.is_block_device()} & ours


@needs_landlock
def test_what_no_patch_sees_the_kernel_refuses(run: Run, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    text = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
file = libc.open({str(outside / "file")!r}.encode(), os.O_CREAT | os.O_WRONLY, 0o644)
assert file == -1 and ctypes.get_errno() == 13, (file, ctypes.get_errno())
assert libc.unlink({str(tmp_path / "train.py")!r}.encode()) == -1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["after"]["landlock"] is True
    assert not list(outside.iterdir())


def test_absolute_outputs_land_in_the_box_under_their_own_name(run: Run, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    ran = run(TRAINED + f"model.save_pretrained({str(outside)!r})\n")
    assert ran.exit == 0
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == [str(outside)]
    assert not outside.exists()


def test_other_machines_are_out_of_reach(run: Run) -> None:
    ran = run('import socket\nsocket.create_connection(("example.com", 443), 5)\n' + KEPT)
    assert ran.exit == 3
    assert ran.json["reason"].startswith("train.py:2: the script needs the network: ")
    assert "(--network opens it)" in ran.json["reason"]


def test_nor_do_names_and_datagrams_lead_to_them(run: Run) -> None:
    text = """
import socket
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ways = [
    lambda: socket.gethostbyname_ex("example.com"), lambda: socket.gethostbyaddr("192.0.2.1"),
    lambda: udp.sendto(b"a", ("192.0.2.2", 9)), lambda: udp.sendto(b"a", 0, ("192.0.2.3", 9)),
]
for way in ways:
    try:
        way()
    except ConnectionError:
        pass
"""
    said = run(text + KEPT).json["after"]["neutralised"]
    for host in ("example.com", "192.0.2.1", "192.0.2.2", "192.0.2.3"):
        assert f"network: {host} was asked for and refused" in said


def test_what_the_web_would_answer_is_made_up_and_said(run: Run) -> None:
    ran = run('import urllib.request\nurllib.request.urlopen("https://example.com").read()\n' + KEPT)
    assert ran.exit == 0
    assert "download https://example.com: made up" in ran.json["after"]["neutralised"]


def test_this_machine_is_not(run: Run) -> None:
    text = """
import socket, threading
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: server.accept()[0].sendall(b"hello"), daemon=True).start()
assert socket.create_connection(server.getsockname()).recv(5) == b"hello"
"""
    assert run(text + KEPT).exit == 0


def test_other_ways_of_writing_to_the_hub_answer_as_if_it_had_worked(run: Run) -> None:
    text = """
import huggingface_hub
huggingface_hub.login(token="x")
api = huggingface_hub.HfApi()
api.create_repo("you/adapter", exist_ok=True)
api.upload_folder(repo_id="you/adapter", folder_path="out")
"""
    ran = run(KEPT + text)
    assert ran.exit == 0
    assert {e["call"] for e in ran.json["after"]["events"] if e["kind"] == "upload"} == {"create_repo", "upload_folder"}


def test_keys_stay_with_their_owner(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    assert run('import os\nassert "WANDB_API_KEY" not in os.environ\n' + KEPT).exit == 0


def test_commands_that_change_something_are_not_run(run: Run, tmp_path: Path) -> None:
    text = f'import subprocess\nsubprocess.run(["touch", {str(tmp_path / "touched")!r}], check=True)\n'
    ran = run(text + KEPT)
    assert ran.exit == 0
    assert not (tmp_path / "touched").exists()
    assert any(t.startswith("command touch") for t in ran.json["after"]["neutralised"])


def test_a_temporary_folder_is_the_runs_own(run: Run) -> None:
    ran = run("import tempfile\nprint(tempfile.mkdtemp())\n" + KEPT + "raise ValueError(tempfile.gettempdir())\n")
    assert "/lora-lint-run-" in ran.json["reason"]


@pytest.mark.skipif(sys.platform == "win32", reason="the program beside it is a shell script")
def test_a_smoke_run_is_told_of_its_own_gpu_beside_a_real_one(run: Run, tmp_path: Path) -> None:
    """Else a script would choose among GPUs that the run does not have."""
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho NVIDIA H200\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    asked = f"""
import os, subprocess
os.environ["PATH"] = {str(tmp_path)!r} + os.pathsep + os.environ["PATH"]
words = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
assert subprocess.check_output(words, text=True).strip() == "stand-in GPU"
"""
    ran = run(asked + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_what_is_written_below_one_folder_outside_is_told_once(run: Run) -> None:
    text = """\
import os
os.makedirs("/data/run-1", exist_ok=True)
for name in ("a.txt", "b.txt"):
    with open(f"/data/run-1/{name}", "w") as file:
        file.write(name)
os.makedirs("/data/run-2", exist_ok=True)
"""
    said = [text for text in run(text + KEPT).json["after"]["neutralised"] if "lands in the box" in text]
    assert [text.split()[5] for text in said] == ["/data/run-1", "/data/run-2"]


def test_what_lies_in_a_repository_is_told_by_its_name(run: Run) -> None:
    text = """\
from huggingface_hub import HfApi, list_repo_files

told = {
    "adapter_model.safetensors" in list_repo_files("you/zephyr-7b-qlora", revision="main"): "an adapter",
    "adapter_model.safetensors" in HfApi().list_repo_files("you/zephyr-7b-lora-merged"): "none",
}
print(told[True], told[False])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
