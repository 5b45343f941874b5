"""The analysis process: what is no longer wanted ends, and what breaks in it is one line in the log."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from samples import KEPT, LOST
from starting import ENVIRONMENT, pulling, started

from lora_lint_lsp.analyst import LOOK, Analyst
from lora_lint_lsp.target import Target

pytestmark = pytest.mark.asyncio
LONG = LOST + "".join(f"\n\ndef f{n}(x):\n    return x + {n}\n" for n in range(4000))


@pytest_asyncio.fixture
async def analyst() -> AsyncIterator[Analyst]:
    made = Analyst()
    made.start()
    yield made
    made.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="no interrupts")
async def test_a_lint_that_is_no_longer_wanted_ends_in_the_middle(analyst: Analyst, tmp_path: Path) -> None:
    name = str(tmp_path / "train.py")
    assert await analyst.check(Target(name, KEPT)) is not None
    process = analyst.process.running
    looks = iter([True, True, False])  # before it starts, at the first look, at the second
    assert await analyst.check(Target(name, LONG), wanted=lambda: next(looks, False)) is None
    assert next(looks, None) is None, "it had ended before the second look"
    assert analyst.process.running is process, "the process was not given up for it"


@pytest.mark.skipif(sys.platform == "win32", reason="no interrupts")
async def test_what_was_half_worked_out_does_not_count(analyst: Analyst, tmp_path: Path) -> None:
    """The same text again, after a lint of it was ended."""
    name = str(tmp_path / "train.py")
    assert await analyst.check(Target(name, KEPT)) is not None
    for _ in range(3):
        looks = iter([True])
        await analyst.check(Target(name, LONG), wanted=lambda looks=looks: next(looks, False))  # type: ignore[misc]
    checked = await analyst.check(Target(name, LONG))
    assert checked is not None
    assert [finding.code for finding in checked.findings] == ["LL101"]


async def test_what_is_no_longer_wanted_when_its_turn_comes_is_not_begun(analyst: Analyst, tmp_path: Path) -> None:
    name = str(tmp_path / "train.py")
    long = asyncio.ensure_future(analyst.check(Target(name, LONG)))
    late = asyncio.ensure_future(analyst.check(Target(name, KEPT), wanted=lambda: False))
    await asyncio.sleep(LOOK)
    assert not late.done()
    assert await late is None
    assert (await long) is not None


async def test_a_rule_that_breaks_is_one_line_in_the_log_and_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    patches = tmp_path / "patches"
    patches.mkdir()
    (patches / "sitecustomize.py").write_text(
        "from importlib import import_module\n"
        "broken = import_module('lora_lint.rules.save_after_merge')\n"
        "def check(lifecycle):\n    raise ZeroDivisionError('out of reach')\n"
        "broken.RULE = broken.RULE._replace(check=check)\n"
    )
    path = os.pathsep.join([str(patches), ENVIRONMENT["PYTHONPATH"]])
    async with started([tmp_path], pulling(), environment={**ENVIRONMENT, "PYTHONPATH": path}, fresh=True) as editor:
        editor.open("train.py", LOST)
        assert await editor.codes("train.py") == []
        editor.change("train.py", LOST + "model.merge_and_unload().train()\n")
        assert "LL101" not in [code for code, _ in await editor.codes("train.py")]
        assert "PeftModel" in await editor.hover("train.py", "model.merge_and_unload")
    said = capfd.readouterr().err
    assert said.count("rule LL101 failed and is silent here: ZeroDivisionError: out of reach") == 1
    assert "Traceback" not in said
