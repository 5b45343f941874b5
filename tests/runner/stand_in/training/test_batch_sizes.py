"""Batches of a script's own loaders, where an attempt with large ones came to a limit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, SAVE

from lora_lint_runner.child.stand_in.training import batch_sizes


@pytest.mark.parametrize(("learned", "size"), [({}, 64), ({"few rows": True}, batch_sizes.FEW)])
def test_batches_are_as_large_as_the_script_has_them_until_a_limit_is_reached(
    learned: dict[str, Any], size: int
) -> None:
    loaders = pytest.importorskip("torch").utils.data
    told: list[Any] = []
    journal = SimpleNamespace(line=told.append)
    run = SimpleNamespace(spec=SimpleNamespace(learned=learned), journal=journal, neutral=told.append)
    loader = loaders.DataLoader.__new__(loaders.DataLoader)
    batch_sizes._sized(run, loaders.DataLoader.__init__)(loader, range(100), 64, drop_last=True)  # type: ignore[arg-type]
    assert len(next(iter(loader))) == size
    assert len(told) == 1


@pytest.mark.slow
def test_a_training_that_takes_long_over_its_batches_is_tried_with_small_ones(run: Run) -> None:
    text = """\
import time
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids in DataLoader(torch.randint(0, 100, (512, 8)), batch_size=128):
    time.sleep(0.1 * len(ids))
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
"""
    ran = run(HEAD + text + SAVE, "--time-limit", "20")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "batches of 2 rows" in str(ran.json["after"]["neutralised"])
