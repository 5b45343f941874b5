"""Statements that made-up rows do not suit: where nothing else helps they are passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import BY_HAND, BY_TRAINER, HEAD, LOOP, ODD, READS, SAVE

pytestmark = pytest.mark.slow  # each takes several attempts

YEARS = range(1990, 2020)
TEXTS = """\
class Texts:
    def __len__(self):
        return len(texts)

    def __getitem__(self, place):
        return texts[place]

"""


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


@pytest.mark.parametrize("refuse", ['raise ValueError(f"no price: {price}") from error', "sys.exit(1)"])
def test_what_the_other_ways_would_have_bound_is_bound_where_a_refusal_is_passed_over(refuse: str, run: Run) -> None:
    text = f"""\
import sys

def amount(price):
    try:
        euros = int(price.split(" EUR ")[1])
    except IndexError as error:
        {refuse}
    return f"It costs {{euros}} euros."

texts = [amount(price) for price in frame["price"]]
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_file_that_a_made_up_row_names_may_be_a_folder(run: Run) -> None:
    text = """\
import os

os.makedirs("pictures")
texts = [open(f"pictures/{price.split(',')[0][:0]}").read() for price in frame["price"]]
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any("IsADirectoryError" in said for said in lacking(ran))


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


def test_what_the_script_has_taken_out_of_a_tokenizers_answer_is_not_passed_over(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

def cut(texts):
    found = AutoTokenizer.from_pretrained("facebook/opt-350m")(texts, return_overflowing_tokens=True)
    found.pop("overflow_to_sample_mapping")
    return found

spans = cut([*frame["price"]]).pop("overflow_to_sample_mapping")
"""
    plain = 'texts = [*frame["price"]]\n'
    ran = run(HEAD + ODD + plain + text + BY_TRAINER + SAVE)
    assert ran.exit == 3
    assert "KeyError: 'overflow_to_sample_mapping'" in ran.json["reason"]


def test_an_option_that_the_scripts_own_parser_does_not_have_is_not_passed_over(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--task", default="mrpc")
args = parser.parse_args()
if args.qa:
    print(args.task)
"""
    plain = 'texts = [*frame["price"]]\n'
    ran = run(HEAD + ODD + plain + text + BY_TRAINER + SAVE)
    assert ran.exit == 3
    assert "AttributeError: 'Namespace' object has no attribute 'qa'" in ran.json["reason"]
    assert not any("'qa'" in said for said in lacking(ran))


def test_a_file_that_made_up_rows_would_have_named_is_passed_over(run: Run) -> None:
    text = """\
names = frame["price"].str.extract(r"^EUR (\\d+)\\.(\\d\\d)$").astype(int)
with open(names["file"], encoding="utf-8") as file:
    texts = file.read().splitlines()
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any("OSError" in said for said in lacking(ran))


def test_a_file_that_is_tried_again_and_again_is_not_there_at_last(run: Run) -> None:
    text = """\
from PIL import Image

def look(place):
    while True:
        try:
            return Image.open(place).convert("RGB")
        except OSError:
            print("try again")

class Photo:
    def __init__(self, price):
        euros, cents = price.split(" EUR ")
        self.place = f"{euros}.png"

texts = [str(look(photo.place).size) for photo in [Photo(price) for price in frame["price"]]]
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_numbers_of_a_kind_for_which_torch_has_no_such_function_are_passed_over(run: Run) -> None:
    text = 'noise = torch.randn_like(torch.tensor([*frame["count"]]))\ntexts = [*frame["price"].astype(str)]\n'
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any(f"{PASSED_OVER}NotImplementedError" in said for said in lacking(ran))


def test_what_a_model_of_the_scripts_own_answers_with_is_passed_over_at_last(run: Run) -> None:
    """In the place of its pass through the adapted model there is another: see `made_up_steps`."""
    text = """\
class Ranker(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask=None, labels=None):
        scores = self.model(input_ids=input_ids).logits[:, -1, 0].view(-1, 7)
        return {"loss": scores.softmax(-1)[:, 0].log().mean()}

texts = [*frame["price"]]
"""
    ran = run(HEAD + ODD + text + BY_TRAINER.replace("model=model", "model=Ranker()") + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any("invalid for input" in said for said in lacking(ran))


def test_a_data_set_that_is_gone_through_to_its_end_has_one(run: Run) -> None:
    text = TEXTS + "lengths = [len(text) for text in Texts()]\n"
    plain = 'texts = [*frame["price"]]\n'
    ran = run(HEAD + ODD + plain + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any("IndexError" in said for said in lacking(ran))


def test_a_look_at_the_first_item_of_a_data_set_that_has_none_is_passed_over(run: Run) -> None:
    """It goes through nothing that would end there."""
    text = """\
from datasets import Dataset

texts = []
for _ in range(9):
    texts.append(frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0][0])
