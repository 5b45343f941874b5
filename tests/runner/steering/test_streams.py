"""Loops of the script's own that take their rows from a generator."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, SAVE

STEPS = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
batches = stream()
for step in range(1, 100):
    for part in range(2):
        ids = next(batches)
        model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step % 50 == 0:
        model.save_pretrained(f"out/{step}")
model.save_pretrained("out/final")
"""


def test_what_is_trained_on_does_not_end_the_generator_that_yields_it(run: Run) -> None:
    text = """
def stream():
    for number in range(5000):
        yield torch.full((2, 8), number % 100)

"""
    assert run(HEAD + text + STEPS).exit == 0


def test_a_loop_whose_rows_give_out_does_not_wait_for_its_save(run: Run) -> None:
    text = """
def stream():
    for number in range(20):
        yield torch.full((2, 8), number % 100)

"""
    ran = run(HEAD + text + STEPS.replace("range(1, 100)", "range(1, 10**6)"))
    assert ran.exit == 0, ran.json["reason"]
    assert [site["verdict"] for site in ran.json["sites"]] == ["not reached", "confirmed"]


def test_more_rows_are_skipped_than_there_are(run: Run) -> None:
    text = """
from datasets import load_dataset

rows = load_dataset("company/questions", split="train", streaming=True).skip(4000)
assert len([row["question"] for row in rows]) > 500
"""
    assert run(text + KEPT).exit == 0


def test_lists_of_a_row_that_are_unpacked_are_lists(run: Run) -> None:
    text = """
from datasets import load_dataset

for row in load_dataset("company/passages", split="train"):
    texts, marks = row["passages"]["passage_text"], row["passages"]["is_selected"]
    assert [text.strip() for text, mark in zip(texts, marks) if mark >= 0]
"""
    assert run(text + KEPT).exit == 0


ENDLESS = """
from pathlib import Path

def stream(files=tuple(sorted(Path("notes").glob("*.jsonl")))):
    while True:
        for file in files:
            for line in file.read_text().splitlines():
                yield torch.full((2, 8), len(line) % 100)

"""


@pytest.mark.slow
def test_a_stream_that_goes_round_without_a_row_gets_some(run: Run) -> None:
    """What it was to take them of is then made up, and nobody waits for the time limit."""
    ran = run(HEAD + ENDLESS + STEPS, "--time-limit", "60")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "notes/*.jsonl; rows are made up in its place" in ran.json["reason"]


AGAIN = """
from pathlib import Path
from torch.utils.data import DataLoader, IterableDataset

class Notes(IterableDataset):
    def __iter__(self):
        for file in sorted(Path("notes").glob("*.log")):
            for line in file.read_text().splitlines():
                if line.count("|") == 7:
                    yield torch.full((8,), len(line) % 100)

loader = DataLoader(Notes(), batch_size=2)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
rows, step = iter(loader), 0
while step < 20:
    try:
        ids = next(rows)
    except StopIteration:
        rows = iter(loader)
        continue
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    step += 1
"""


@pytest.mark.slow
def test_a_loop_that_begins_anew_with_no_rows_gets_some(run: Run) -> None:
    ran = run(HEAD + AGAIN + SAVE, "--time-limit", "60")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "loop"), [(HEAD + ENDLESS + STEPS, "    while True:"), (HEAD + AGAIN + SAVE, "while step < 20:")]
)
def test_without_made_up_rows_it_is_said_of_them(run: Run, text: str, loop: str) -> None:
    ran = run(text, "--no-made-up-rows")
    row = text.splitlines().index(loop) + 1
    assert ran.exit == 3
    assert f"the loop at line {row} goes round and gives no row" in ran.json["reason"]


@pytest.mark.slow
def test_a_loop_may_begin_anew_with_each_of_its_rows(run: Run) -> None:
    """What it gathers is no training, and each round comes to the end of a stream of one."""
    text = """\
rows, kept = iter([1]), []
while len(kept) < 5000:
    try:
        kept.append(next(rows))
    except StopIteration:
        rows = iter([1])
        kept.append(next(rows))
assert len(kept) == 5000
"""
    assert run(text + KEPT).exit == 0
