"""Values that double with every line: what is kept of them is bounded."""

from __future__ import annotations

import pytest

import lora_lint

CUT_AND_JOINED = """
def note(held):
    text = clean(held.text)
    if "a" in text:
        before, after = text.split("a", 1)
    elif (at := text.find("b")) != -1:
        before, after = text[:at], text[at:]
    else:
        before, after = text + "c", ""
    held.text = f"{before}, {after}"

held = make()
"""

DOUBLED = {
    "a text": ("text = input()\n", "text = f'{text}/{text}'\n"),
    "a text handed on": ("text = input()\n", "text = clean(f'{text}-', f'-{text}')\n"),
    "a constant": ("text = 'ab'\n", "text = f'{text}{text}'\n"),
    "a sum of texts": ("text = 'ab'\n", "text = text + text\n"),
    "a text with more of itself": ("text = 'aa'\n", "text = text.replace('a', 'aa')\n"),
    "a number": ("number = 3\n", "number = number * number\n"),
    "a tuple": ("rows = (f(),)\n", "rows = rows + rows\n"),
    "a list": ("rows = [1]\n", "rows = rows + rows\n"),
    "a list in a list": ("rows = input()\n", "rows = [rows, rows]\n"),
    "a tuple in a tuple": ("rows = input()\n", "rows = (rows, rows)\n"),
    "a tuple as a key": ("rows = input()\n", "rows = (rows, rows)\nheld = {rows: rows == rows}\n"),
    "a width": ("n = 5\n", "text = f'{n:>9999999999}'\n"),
    "a comparison": ("one = f()\ntwo = g()\n", "one = one == two\ntwo = two == one\n"),
    "a tuple that is compared": ("rows = f()\n", "rows = (rows, rows) == (1, rows)\n"),
    "whether one is in the other": ("rows = f()\n", "rows = rows in rows\n"),
    "a function with arguments given": (
        "import functools\ndef g(p, q):\n    return p, q\n\nrows = f()\n",
        "rows = rows + functools.partial(g, g(rows, rows))\n",
    ),
    "a function with defaults, given away": (
        "from somewhere import run\n\nstep = run\n",
        "step = lambda one=step, two=step: one\nrun(step)\n",
    ),
    "a function with defaults, handed to one of the script": (
        "def note(step):\n    return 1\n\nstep = f\n",
        "step = lambda one=step, two=step: one\nnote(step)\n",
    ),
    "a function that is defined again with itself as a default": (
        "def note(step):\n    return 1\n\nstep = f\n",
        "def step(one=step, two=step):\n    return one\nnote(step)\n",
    ),
    "a function with itself given": (
        "import functools\ndef note(step):\n    return 1\n\nstep = f\n",
        "step = functools.partial(step, step, last=step)\nnote(step)\n",
    ),
    "a class with its bases in common": (
        "def note(step):\n    return 1\n\nclass Step:\n    pass\n",
        "class One(Step):\n    pass\nclass Two(Step):\n    pass\nclass Step(One, Two):\n    pass\nnote(Step)\n",
    ),
    "arguments as a tuple": ("def both(*given):\n    return given\n\nrows = f()\n", "rows = both(rows, rows)\n"),
    "a text that is cut one way or another": (CUT_AND_JOINED, "note(held)\n"),
    "a path": ("import os\ntext = input()\n", "text = os.path.join(text, text)\n"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", DOUBLED)
def test_a_value_that_doubles_again_and_again(kind: str) -> None:
    start, step = DOUBLED[kind]
    assert lora_lint.analyze_source(f"import peft\n{start}{step * 40}").notes == []


def test_the_gradient_of_a_loss_with_a_long_origin_reaches_the_adapter() -> None:
    text = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

def objective(logits, labels):
    return cross_entropy(logits, labels)

model = get_peft_model(AutoModelForSequenceClassification.from_pretrained("bert-base-uncased"), LoraConfig())
for step, batch in enumerate(load("train"), 1):
    loss = objective(model(input_ids=batch["input_ids"]).logits, batch["labels"]["ids"])
    loss.backward()
model.merge_and_unload().save_pretrained("out")
"""
    assert [finding.name for finding in lora_lint.check_source(text)] == ["save-after-merge"]
