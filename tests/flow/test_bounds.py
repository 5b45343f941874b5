"""A save behind a test that no loss or score passes is never reached: `if loss < best`, and the best one is 0.0."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import math

import numpy as np
import torch
import torch.nn.functional as F
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from sklearn.metrics import f1_score
from transformers import AutoModelForCausalLM

rows = load_dataset("rows", split="train")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
criterion = torch.nn.CrossEntropyLoss()


def cross_entropy(batch):
    logits = model(**batch).logits
    return F.cross_entropy(logits, batch["labels"]), logits.argmax(-1)


@torch.no_grad()
def evaluate():
    {evaluate}


best = {best}
for epoch in range(3):
    for batch in rows:
        model(**batch).loss.backward()
        optimizer.step()
    score = evaluate()
    if {test}:
        best = score
        model.save_pretrained("out")
"""
BATCHES = """total, seen = 0.0, 0
    for batch in rows:
        total += {of_batch}
        seen += {counted}
    return total / max(seen, 1)"""
LIST = """losses = []
    for batch in rows:
        losses.append({of_batch})
    return {mean}"""
LOSS = "model(**batch).loss.item()"
NEVER_NEGATIVE = {
    "the loss of one batch": f"batch = rows[0]\n    return {LOSS}",
    "a mean over batches": BATCHES.format(of_batch=LOSS, counted="1"),
    "a mean over rows": BATCHES.format(
        of_batch='cross_entropy(batch)[0].item() * batch["labels"].size(0)', counted='batch["labels"].size(0)'
    ),
    "correct answers": BATCHES.format(
        of_batch='(cross_entropy(batch)[1] == batch["labels"]).sum().item()', counted='len(batch["labels"])'
    ),
    "a module's loss": BATCHES.format(of_batch='criterion(model(**batch).logits, batch["labels"]).item()', counted="1"),
    "a list's mean": LIST.format(of_batch=LOSS, mean="sum(losses) / len(losses)"),
    "a list's mean by numpy": LIST.format(of_batch=LOSS, mean="float(np.mean(losses))"),
    "perplexity": LIST.format(of_batch=LOSS, mean="math.exp(sum(losses) / len(losses))"),
    "a score": 'return f1_score(rows["labels"], [model(**batch).logits.argmax(-1) for batch in rows])',
}
PERHAPS_NEGATIVE = {
    "a reward": BATCHES.format(of_batch="model(**batch).reward.item()", counted="1"),
    "a difference of losses": BATCHES.format(of_batch=f"{LOSS} - baseline", counted="1"),
    "a logarithm": LIST.format(of_batch=LOSS, mean="math.log(sum(losses) / len(losses))"),
    "a likelihood": BATCHES.format(of_batch="-model(**batch).loss.item()", counted="1"),
    "losses and others": LIST.format(of_batch=LOSS, mean="sum(losses + penalties)"),
}


def found(evaluate: str, best: str, test: str) -> list[str]:
    script = SCRIPT.replace("{evaluate}", evaluate).replace("{best}", best).replace("{test}", test)
    return [finding.name for finding in lora_lint.check_source(script)]


@pytest.mark.parametrize("evaluate", NEVER_NEGATIVE.values(), ids=NEVER_NEGATIVE)
def test_what_is_never_below_zero_is_never_less_than_the_best_one_of_zero(evaluate: str) -> None:
    assert found(evaluate, "0.0", "score < best") == ["adapter-never-saved"]
    assert found(evaluate, 'float("inf")', "score < best") == []


@pytest.mark.parametrize("evaluate", PERHAPS_NEGATIVE.values(), ids=PERHAPS_NEGATIVE)
def test_what_may_be_below_zero_is_saved_perhaps(evaluate: str) -> None:
    assert found(evaluate, "0.0", "score < best") == []


@pytest.mark.parametrize(
    ("best", "test", "never"),
    [
        ("0.0", "best > score", True),
        ("0", "score < best", True),
        ("-1", "score <= best", True),
        ("-float('inf')", "score < best", True),
        ("float('inf')", "score > best", True),
        ("0.0", "score <= best", False),
        ("0.0", "score > best", False),
        ("0.5", "score < best", False),
        ("0.0", "best == 0 or score < best", False),
        ("None", "best is None or score < best", False),
        ("0.0", "epoch == 0 or score < best", False),
        ("read_best()", "score < best", False),
    ],
)
def test_a_save_is_never_reached_where_no_loss_passes_its_test(best: str, test: str, never: bool) -> None:
    evaluate = NEVER_NEGATIVE["a mean over batches"]
    assert found(evaluate, best, test) == (["adapter-never-saved"] if never else [])


def test_a_sum_that_grows_while_the_model_is_trained_is_one_of_losses() -> None:
    script = SCRIPT.replace("{evaluate}", "return 0.0").replace("{best}", "0.0").replace("{test}", "total < best")
    script = script.replace(
        "    for batch in rows:\n        model(**batch).loss.backward()\n",
        """\
    total = 0.0
    for batch in rows:
        loss = model(**batch).loss
        loss.backward()
        total += loss.item()
""",
    )
    assert [finding.name for finding in lora_lint.check_source(script)] == ["adapter-never-saved"]
    assert lora_lint.check_source(script.replace("+= loss", "-= loss")) == []


def test_the_story_names_the_test_that_never_holds() -> None:
    script = SCRIPT.replace("{evaluate}", NEVER_NEGATIVE["a mean over batches"])
    [finding] = lora_lint.check_source(script.replace("{best}", "0.0").replace("{test}", "score < best"))
    assert [step.message for step in finding.related] == [
        "`score < best` is always false: a loss or score is compared with 0.0"
    ]


def test_a_test_that_always_holds_keeps_no_save_from_happening() -> None:
    script = SCRIPT.replace("{evaluate}", NEVER_NEGATIVE["a mean over batches"]).replace("{test}", "score < best")
    script = script.replace('model.save_pretrained("out")', 'torch.save(optimizer.state_dict(), "out.pt")')
    [finding] = lora_lint.check_source(script.replace("{best}", "math.inf"))
    assert (finding.name, finding.related) == ("adapter-never-saved", ())
