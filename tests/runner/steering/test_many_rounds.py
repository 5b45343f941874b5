"""Loops that train nothing, over so many things that there is not the time for all of them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, SAVE

from lora_lint_runner.child.steering import items_of, loops


class Clock:
    """It goes on by a second a round."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def rounds(items: Any, monkeypatch: pytest.MonkeyPatch, **learned: Any) -> int:
    """How many of them a loop comes to, in a run that may take two minutes."""
    clock, said = Clock(), []
    monkeypatch.setattr(loops, "time", clock)
    run = SimpleNamespace(spec=SimpleNamespace(time_limit=120.0, learned=learned), neutral=said.append)
    run.journal, run.met = (
        SimpleNamespace(line=said.append),
        SimpleNamespace(times_caught=0, times_at_an_end=0, caught=[]),
    )
    events = SimpleNamespace(run=run, steps=0, backwards=0, evaluations=0, trainings=0)
    events.newest, events.by_optimizer, events.fast = None, {}, False
    made = loops.Loops(events, 2, [], whole=bool(learned.get("whole loops")))
    count = 0
    for _ in made.for_(items, 1):
        clock.now += 1.0
        count += 1
    return count


@pytest.mark.parametrize("items", [range(1000), [0] * 1000, enumerate([0] * 1000)])
def test_a_loop_that_would_take_most_of_the_time_is_left(items: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(items, monkeypatch) == loops.SOME


def test_a_loop_of_which_an_end_is_near_comes_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(range(28), monkeypatch) == 28


@pytest.mark.parametrize("learned", [{"rows": 8}, {"whole loops": True}])
def test_who_needs_many_gets_them(learned: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(range(100), monkeypatch, **learned) == 100


def test_a_data_set_and_what_a_bar_is_around_have_a_length() -> None:
    datasets, tqdm = pytest.importorskip("datasets"), pytest.importorskip("tqdm")
    rows = datasets.Dataset.from_dict({"text": ["a", "b", "c"]})
    assert [items_of.length(one) for one in (rows, rows["text"], tqdm.tqdm(rows, disable=True), iter(()))] == [
        3,
        3,
        3,
        0,
    ]


def test_a_save_that_a_later_epoch_comes_to_was_not_waited_for_in_vain(run: Run, tmp_path: Path) -> None:
    text = """\
from datasets import load_dataset
from torch.utils.data import DataLoader

rows = load_dataset("nobody/nothing", split="train")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
step = 0
for epoch in range(50):
    for batch in DataLoader(rows, batch_size=64):
        ids = torch.randint(0, 100, (2, 8))
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        step += 1
        if step == 40:
            model.save_pretrained("out/40")
"""
    ran = run(HEAD + text + SAVE, "--keep", str(tmp_path / "kept"))
    assert ran.exit == 0, ran.json["reason"]
    assert len(list((tmp_path / "kept").glob("*/after*"))) == 1  # no other attempt, with more rows
