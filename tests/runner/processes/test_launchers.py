"""`--launcher`: several processes on this machine, over gloo; any command that starts commands."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

from lora_lint_runner.options import UsageError
from lora_lint_runner.processes import children
from lora_lint_runner.processes.launching import launched

ACCELERATED = """\
import torch
from accelerate import Accelerator
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

accelerator = Accelerator()
assert accelerator.num_processes == 2
model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
data = torch.utils.data.DataLoader([torch.randint(0, 100, (8,)) for _ in range(64)], batch_size=2)
model, optimizer, data = accelerator.prepare(model, optimizer, data)
for ids in data:
    accelerator.backward(model(input_ids=ids, labels=ids).loss)
    optimizer.step()
    optimizer.zero_grad()
accelerator.wait_for_everyone()
merged = accelerator.unwrap_model(model).merge_and_unload()
if accelerator.is_main_process:
    merged.save_pretrained("out")
"""


@pytest.fixture
def free_port() -> int:
    """A port of this test's own: both launchers would take the same one."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    "launcher",
    [
        "torchrun --nproc-per-node 2 --master-port",
        "accelerate launch --multi_gpu --num_processes 2 --mixed_precision no --main_process_port",
    ],
)
def test_two_processes_over_gloo(lora_lint: Run, launcher: str, free_port: int) -> None:
    Path("train.py").write_text(ACCELERATED)
    ran = lora_lint(
        "--run", "train.py", "--python", sys.executable, "--launcher", f"{launcher} {free_port}", "--output-format",
        "json", "--time-limit", "300",
    )  # fmt: skip
    assert ran.exit == 0, ran.json["reason"]
    assert (ran.json["before"]["processes"], ran.json["after"]["processes"]) == (2, 2)
    assert ran.json["before"]["adapters"] == []
    assert [(a["directory"], a["usable"]) for a in ran.json["after"]["adapters"]] == [("out-adapter", True)]


@pytest.mark.slow
def test_the_process_that_stopped_is_quoted(lora_lint: Run) -> None:
    Path("train.py").write_text('import os\nif os.environ["RANK"] == "1":\n    raise ValueError("only here")\n' + KEPT)
    ran = lora_lint(
        "--run", "train.py", "--python", sys.executable, "--launcher", "torchrun --nproc-per-node 2", "--output-format",
        "json", "--time-limit", "300",
    )  # fmt: skip
    assert ran.exit == 3
    assert "ValueError: only here" in ran.json["reason"]


@pytest.mark.slow
def test_any_command_that_starts_a_command_will_do(lora_lint: Run) -> None:
    """As srun, sky exec or ray job submit do."""
    Path("train.py").write_text(KEPT)
    ran = lora_lint(
        "--run", "train.py", "--python", sys.executable, "--launcher", "nice -n 1", "--output-format", "json"
    )
    assert ran.exit == 0, ran.json["reason"]


def test_launchers_of_python_scripts_run_in_the_users_interpreter() -> None:
    entry = [str(children.CHILD), "run", "spec.json"]
    assert launched("torchrun --nnodes 1", "/env/bin/python", Path("spec.json")) == [
        "/env/bin/python", "-m", "torch.distributed.run", "--nnodes", "1", *entry,
    ]  # fmt: skip
    assert launched("accelerate launch --cpu", "python", Path("spec.json")) == [
        "python", "-m", "accelerate.commands.launch", "--cpu", *entry,
    ]  # fmt: skip


def test_the_command_can_stand_anywhere() -> None:
    entry = ["python", str(children.CHILD), "run", "spec.json"]
    assert launched("env A=1 {} --end", "python", Path("spec.json")) == ["env", "A=1", *entry, "--end"]


@pytest.mark.parametrize("launcher", ["", "no-such-launcher -n 2", "'unclosed"])
def test_a_launcher_that_is_not_there(launcher: str) -> None:
    with pytest.raises(UsageError, match="--launcher"):
        launched(launcher, "python", Path("spec.json"))


def test_a_launcher_that_is_not_there_is_a_slip_of_the_command_line(lora_lint: Run) -> None:
    Path("train.py").write_text(KEPT)
    ran = lora_lint("--run", "train.py", "--python", sys.executable, "--launcher", "no-such-launcher")
    assert (ran.exit, ran.err) == (2, "lora-lint: --launcher: there is no command no-such-launcher\n")


def test_several_scripts_each_have_a_verdict_and_progress(run: Run, lora_lint: Run) -> None:
    Path("scripts").mkdir()
    for name, text in (("a.py", KEPT), ("b.py", KEPT), ("helper.py", "x = 1\n")):
        (Path("scripts") / name).write_text(text)
    ran = run(KEPT, "scripts")
    assert ran.exit == 0
    assert [(Path(o["script"]).name, o["verdict"]) for o in ran.json] == [
        ("train.py", "confirmed"), ("a.py", "confirmed"), ("b.py", "confirmed"),
    ]  # fmt: skip
    assert sorted(line.split()[0] for line in ran.err.splitlines()) == ["1/3", "2/3", "3/3"]
