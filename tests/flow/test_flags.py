"""A loop whose flag nothing sets is left by `return` or an exception only: what stands behind it is not reached."""

from __future__ import annotations

import pytest
from tests.changed import changed

from lora_lint import check_source

SCRIPT = """\
import signal
import sys
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

limit = int(sys.argv[1])


def main(until=None):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    step, done = 0, False
    while not done:
        for batch in loader():
            model(**batch).loss.backward()
            optimizer.step()
            step += 1
            if step >= limit:
                return
    model.save_pretrained("out")


main(sys.argv[2:])
"""
FLAG, TEST, LEAVE = "step, done = 0, False", "while not done:", "return\n"


def found(*changes: tuple[str, str]) -> list[str]:
    return [finding.name for finding in check_source(changed(SCRIPT, *changes))]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="not done"),
        pytest.param([(FLAG, "step, running = 0, True"), (TEST, "while running:")], id="running"),
        pytest.param([(FLAG, "step, stop = 0, None"), (TEST, "while not stop:")], id="None"),
        pytest.param([(TEST, "while True:")], id="without a flag"),
    ],
)
def test_a_save_behind_a_loop_that_is_only_left_by_return_is_not_reached(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == ["adapter-never-saved"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(LEAVE, "done = True\n                break\n")], id="the flag is set"),
        pytest.param(
            [("            step += 1\n", "            step += 1\n            done = step > 1000\n")], id="at times"
        ),
        pytest.param(
            [("        for batch", "        if enough():\n            break\n        for batch")], id="a break"
        ),
        pytest.param([(FLAG, "step, done = 0, finished()")], id="a flag of which nothing is known"),
        pytest.param([(FLAG, "step, done = 0, until")], id="an argument"),
        pytest.param(
            [(FLAG, "step, rows = 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]"), (TEST, "while rows:\n        rows.pop()")],
            id="a list that gets shorter",
        ),
        pytest.param([(FLAG, "step, state = 0, State()"), (TEST, "while not state.done:")], id="of an object"),
        pytest.param(
            [
                (FLAG, FLAG + "\n\n    def stop(*_):\n        nonlocal done\n        done = True\n"),
                (TEST, "signal.signal(signal.SIGINT, stop)\n    " + TEST),
            ],
            id="set when a signal comes",
        ),
    ],
)
def test_it_is_reached_where_the_loop_may_end_by_its_test(changes: list[tuple[str, str]]) -> None:
    assert "adapter-never-saved" not in found(*changes)
