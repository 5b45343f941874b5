"""Which of several attempts at a script counts, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lora_lint_runner import side
from lora_lint_runner.child.spec import PASSED_OVER
from lora_lint_runner.options import Limits
from lora_lint_runner.verdict.observed import Observed

KEPT = {"directory": "out", "usable": True, "trained": True, "checkpoint": False}


def ran(**facts: Any) -> Observed:
    """A run of two steps, which came to its end and left no adapter, or what is said of it instead."""
    found: dict[str, Any] = {
        "exit": 0, "seconds": 1.0, "peak": 0, "error": None, "reason": None, "where": None, "steps": 2, "events": [],
        "merged": [], "neutralised": [], "versions": {}, "landlock": False, "learned": None, "output": [], "gpus": [],
        "complaint": None, "processes": 1, "adapters": [],
    }  # fmt: skip
    return Observed(**{**found, **facts})


def told_by(attempts: list[Observed], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Observed | None:
    """What counts of attempts that end so, one after the other."""
    plan = side.Plan(folder / "train.py", folder, folder, {}, None, "smoke", 2, False, None, "", Limits(0, 0, 0))
    one = side.Side("after", plan, folder)
    found = iter(attempts)
    monkeypatch.setattr(side.observed, "read", lambda *args: next(found))
    monkeypatch.setattr(side.Side, "_complete", lambda self, found: found)
    while not one.finish(attempts[0]):
        one.attempts += 1
    return one.result


def stopped(**facts: Any) -> Observed:
    return ran(error="ValueError: too many", reason="error", **facts)


def test_one_that_has_left_its_adapter_counts_where_the_next_does_not_come_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stopped(adapters=[KEPT], learned={"rows": 8})
    assert told_by([first, stopped(steps=0, adapters=[])], tmp_path, monkeypatch) is first
    ended = ran(adapters=[KEPT])
    assert told_by([first, ended], tmp_path, monkeypatch) is ended


def test_one_that_came_to_more_saves_counts_before_one_of_more_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = [{"kind": "saved", "filename": "train.py", "row": row} for row in (9, 9, 12)]
    first = ran(steps=8, adapters=[KEPT], events=saves[:2], learned={"better": [["train.py", 11, 0]]})
    both = ran(adapters=[KEPT], events=saves)
    assert told_by([first, both], tmp_path, monkeypatch) is both
    assert told_by([first, ran(adapters=[KEPT], events=saves[:1])], tmp_path, monkeypatch) is first


def test_one_that_has_left_none_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = stopped(steps=0, adapters=[])
    assert told_by([stopped(adapters=[], learned={"rows": 8}), last], tmp_path, monkeypatch) is last


def test_one_that_passed_over_statements_in_vain_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, last = (
        stopped(steps=0, learned={PASSED_OVER: True}),
        stopped(steps=0, neutralised=["rows as the model takes them"]),
    )
    assert told_by([plain, last], tmp_path, monkeypatch) is plain
    further = ran(steps=0, error="KeyError: 'answer'", reason="error")
    assert told_by([plain, further], tmp_path, monkeypatch) is further
