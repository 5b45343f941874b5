"""Scripts that cannot be run as they are: one clear message each, and nothing lost."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lora_lint_runner.processes.interpreter import lacking

from .conftest import Run, reason
from .samples import HEAD, KEPT, TRAINED


def test_a_folder_of_an_earlier_run_that_a_script_deletes_is_gone_already(run: Run) -> None:
    assert run('import shutil\nshutil.rmtree("out/old")\n' + KEPT).exit == 0


def test_a_file_that_is_missing(run: Run) -> None:
    code, why = reason(run('rows = open("data/train.jsonl").readlines()\n' + KEPT, "--no-made-up-rows"))
    assert code == 3
    assert why.startswith("train.py:1: file not found: ")
    assert "/data/train.jsonl (give it, or let rows be made up with --made-up-rows)" in why


@pytest.mark.parametrize(
    ("path", "line"), [("mine/tools", "from mine.tools import rows"), ("third_party/LLaVA-X", "import llava_x.model")]
)
def test_a_submodule_that_was_not_cloned(run: Run, tmp_path: Path, path: str, line: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    (tmp_path / path).mkdir(parents=True)
    (tmp_path / ".gitmodules").write_text(f'[submodule "tools"]\n\tpath = {path}\n\turl = https://localhost/tools\n')
    why = run(f"{line}\n" + KEPT).json["reason"]
    assert f"{path} is a git submodule that is not here: git submodule update --init" in why


@pytest.mark.parametrize(("call", "exit"), [("sys.exit()", 0), ("sys.exit(0)", 0), ("raise SystemExit", 0)])
def test_exit_after_the_save_is_an_end_like_any(run: Run, call: str, exit: int) -> None:
    ran = run("import sys\n" + KEPT + call + "\n")
    assert (ran.exit, ran.json["after"]["exit"], ran.json["after"]["error"]) == (0, exit, None)


def test_an_exit_code_is_said(run: Run) -> None:
    code, why = reason(run("import sys\n" + TRAINED + "sys.exit(7)\n", "--ignore", "LL"))
    assert code == 3
    assert why.endswith("the script ends itself with exit code 7")


def test_an_exit_with_a_message(run: Run) -> None:
    ran = run("import sys\nsys.exit('no GPU was found')\n" + KEPT)
    assert "no GPU was found" in ran.json["reason"]


def test_a_hard_exit_keeps_what_was_seen(run: Run) -> None:
    ran = run(KEPT + "os._exit(4)\n")
    assert ran.json["after"]["adapters"][0]["usable"]
    assert ran.json["reason"].startswith("saved and proved in out; afterwards the script stopped")
    assert ran.json["reason"].endswith("the script ends itself with exit code 4")


def test_a_crash_of_the_process_is_said(run: Run) -> None:
    code, why = reason(run(TRAINED + "import ctypes\nctypes.string_at(0)\n", "--ignore", "LL"))
    assert code == 3
    assert "ended by signal 11; its last line: Fatal Python error: Segmentation fault" in why


def test_forks_of_the_script_are_its_own_business(run: Run) -> None:
    text = KEPT + "pid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)\n"
    assert run(text).exit == 0


def test_multiprocessing_under_main(run: Run) -> None:
    text = "import multiprocessing\ndef double(n):\n    return 2 * n\n" + KEPT
    text += 'if __name__ == "__main__":\n    with multiprocessing.Pool(2) as pool:\n'
    assert run(text + "        assert pool.map(double, [1, 2]) == [2, 4]\n").exit == 0


WORKERS = """\
rows = torch.utils.data.DataLoader([torch.randint(0, 100, (8,)) for _ in range(16)], batch_size=2, num_workers=2)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids in rows:
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""


def test_workers_of_a_data_loader(run: Run) -> None:
    assert run(HEAD + WORKERS).exit == 0


def test_binary_output_harms_nobody(run: Run) -> None:
    ran = run(
        "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 100)\n"
        + KEPT
        + "raise ValueError('\\x1b[2J\\x00end')\n"
    )
    assert "\x1b" not in ran.out
    assert ran.json["after"]["error"] is not None


