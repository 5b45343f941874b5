"""Limits of time, memory and disk: what passes one is ended with all that it started, and it is said what is known."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed, reason
from tests.runner.samples import HEAD, KEPT, SAVE


@pytest.mark.slow
def test_an_endless_loop_is_ended_at_the_time_limit(run: Run) -> None:
    code, why = reason(run(HEAD + "import itertools\nfor i in itertools.count():\n    pass\n", "--time-limit", "4"))
    assert code == 3
    assert why.endswith("still running after 4 s (--time-limit): ended, with all its processes")


@pytest.mark.slow
def test_where_a_script_hangs_and_how_far_it_came_is_said(run: Run) -> None:
    text = KEPT + "import threading\nlock = threading.Lock()\nlock.acquire()\n"
    hangs = text.count("\n") + 1
    ran = run(text + "lock.acquire()\n", "--time-limit", "8")
    assert ran.json["reason"].startswith(f"train.py:{hangs}: still running after 8 s")
    assert ran.json["after"]["steps"] == 2


@pytest.mark.slow
def test_gradients_that_no_optimizer_ever_takes_are_told(run: Run) -> None:
    """They may be gathered for more batches than there is time for."""
    text = KEPT.replace("    optimizer.step()\n", "    time.sleep(0.05)\n").replace("range(20)", "range(10**6)")
    why = run("import time\n" + text, "--time-limit", "20").json["reason"]
    assert "still running after 20 s" in why
    assert why.endswith(" backward passes or more without a step of an optimizer")


@pytest.mark.slow
def test_what_is_saved_is_looked_at_where_a_script_goes_on_for_long(run: Run) -> None:
    ran = run(KEPT + "import time\nwhile not time.sleep(0.1):\n    pass\n", "--time-limit", "12")
    assert ran.exit == 0, ran.json["reason"]
    assert "what the script does after its last save: interrupted" in str(ran.json["after"]["neutralised"])


@pytest.mark.slow
def test_a_script_that_takes_long_over_each_row_is_tried_with_few_rows(run: Run) -> None:
    text = """\
import time
from datasets import load_dataset
rows = iter(load_dataset("someone/stories", split="train"))  # how many there are is not known
for row in rows:
    print(len(row["story"]))
    time.sleep(0.03)
"""
    ran = run(text + KEPT, "--time-limit", "20")
    assert ran.exit == 0, ran.json["reason"]
    assert "few rows of data" in str(ran.json["after"]["neutralised"])


@pytest.mark.slow
def test_a_script_that_makes_its_rows_for_long_is_left_with_fewer_of_them(run: Run) -> None:
    text = """\
import time
mazes = []
for size in (3, 4):
    for place in range(50_000):
        mazes.append((size, place))
        time.sleep(0.01)
assert {size for size, _ in mazes} == {3, 4}
"""
    ran = run(text + KEPT, "--time-limit", "20")
    assert ran.exit == 0, ran.json["reason"]
    assert "the loop at line 4 was left after " in str(ran.json["after"]["neutralised"])


@pytest.mark.slow
def test_a_run_that_came_to_its_end_stands_where_one_with_more_rows_takes_too_long(run: Run) -> None:
    text = """\
import time
from datasets import load_dataset

pictures = load_dataset("someone/pictures", split="train")["image"]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(3):
    for step in range(0, len(pictures), 8):
        time.sleep(0.4)
        ids = torch.randint(0, 100, (2, 8))
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step == 8 * 500:
            model.save_pretrained("halfway")
"""
    ran = run(HEAD + text + SAVE, "--time-limit", "15")
    confirmed(ran)
    assert ran.json["after"]["steps"] == 24


@pytest.mark.slow
def test_a_script_that_eats_memory_is_ended_at_the_limit(run: Run) -> None:
    text = "import time\nheld = []\nwhile True:\n    held.append(bytearray(50_000_000))\n    time.sleep(0.05)\n"
    code, why = reason(run(text + KEPT, "--memory-limit", "1.5G"))
    assert code == 3
    assert why == "used more than 1.5 GiB of memory (--memory-limit): ended"


def test_what_forks_share_counts_once(run: Run) -> None:
    text = """\
import multiprocessing
import time
held = bytearray(b"x" * 300_000_000)
with multiprocessing.get_context("fork").Pool(8) as pool:
    pool.map(time.sleep, [1] * 8)
"""
    ran = run(text + KEPT, "--memory-limit", "2G")
    assert (ran.json["reason"], ran.json["verdict"]) == ("the adapter files appear", "confirmed")


@pytest.mark.parametrize("write", ['open("big", "ab").write(b"x" * 20_000_000)', 'print("x" * 20_000_000)'])
def test_a_script_that_fills_the_disk_is_ended_at_the_limit(run: Run, write: str) -> None:
    code, why = reason(
        run(f"import time\nwhile True:\n    {write}\n    time.sleep(0.05)\n" + KEPT, "--disk-limit", "100M")
    )
    assert code == 3
    assert why == "wrote more than 0.1 GiB (--disk-limit): ended"
