"""The command line as a user calls it, and real models that are small enough to be saved in milliseconds.

Runs of this session share one warm interpreter, so that a test costs a fork and not the imports.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lora_lint_runner import running
from lora_lint_runner.processes import children

from .tiny import saved_base


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]  # the fixtures `run` and `lora_lint`


def adapters(side: dict[str, Any]) -> dict[str, bool]:
    """The directories of adapters that one side of a run left, and whether each is usable."""
    return {one["directory"]: one["usable"] for one in side["adapters"]}


def absent(*names: str) -> pytest.MarkDecorator:
    """Where one of these packages is installed, its stand-in has nothing to do."""
    there = [name for name in names if importlib.util.find_spec(name) is not None]
    return pytest.mark.skipif(bool(there), reason=f"the real {there} is here")


def reason(ran: Ran) -> tuple[int, str]:
    """How a run ended of which nothing can be said, and why."""
    assert ran.json["verdict"] == "inconclusive"
    return ran.exit, ran.json["reason"]


def confirmed(ran: Ran) -> None:
    """The run proved what was predicted."""
    assert ran.exit == 0, ran.json["reason"]


CARRIED = "the adapter files appear, with stand-ins for what is not here: "


def carried(ran: Ran) -> str:
    """What stood in for something, in a run that proved the adapter."""
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert ran.json["reason"].startswith(CARRIED), ran.json["reason"]
    return str(ran.json["reason"])[len(CARRIED) :]


PASSED_OVER = "passed over, as made-up rows do not suit it ("


def lacking(ran: Ran) -> list[str]:
    """What of the script made-up rows did not suit, and what was done about it."""
    return [lack["text"] for lack in ran.json["after"]["lacking"]]


class Kept(children.Warm):
    """A warm interpreter that outlives the command that asked for it."""

    def close(self) -> None:
        return


@pytest.fixture(autouse=True, scope="session")
def _compiled() -> None:
    """What runs in the interpreters of the runs is compiled, as installing it does: they write nothing beside it."""
    compileall.compile_dir(children.CHILD.parent, quiet=2)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    home = tmp_path_factory.mktemp("warm")
    made = Kept(sys.executable, home, children.surroundings(home, full=False))
    yield made
    children.Warm.close(made)


@pytest.fixture
def lora_lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the runner's command line in a folder of its own, in this process."""
    from lora_lint_runner.command import main

    monkeypatch.chdir(tmp_path)

    def run(*argv: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(word) for word in argv])
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def run(
    lora_lint: Callable[..., Ran], tmp_path: Path, warm: Kept, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Writes a script, or takes the one that is there, and calls `--run` on it as JSON, with further arguments."""
    if children.CAN_FORK:
        monkeypatch.setattr(running.children, "Warm", lambda *args: warm)

    def run_(text: str | None, *argv: object, name: str = "train.py", form: str = "json") -> Ran:
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
        return lora_lint("--run", name, "--python", sys.executable, "--output-format", form, *argv)

    return run_


@pytest.fixture(scope="session")
def llama() -> Any:
    """The config of a Llama with 27 thousand weights."""
    from transformers import LlamaConfig

    return LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        vocab_size=128,
    )  # fmt: skip


@pytest.fixture(scope="session")
def base(llama: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model as a folder."""
    return saved_base(llama, tmp_path_factory.mktemp("base") / "tiny-llama")


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    """No progress bars between the dots."""
    from transformers.utils import logging

    logging.disable_progress_bar()
