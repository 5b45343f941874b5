"""What the pages say can be copied: every block of them is read or run."""

from __future__ import annotations

import json
import re
import shlex
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from command_samples import BAD, GOOD, ROOT, Said, environment

Lint = Callable[..., Said]


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(*pages: str) -> list[str]:
    lines = [line for page in pages for block in blocks(page, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ").partition("  #")[0].strip() for line in lines if line.startswith("$ lora-lint")]


@pytest.mark.parametrize("line", commands("usage.md", "integrations.md"))
def test_every_command_of_the_pages_runs(folder: Path, lint: Lint, line: str) -> None:
    if "--run" in line or "<" in line:
        pytest.skip("tested with the runner, and with standard input")
    (folder / "train.py").write_text(BAD)
    (folder / "notebooks").mkdir()
    lint("--write-baseline", "lora-lint-baseline.json")
    assert lint(*shlex.split(line)[1:]).code in (0, 1)


def test_the_story_on_the_usage_page_is_the_real_one(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    shown = next(block for block in blocks("usage.md", "text") if block.startswith("train.py"))
    assert lint("train.py").out.startswith(shown)


def test_all_options_are_on_the_usage_page() -> None:
    from lora_lint.cli.options import OPTIONS

    page = (ROOT / "docs" / "usage.md").read_text()
    for option in OPTIONS:
        assert re.search(rf"^\| `{', '.join(option.flags)}\b.*\| {re.escape(option.help)} \|$", page, re.MULTILINE)


def test_the_configuration_page_is_a_configuration(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(GOOD)
    (folder / "pyproject.toml").write_text(blocks("configuration.md", "toml")[0])
    assert lint().code == 0


def test_python_blocks_run(folder: Path) -> None:
    (folder / "src").mkdir()
    (folder / "train.py").write_text(BAD)
    for block in blocks("integrations.md", "python"):
        done = subprocess.run([sys.executable, "-c", block], env=environment(), capture_output=True, text=True)
        assert done.stdout.startswith("15 LL101"), done.stderr


def test_the_gitlab_job_writes_its_report(folder: Path, lint: Lint) -> None:
    (folder / "train.py").write_text(BAD)
    job = next(
        parsed["lora-lint"] for b in blocks("integrations.md", "yaml") if "lora-lint" in (parsed := yaml.safe_load(b))
    )
    line = next(line for line in job["script"] if line.startswith("lora-lint "))
    assert lint(*shlex.split(line)[1:]).code == 1
    report = json.loads((folder / job["artifacts"]["reports"]["codequality"]).read_text())
    assert report[0]["check_name"] == "save-after-merge"


def test_the_pre_commit_block_names_our_hooks() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    block = next(parsed for b in blocks("integrations.md", "yaml") if "repos" in (parsed := yaml.safe_load(b)))
    assert {hook["id"] for hook in block["repos"][0]["hooks"]} <= hooks
    assert hooks == {"lora-lint", "lora-lint-fix"}


def test_the_workflows_use_inputs_that_the_action_has() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    for block in blocks("integrations.md", "yaml"):
        for job in (yaml.safe_load(block).get("jobs") or {}).values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("lora-lint/"):
                    assert set(step.get("with", {})) <= set(action["inputs"])


@pytest.mark.parametrize("args", ["", "--select LL1 --preview"])
def test_the_steps_of_the_action(folder: Path, args: str) -> None:
    """The shell of the steps, as GitHub runs it, with lora-lint installed by other means."""
    program = folder / "runner" / "lora-lint" / "bin" / "lora-lint"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m lora_lint "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "a b").mkdir()
    (folder / "train.py").write_text(BAD)
    (folder / "good.py").write_text(GOOD)
    settings = {
        "PATHS": "train.py good.py\n",
        "ARGS": args,
        "FILE": "found.sarif",
        "RUNNER_TEMP": str(folder / "runner"),
    }
    steps = {step["id"]: step for step in yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]}

    def run(step: str) -> subprocess.CompletedProcess[str]:
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[step]["run"]]
        return subprocess.run(bash, env={**environment(), **settings}, capture_output=True, text=True)

    lint = run("lint")
    assert lint.returncode == 1, lint.stderr
    assert lint.stdout.startswith("::error file=train.py,line=15")
    sarif = run("sarif")
    assert sarif.returncode == 0, sarif.stderr
    assert len(json.loads((folder / "found.sarif").read_text())["runs"][0]["results"]) == 1


@contextmanager
def watching(*argv: str) -> Iterator[Callable[[str], None]]:
    """A running `--watch`, and what reads its output until a line begins like this."""
    pytest.importorskip("watchfiles")
    command = [sys.executable, "-u", "-m", "lora_lint", "--watch", "--output-format", "concise", *argv]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def read_until(beginning: str) -> None:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith(beginning):
                return
        raise AssertionError(f"{beginning!r} was never said: {seen}")

    try:
        read_until("lora-lint: linted at")
        time.sleep(1)  # until the watch is set up
        yield read_until
    finally:
        process.terminate()
        process.wait()


def test_watch_lints_again_when_a_file_changes(folder: Path) -> None:
    (folder / "train.py").write_text(GOOD)
    with watching() as read_until:
        (folder / "train.py").write_text(BAD)
        read_until("train.py:15:1: error LL101")


def test_watch_sees_every_save_of_a_file_that_is_replaced(folder: Path) -> None:
    (folder / "train.py").write_text(GOOD)
    with watching("train.py") as read_until:
        for text, said in ((BAD, "train.py:15:1: error LL101"), (GOOD, "No findings in 1 file."), (BAD, "train.py:15")):
            (folder / "beside").write_text(text)
            (folder / "beside").replace(folder / "train.py")
            read_until(said)


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_scripts(lint: Lint, shell: str) -> None:
    pytest.importorskip("shtab")
    script = lint("--completion", shell).out
    assert "output-format" in script
    assert "json-lines" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    from lora_lint.cli.command import main
    from lora_lint.cli.options import OPTIONS

    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(option.flags[0] in shown for option in OPTIONS)
    assert max(map(len, shown.splitlines())) <= 100


def test_rules_and_their_pages(lint: Lint) -> None:
    listed = lint("--rules").out
    assert "LL101  [*]  save-after-merge" in listed
    assert "LL001  [*]  unused-suppression" in listed
    assert lint("--explain", "save-after-merge").out == lint("--explain", "LL101").out
    assert lint("--explain", "LL101").out.startswith("# LL101 save-after-merge")
    rules = json.loads(lint("--rules", "--output-format", "json").out)
    assert {"code", "name", "summary", "preview", "fixable", "url"} == set(rules[0])
