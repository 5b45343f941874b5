"""Loops of the script's own that take their rows from a generator."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT

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


@pytest.mark.slow
def test_without_made_up_rows_it_is_said_of_such_a_stream(run: Run) -> None:
    ran = run(HEAD + ENDLESS + STEPS, "--no-made-up-rows")
    row = (HEAD + ENDLESS).splitlines().index("    while True:") + 1
    assert ran.exit == 3
    assert f"the loop at line {row} goes round and gives no row" in ran.json["reason"]
