"""Children of one warm parent: the libraries are imported once, every run is a fork of that.

The parent never computes with torch, so that it starts no threads and forking it is safe.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "CUDA_VISIBLE_DEVICES": "",
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "OMP_NUM_THREADS": "1",
    "WANDB_MODE": "disabled", "PYTHONWARNINGS": "default", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
}  # fmt: skip
TIMED_OUT = 124


def warm_up() -> dict[str, str]:
    """Imports what the scripts import and gives the versions. Older stacks may come without trl."""
    import accelerate
    import peft
    import torch
    import transformers
    from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments  # noqa: F401
    from transformers.models.llama import modeling_llama  # noqa: F401

    stack = {library.__name__: library.__version__ for library in (peft, transformers, accelerate, torch)}
    with contextlib.suppress(ImportError, RuntimeError):
        import datasets  # noqa: F401
        import trl
        from trl import SFTConfig, SFTTrainer  # noqa: F401

        stack["trl"] = trl.__version__
    torch.set_num_threads(1)
    return stack


def in_fork(work: Callable[[], None], log: Path, limit: float = 240) -> int:
    """Runs `work` in a forked child, output in `log`; the exit status, TIMED_OUT when it had to be ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os._exit(_in_child(work, log))
    return _wait(child, limit)


def launch(script: Path, arguments: list[str], processes: int, cwd: Path, log: Path, limit: float = 240) -> int:
    """Runs a script in several processes, as torchrun does."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*command, script.name, *arguments], cwd=cwd, stdout=output, stderr=subprocess.STDOUT,
            process_group=0,
        )  # fmt: skip
        try:
            return child.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return TIMED_OUT


def as_main(script: Path, arguments: list[str], cwd: Path) -> None:
    """What a child does to run a script as `python script.py` would."""
    os.chdir(cwd)
    sys.argv = [script.name, *arguments]
    sys.path.insert(0, str(cwd))
    runpy.run_path(script.name, run_name="__main__")


def _in_child(work: Callable[[], None], log: Path) -> int:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        work()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if isinstance(stop.code, str):
            print(stop.code)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _wait(child: int, limit: float) -> int:
    until = time.monotonic() + limit
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT
