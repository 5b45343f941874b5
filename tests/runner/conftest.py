"""Real models, small enough to be saved in milliseconds, and the command line as a user calls it."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from .tiny import saved_base


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def lora_lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs `lora-lint --run` or `--inspect` in a folder of its own, in this process."""
    from lora_lint_runner.command import main

    monkeypatch.chdir(tmp_path)

    def run(*argv: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(word) for word in argv])
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def llama() -> Any:
    """The config of a Llama with 27 thousand weights."""
    from transformers import LlamaConfig

    return LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        vocab_size=128
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