def test_a_script_that_asks_at_a_terminal(run: Run) -> None:
    assert reason(run('name = input("run name: ")\n' + KEPT)) == (
        3,
        "train.py:1: the script waits for input at a terminal; a run has none",
    )


def test_what_only_a_terminal_has(run: Run) -> None:
    assert reason(run("import termios\ntermios.tcgetattr(0)\n" + KEPT)) == (
        3,
        "train.py:2: the script expects a terminal; a run has none",
    )


def test_a_fault_that_its_first_line_only_announces_is_told(run: Run) -> None:
    said = reason(run("raise RuntimeError('Errors in loading:\\n\\tsize mismatch for head')\n"))[1]
    assert said == "train.py:1: RuntimeError: Errors in loading: size mismatch for head"


def test_a_module_that_calls_nothing(run: Run, tmp_path: Path) -> None:
    module = 'LR = 1e-4\n\n\ndef keep(model):\n    model.save_pretrained("out")\n'
    why = "the file only defines functions and classes: run the script that calls them"
    assert reason(run(module))[1] == why
    (tmp_path / "more.py").write_text("from train import keep\n\ndef again(model):\n    keep(model)\n")
    (tmp_path / "start.py").write_text("import train\n\ntrain.keep(None)\n")
    (tmp_path / "ask.py").write_text("from train import LR, keep\n\nprint(LR)\n")
    assert reason(run(module))[1] == f"{why}: start.py"


def test_trains_nothing(run: Run) -> None:
    ran = run("import torch\nprint(torch.ones(2))\n")
    assert reason(ran)[1] == "the script has no PEFT model: there is nothing to confirm"


def test_an_argument_that_the_installed_release_no_longer_has(run: Run) -> None:
    text = HEAD + 'from transformers import TrainingArguments\nTrainingArguments("out", evaluation_strategy="steps")\n'
    why = run(text + LOOP_AND_SAVE).json["reason"]
    assert "train.py:9: TrainingArguments of transformers" in why
    assert why.endswith("has no evaluation_strategy; now eval_strategy")


def test_all_arguments_of_the_kind_are_told_and_what_to_write(run: Run) -> None:
    text = 'from transformers import TrainingArguments\nTrainingArguments("o", no_cuda=True, ray_scope="last")\n'
    lacking = run(HEAD + text + LOOP_AND_SAVE).json["after"]["lacking"]
    assert [lack["text"].rpartition(" has no ")[2] for lack in lacking] == [
        "no_cuda; now use_cpu",
        "ray_scope: other releases have it, leave it out here",
    ]


LOOP_AND_SAVE = KEPT.split('CAUSAL_LM"))\n')[1]


def test_broken_syntax(run: Run) -> None:
    ran = run("def broken(:\n")
    assert ran.exit == 3
    assert ran.json["reason"].startswith("train.py:1: not valid Python: ")
    assert run(None, form="text").out.startswith("train.py: not run")


def test_a_reason_that_asks_ends_as_it_does(run: Run) -> None:
    assert run('import peft\nprint "done"\n', form="text").out.rstrip().endswith("mean print(...)?")


