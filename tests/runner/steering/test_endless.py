"""A training loop that only its user ends: the run does not go past it where the user would not get past it."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP

from lora_lint_runner.child.reading.endless import endless
from lora_lint_runner.child.steering.caught import STOPS, WAITS, noting
from lora_lint_runner.child.steering.loop_ends import InVain
from lora_lint_runner.child.steering.tries import TRIES, Tries

FOREVER = LOOP.replace("for step in range(20):", "while True:")
SAVED = 'model.save_pretrained("out")\n'


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def test_what_stands_after_it_is_not_run(run: Run) -> None:
    ran = run(HEAD + FOREVER + SAVED)
    assert (ran.exit, ran.json["after"]["adapters"]) == (3, [])
    row = (HEAD + FOREVER).splitlines().index("while True:") + 1
    said = f"train.py:{row}: the loop has no end: what stands after it is never reached"
    assert ran.json["reason"] == said


def test_a_script_that_waits_for_ctrl_c_gets_it(run: Run) -> None:
    waits = "try:\n" + _indented(FOREVER) + "except KeyboardInterrupt:\n    pass\n"
    assert run(HEAD + waits + SAVED).exit == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("while True:\n    step()\n", True),
        ("while 1:\n    for x in y:\n        break\n", True),
        ("try:\n    while True:\n        step()\nexcept KeyboardInterrupt:\n    pass\n", True),
        ("while True:\n    if done:\n        break\n", False),
        ("while True:\n    for x in y:\n        pass\n    else:\n        break\n", False),
        ("def f():\n    while True:\n        return 1\n", False),
        ("def f():\n    while True:\n        yield 1\n", False),
        ("while True:\n    batch = next(batches)\n", False),
        ("try:\n    while True:\n        step()\nexcept StopIteration:\n    pass\n", False),
        ("def step():\n    raise Done\nwhile True:\n    step()\n", False),
        ("while running:\n    step()\n", False),
    ],
)
def test_what_has_no_end(text: str, found: bool) -> None:
    assert bool(list(endless(ast.parse(text)))) is found


def test_a_file_that_was_missed_before_is_not_what_a_loop_fails_over() -> None:
    met = SimpleNamespace(times_caught=0, times_at_an_end=0, tried_in_vain=None, caught=[], caught_in_training=None)
    run: Any = SimpleNamespace(met=met, events=SimpleNamespace(backwards=0))
    run.events.run, note = run, noting(run)

    def catch(error: Exception, what: str) -> None:
        try:
            raise error
        except Exception:
            note(what)

    catch(FileNotFoundError("notes.txt"), WAITS)
    tries = Tries(run.events, 5)
    for _ in range(TRIES):
        catch(ValueError("no number"), STOPS)
        tries.after(whole=False)
    catch(ValueError("no number"), STOPS)
    with pytest.raises(InVain, match="ValueError: no number"):
        tries.after(whole=False)


def test_a_loop_of_steps_around_one_of_batches_ends(run: Run) -> None:
    text = (
        HEAD
        + """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
step = 0
while step < 20000:
    for _ in range(64):
        ids = torch.randint(0, 100, (2, 8))
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        step += 1
model.save_pretrained("out")
"""
    )
    after = run(text).json["after"]
    assert after["error"] is None
    assert 2 <= after["steps"] <= 10
