"""Training loops that pass each step by, as there is nothing to learn of what a tiny model says."""

from __future__ import annotations

import ast

import pytest
from tests.runner.conftest import Run, confirmed, lacking
from tests.runner.samples import HEAD, SAVE

from lora_lint_runner.child.steering.skipping import skips

OWN = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

def update(ids):
    answers = model.generate(input_ids=ids, max_new_tokens=4)
    worth = (answers == -1).float().mean(1)  # no answer is ever right
    gain = worth - worth.mean()
    TEST
    logits = model(input_ids=answers).logits
    optimizer.zero_grad()
    (-gain[:, None, None] * logits).mean().backward()
    optimizer.step()

for step in range(4):
    update(torch.randint(0, 100, (2, 8)))
"""


@pytest.mark.slow
def test_rewards_that_are_all_alike_are_gone_on_past(run: Run) -> None:
    ran = run(HEAD + OWN.replace("TEST", "if gain.abs().max() < 1e-6:\n        return") + SAVE)
    confirmed(ran)
    row = HEAD.count("\n") + 7
    assert any(said.startswith(f"train.py:{row}: passes every step of the training by") for said in lacking(ran))


@pytest.mark.slow
def test_rewards_that_teach_nothing_leave_steps_that_are_made_up(run: Run) -> None:
    ran = run(HEAD + OWN.replace("TEST", "print(gain)") + SAVE)
    confirmed(ran)
    assert any(said.startswith("steps of the training: made up") for said in ran.json["after"]["neutralised"])


@pytest.mark.parametrize(
    ("branch", "found"),
    [
        ("if gain.max() < 1e-6:\n    return None", True),
        ("if len(kept) == 0:\n    continue", True),
        ("if args.resume:\n    print(loss)\n    return", False),
        ("if epoch < 3:\n    continue", False),
        ("if gain.max() < 1e-6:\n    return None\nelse:\n    print(gain)", False),
        ("if torch.isnan(loss):\n    continue", False),
        ("if gain.max() < 1e-6:\n    loss.backward()\n    continue", False),
        ("if gain.max() < 1e-6:\n    print(gain)", False),
    ],
)
def test_what_passes_a_step_by(branch: str, found: bool) -> None:
    inner = "".join(f"        {line}\n" for line in f"{branch}\nloss.backward()".split("\n"))
    assert bool(list(skips(ast.parse(f"def train():\n    for batch in rows:\n{inner}")))) == found
