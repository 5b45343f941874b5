"""What goes wrong where no file is to blame: the command line, the linter itself, the folder or pipe it works in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, Said, environment

Lint = Callable[..., Said]


def test_behind_two_dashes_there_are_only_paths(folder: Path, lint: Lint) -> None:
    (folder / "-x.py").write_text(BAD)
    assert lint("--", "-x.py").code == 1
    assert lint("--output-format", "concise", "--", "-x.py").out.startswith("-x.py:15:1: error LL101")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--slect", "LL1"], "unknown option --slect; did you mean `--select`?"),
        (["--select", "LL999"], "unknown rule `LL999` in --select"),
        (
            ["--ignore", "save-after-merg"],
            "unknown rule `save-after-merg` in --ignore; did you mean `save-after-merge`?",
        ),
        (["--output-format", "yaml"], "argument --output-format: invalid choice: 'yaml'"),
        (["--select", "LL1O1"], "unknown rule `LL1O1` in --select; did you mean `LL101`?"),
        (["--explain", "LL999"], "there is no rule `LL999`; lora-lint --rules lists them"),
        (["--explain", "save-after-marge"], "there is no rule `save-after-marge`; did you mean `save-after-merge`?"),
        (["--config", "nope.toml"], "nope.toml: cannot be read: No such file or directory"),
        (["--config", "previw = true"], "--config: unknown setting `previw`; did you mean `preview`?"),
        (["--baseline", "nope.json"], "nope.json: cannot be read: No such file or directory"),
        (["--trace"], "--trace needs a script"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(folder: Path, lint: Lint, argv: list[str], message: str) -> None:
    said = lint(*argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"lora-lint: {message}")
    assert said.err.count("\n") == 1


def test_a_crash_of_the_analysis_is_one_line_and_the_rest_is_linted(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lora_lint.flow.interpreter as interpreter

    for name in ("a.py", "b.py"):
        (folder / name).write_text(BAD)
    interpret = interpreter.interpret

    def crash(module, *args, **settings):  # type: ignore[no-untyped-def]
        if module.filename.endswith("a.py"):
            raise ZeroDivisionError("not expected")
        return interpret(module, *args, **settings)

    monkeypatch.setattr(interpreter, "interpret", crash)
    said = lint(".", "--no-cache")
    assert said.code == 2
    assert "b.py:15:1: error LL101" in said.out
    assert said.err == (
        "lora-lint: a.py: internal error, please report it: ZeroDivisionError: not expected"
        " (LORA_LINT_DEBUG=1 shows where)\n"
    )


def test_a_fault_of_the_command_itself_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import lora_lint.cli.command as command
    from lora_lint.__main__ import main

    def crash(argv: object) -> int:
        raise FileNotFoundError(2, "No such file or directory", "nowhere")

    monkeypatch.setattr(command, "main", crash)
    assert main() == 2
    assert capsys.readouterr().err == (
        "lora-lint: internal error, please report it: FileNotFoundError: [Errno 2] No such file or directory: "
        "'nowhere' (LORA_LINT_DEBUG=1 shows where)\n"
    )


def test_a_working_folder_that_is_gone(folder: Path) -> None:
    gone = folder / "gone"
    gone.mkdir()
    code = "import os; os.rmdir(os.getcwd()); from lora_lint.__main__ import main; raise SystemExit(main())"
    done = subprocess.run([sys.executable, "-c", code], cwd=gone, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lora-lint: the working folder cannot be used: No such file or directory; cd to another\n"


def test_a_closed_pipe_ends_quietly(folder: Path) -> None:
    for number in range(30):
        (folder / f"t{number}.py").write_text(BAD)
    command = f"{sys.executable} -m lora_lint | head -1"
    done = subprocess.run(["sh", "-c", command], env=environment(), capture_output=True, text=True, timeout=60)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