def test_a_name_that_a_part_of_the_project_has_not(run: Run, tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text("class DataLoader: ...\n")
    ran = run("from parts import Dataloader\n")
    assert ran.json["reason"] == "train.py:1: the project's own parts has no Dataloader"


def test_arrays_at_hand_do_not_matter(run: Run) -> None:
    ran = run("import torch\nheld = [torch.zeros(2), torch.ones(2)]\nraise ValueError('no')\n" + KEPT)
    assert ran.json["reason"] == "train.py:3: ValueError: no"


def test_a_file_of_the_project_that_hides_a_package(run: Run, tmp_path: Path) -> None:
    (tmp_path / "evaluate.py").write_text("print('scores')\n")
    ran = run('import evaluate\nevaluate.load("wer")\n')
    assert ran.json["reason"] == (
        "train.py:2: the project's own evaluate has no load: evaluate.py hides a package of that name"
    )


def test_a_script_that_is_not_utf8(lora_lint: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_bytes(b"name = '\xff\xfe'\n")
    ran = lora_lint("--run", "train.py", "--python", sys.executable, "--output-format", "json")
    assert ran.exit == 3
    assert "train.py" in ran.json["reason"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--run",), "--run needs a script"),
        (("--run", "nowhere.py"), "nowhere.py: there is no such file"),
        (("--run", "notes.txt"), "notes.txt: only Python scripts and notebooks can be run"),
        (("--run", "empty"), "empty: no script in it works on a PEFT model"),
        (("--run", "train.py", "--python", "/no/such/python"), "--python: there is no interpreter /no/such/python"),
        (("--run", "train.py", "--python", "notes.txt"), "is no working Python"),
        (("--run", "train.py", "--memory-limit", "much"), "--memory-limit: 'much' is no size"),
        (("--run", "train.py", "--disk-limit", ""), "--disk-limit: '' is no size"),
        (("--run", "train.py", "--time-limit", "-1"), "a time limit is not negative"),
        (("--run", "train.py", "--output-format", "sarif"), "invalid choice: 'sarif'"),
        (("--run", "train.py", "--config", "nowhere.toml"), "nowhere.toml"),
        (("--run", "train.py", "--lr", "3"), "unknown option --lr; arguments of the script itself go behind `--`;"),
        (("--run", "train.py", "--time-limt", "3"), "unknown option --time-limt; did you mean `--time-limit`?"),
        (("--rescue", "out"), "--rescue OUT goes with --inspect DIR"),
        (("--inspect",), "--inspect needs a directory"),
    ],
)
def test_wrong_command_lines_are_usage_errors(lora_lint: Run, argv: tuple[str, ...], said: str) -> None:
    Path("train.py").write_text(KEPT)
    Path("notes.txt").write_text("notes")
    Path("empty").mkdir()
    ran = lora_lint(*argv)
    assert ran.exit == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_interpreter_without_torch_says_how_to_get_it(lora_lint: Run) -> None:
    Path("train.py").write_text(KEPT)
    bare = os.path.join(sys.base_prefix, "bin", "python3")
    ran = lora_lint("--run", "train.py", "--python", bare, "--output-format", "json")
    assert ran.exit == 3
    assert f"{bare} -m pip install" in ran.json["reason"]
    assert "torch" in ran.json["reason"]


def test_an_interpreter_that_says_something_when_it_starts_is_understood(tmp_path: Path) -> None:
    chatty = tmp_path / "python"
    chatty.write_text(f'#!/bin/sh\necho welcome\nexec "{sys.executable}" "$@"\n')
    chatty.chmod(0o755)
    assert lacking(str(chatty)) == []


@pytest.mark.slow
def test_an_interpreter_may_be_named_from_the_working_folder(lora_lint: Run, tmp_path: Path) -> None:
    """The run itself starts elsewhere."""
    (tmp_path / "env").symlink_to(sys.prefix)
    (tmp_path / "train.py").write_text(KEPT)
    assert lora_lint("--run", "train.py", "--python", os.path.join("env", "bin", "python")).exit == 0


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--output-file", "none/found.json"], "none/found.json: cannot be written: there is no folder none"),
        (["--report", "train.py"], "train.py: is a script: a report would overwrite it; name another file"),
        (["--report", "a.txt", "-o", "a.txt"], "a.txt: two reports cannot be one file"),
        (["--report", "."], ".: cannot be written: it is a folder"),
        (["--memory-limit", "-1"], "--memory-limit: '-1' is no size; write 6G or 500M (0 is no limit)"),
        (["--time-limit", "-5"], "argument --time-limit: '-5' seconds: a time limit is not negative; 0 is none"),
        (["--select", "LL1O1"], "unknown rule `LL1O1` in --select"),
    ],
)
def test_what_cannot_work_is_said_before_the_run(run: Run, argv: list[str], why: str) -> None:
    ran = run('raise SystemExit("it ran")\n', *argv)
    assert (ran.exit, ran.out) == (2, "")
    assert ran.err.startswith(f"lora-lint: {why}")


def test_a_report_that_cannot_be_written_in_the_end_is_printed(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "full"
    place.symlink_to("/dev/full")
    ran = run(KEPT, "--output-file", place)
    assert (ran.exit, ran.json["verdict"]) == (2, "confirmed")
    assert ran.err == f"lora-lint: {place}: cannot be written: No space left on device\n"