print(Texts()[0])
print(Dataset.from_dict({"text": texts})[0])
"""
    ran = run(HEAD + READS + TEXTS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    rows = [(HEAD + READS + TEXTS + text).count("\n") - before for before in (1, 0)]
    assert all(any(said.startswith(f"train.py:{row}: {PASSED_OVER}") for said in lacking(ran)) for row in rows)


def test_many_statements_are_passed_over_in_one_attempt(run: Run) -> None:
    """There are more than a script is tried again."""
    text = "".join(f'parts["{year}"] = frame["price"].str.extract(r"{year}: (\\d+)").astype(int)\n' for year in YEARS)
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert sum(PASSED_OVER in said for said in lacking(ran)) > len(YEARS)


def test_tests_that_are_taken_to_keep_all_rows_keep_them_there_too(run: Run) -> None:
    text = """\
texts = []
for price in frame["price"]:
    if sum(map(ord, price)) % 9973 != 1:
        continue
    texts.append(frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0][0])
assert texts or len(frame) > 10**6
"""
    ran = run(HEAD + READS + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (HEAD + READS).count("\n") + 3
    said = " ".join(lacking(ran))
    assert f"train.py:{row}: leaves none of the made-up rows: taken to keep them" in said
    assert f"train.py:{row + 2}: {PASSED_OVER}" in said


def test_a_group_of_errors_goes_on_to_who_waits_for_it(run: Run) -> None:
    text = """\
try:
    raise ExceptionGroup("prices", [ValueError("EUR")])
except* ValueError:
    print("no price is readable")
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any("ExceptionGroup" in said for said in lacking(ran))


def test_a_loop_that_waits_for_what_it_no_longer_gets_is_left(run: Run) -> None:
    text = """\
prices = []
while len(prices) < len(texts) or not prices:
    prices.extend(frame["price"].str.extract(r"^EUR (\\d+)").astype(int)[0])
"""
    ran = run(HEAD + ODD + text + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_an_adapter_that_no_optimizer_holds_has_failed_all_the_same(run: Run) -> None:
    ran = run(HEAD + ODD + BY_HAND.replace("PARAMETERS", "[torch.nn.Parameter(torch.ones(1))]") + SAVE)
    assert ran.json["verdict"] == "failed", ran.json["reason"]


def test_what_deals_with_a_model_is_not_passed_over(run: Run) -> None:
    text = HEAD + READS + "model.resize_token_embeddings(len(frame) // 0)\n" + SAVE
    ran = run(text)
    assert ran.json["verdict"] == "inconclusive"
    assert "ZeroDivisionError" in ran.json["reason"]
    assert not any("passed over" in said for said in lacking(ran))


def test_what_divides_by_none_is_passed_over_also_once_the_model_is_trained(run: Run) -> None:
    text = 'dear = {price for price in frame["price"] if price**2 < 0}\n'
    mean = 'print("the dear ones are", sum(dear) / len(dear))\n'
    ran = run(HEAD + READS + text + LOOP + mean + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any(f"{PASSED_OVER}ZeroDivisionError" in said for said in lacking(ran))


def test_a_mistake_of_the_script_is_not_once_the_model_is_trained(run: Run) -> None:
    ran = run(HEAD + READS + "scores = {}\n" + LOOP + 'print(scores["loss"])\n' + SAVE)
    assert ran.exit == 3
    assert "KeyError: 'loss'" in ran.json["reason"]


def test_it_is_tried_with_the_projects_own_command_line_where_no_other_leads_further(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("python train.py --prices\n")
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--prices", action="store_true")
if not parser.parse_args().prices:
    raise NotImplementedError("nothing else yet")
"""
    ran = run(HEAD + text + ODD + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any(PASSED_OVER in said for said in lacking(ran))
    assert "no arguments were given: those in train.sh: --prices" in ran.json["after"]["neutralised"]


def test_nothing_is_passed_over_where_no_rows_are_made_up(run: Run) -> None:
    ran = run(HEAD + "first = [][0]\n" + SAVE)
    assert ran.json["verdict"] == "inconclusive"
    assert "IndexError" in ran.json["reason"]


def test_that_a_tokenizer_cannot_pad_is_the_scripts_own_fault(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
frame["ids"] = words(list(frame["note"].astype(str)), padding="max_length")["input_ids"]
"""
    ran = run(HEAD + READS + text + SAVE)
    assert ran.exit == 3
    assert "does not have a padding token" in ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))


def test_what_becomes_nan_may_be_for_want_of_rows(run: Run) -> None:
    text = "weights = torch.tensor([sum(len(text) for text in []) / torch.zeros(())])\n"
    lost = BY_HAND.replace("PARAMETERS", "model.parameters()").replace(".loss.", ".loss.mul(weights.sum()).")
    ran = run(HEAD + ODD + text + lost + SAVE)
    assert ran.json["verdict"] == "inconclusive", ran.json["reason"]
    assert "hold NaN or Inf" in ran.json["reason"]
