"""What a loop counts in a variable may be any number at the saves that hang on it, and behind the loop."""

from __future__ import annotations

from textwrap import indent

import pytest

from lora_lint import check_source

HEAD = """\
import sys
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
limit = int(sys.argv[1])
step, done = 0, False
counts, state = {"step": 0}, Counts()
state.step = 0
losses = []
"""
STEP = "model(**batch).loss.backward()\noptimizer.step()\n"
LOOPS = {
    "rows": "for batch in loader:\n",
    "a long range": "for batch in range(1000):\n",
    "up to a number": "while step < 1000:\n    batch = draw()\n",
    "up to a number that is given": "while step < limit:\n    batch = draw()\n",
    "until it is left": "while True:\n    batch = draw()\n    if step > limit:\n        break\n",
    "rows, again and again": "for epoch in range(limit):\n  for batch in loader:\n",
    "rows, until it is enough": "while not done:\n  for batch in loader:\n    done = step > 1000\n",
}
PERIODIC = STEP + 'step += 1\nif step % 100 == 0:\n    model.save_pretrained(f"out/{step}")\n'
OTHERS = {
    "passing over": STEP + 'step += 1\nif step % 100:\n    continue\nmodel.save_pretrained("out")\n',
    "in a dict": STEP + 'counts["step"] += 1\nif counts["step"] % 100 == 0:\n    model.save_pretrained("out")\n',
    "in an object": STEP + 'state.step += 1\nif state.step == 500:\n    model.save_pretrained("out")\n',
    "as a length": STEP + 'losses.append(0)\nif len(losses) % 100 == 0:\n    model.save_pretrained("out")\n',
    "of the best ones": STEP + 'step += good(model)\nif step > 3:\n    model.save_pretrained("out")\n',
}


def findings(loop: str, body: str, behind: str = "") -> list[str]:
    return [finding.name for finding in check_source(HEAD + loop + indent(body, "    ") + behind)]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_save_now_and_then_is_reached(loop: str) -> None:
    assert findings(loop, PERIODIC) == []


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_whatever_holds_the_number(body: str) -> None:
    assert findings(LOOPS["rows"], body) == []
    assert findings(LOOPS["up to a number that is given"].replace("step", "epoch()"), body) == []


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_behind_the_loop_the_number_is_not_what_few_passes_make_of_it(loop: str) -> None:
    assert findings(loop, STEP + "step += 1\n", 'if step > 10:\n    model.save_pretrained("out")\n') == []


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_merged_model_that_is_saved_behind_the_loop_is_found_all_the_same(loop: str) -> None:
    merged = 'model.merge_and_unload().save_pretrained("out")\n'
    assert findings(loop, STEP + "step += 1\n", merged) == ["save-after-merge"]


def test_a_loop_that_is_run_as_often_as_it_says_counts_exactly() -> None:
    assert findings(
        "for batch in (first, second):\n", STEP + "step += 1\n", "if step == 3:\n    model.save_pretrained(0)\n"
    ) == ["adapter-never-saved"]


@pytest.mark.parametrize("talk", ["time.sleep(60)", "print(model.generate(**tokenizer(input())))"])
def test_a_loop_that_only_the_user_ends_is_an_end(talk: str) -> None:
    merged = f'model = model.merge_and_unload()\nmodel.save_pretrained("out")\nwhile True:\n    {talk}\n'
    assert findings(LOOPS["rows"], STEP, merged) == ["save-after-merge"]
    assert findings(LOOPS["rows"], STEP, f'model.save_pretrained("adapter")\n{merged}') == []


def test_a_dict_that_makes_what_is_not_there_still_does_after_it_was_counted_in() -> None:
    text = f"""\
from collections import defaultdict

def trained():
    made = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
    made(**batch).loss.backward()
    return made

held = defaultdict(trained)
held["step"] = 0
{LOOPS["rows"]}    held["step"] += 1
held["model"].merge_and_unload().save_pretrained("out")
"""
    assert [finding.name for finding in check_source(HEAD + text)] == ["save-after-merge"]
