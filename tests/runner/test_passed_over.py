"""Statements that made-up rows do not suit: where nothing else helps they are passed over, and the model is fed as it
takes it."""

from __future__ import annotations

from .conftest import Ran, Run
from .samples import HEAD, SAVE

READS = """\
import pandas as pd

frame = pd.read_csv("prices.csv")
"""
ODD = (
    READS
    + """\
parts = frame["price"].str.extract(r"^EUR (\\d+)\\.(\\d\\d)$").astype(int)
texts = [f"It costs {euros} euros and {cents} cents." for euros, cents in parts.itertuples(index=False)]
"""
)
BY_TRAINER = """\
from transformers import AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = [tokenizer(text) for text in texts]
options = TrainingArguments("runs", save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()
"""
BY_HAND = """\
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(PARAMETERS, lr=1e-3)
for ids, mask, labels in DataLoader(texts, batch_size=2):
    model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
TOLD = "passed over, as made-up rows do not suit it ("


def lacking(ran: Ran) -> list[str]:
    return [lack["text"] for lack in ran.json["after"]["lacking"]]


def test_a_trainer_trains_on_rows_as_its_model_takes_them(run: Run) -> None:
    ran = run(HEAD + ODD + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (HEAD + READS).count("\n") + 1
    assert any(said.startswith(f"train.py:{row}: {TOLD}") for said in lacking(ran))


def test_a_loop_takes_batches_apart_as_it_would_its_own(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "model.parameters()") + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_a_function_was_to_bind_is_bound(run: Run) -> None:
    text = """\
def prepare():
    found = []
    for price in frame["price"]:
        euros, cents = price.split(" EUR ")
        found.append((euros, cents))
    return [f"It costs {euros} euros and {cents} cents." for euros, cents in found]

texts = prepare()
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_what_the_script_itself_waits_for_is_not_passed_over(run: Run) -> None:
    """It ends the loop."""
    text = """\
def prices():
    lines = iter(frame["price"])
    while True:
        try:
            euros, cents = next(lines).split(" EUR ")
        except StopIteration:
            break
        yield f"It costs {euros} euros and {cents} cents."

texts = list(prices())
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any("passed over" in said for said in lacking(ran))


def test_an_adapter_that_no_optimizer_holds_has_failed_all_the_same(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "[torch.nn.Parameter(torch.ones(1))]") + SAVE)
    assert ran.json["verdict"] == "failed", ran.json["reason"]


def test_what_deals_with_a_model_is_not_passed_over(run: Run) -> None:
    text = HEAD + READS + "model.resize_token_embeddings(len(frame) // 0)\n" + SAVE
    ran = run(text)
    assert ran.json["verdict"] == "inconclusive"
    assert "ZeroDivisionError" in ran.json["reason"]
    assert not any("passed over" in said for said in lacking(ran))


def test_nothing_is_passed_over_where_no_rows_are_made_up(run: Run) -> None:
    ran = run(HEAD + "first = [][0]\n" + SAVE)
    assert ran.json["verdict"] == "inconclusive"
    assert "IndexError" in ran.json["reason"]
