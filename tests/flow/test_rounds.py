"""How often the body of a training loop is run, told by the trainings that it leaves in the trace."""

from __future__ import annotations

import pytest

import lora_lint
from lora_lint.lifecycle.events.training import Trained

SCRIPT = """\
import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel, AutoModelForCausalLM

parser = argparse.ArgumentParser()
for name in ("--rounds", "--most", "--begun", "--half"):
    parser.add_argument(name, type=int)
args = parser.parse_args()
rounds = args.most // 10 if args.most else args.rounds
begun = args.begun // 10 if args.begun else 0
model = get_peft_model(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
{before}
for step in {over}:
    model(step).loss.backward()
    optimizer.step(){after}
model.save_pretrained("out")
"""


def trainings(over: str, before: str = "", after: str = "") -> int:
    analysis = lora_lint.analyze_source(SCRIPT.format(before=before, over=over, after=after))
    assert (analysis.notes, analysis.findings) == ([], [])
    return len(list(analysis.lifecycle.of(Trained)))


@pytest.mark.parametrize("over", ["torch.utils.data.DataLoader(rows, batch_size=2, shuffle=True)", "rows"])
def test_what_a_data_loader_was_made_with_is_no_batch_of_it(over: str) -> None:
    assert trainings(over) == trainings("rows")


@pytest.mark.parametrize("over", ["range(rounds)", "range(begun, args.rounds)", "range(begun, rounds)"])
def test_a_range_whose_bounds_hang_on_options_parts_no_paths(over: str) -> None:
    assert trainings(over) == trainings("range(args.rounds)")


def test_a_range_that_is_compared_is_run_through_with_first_and_last() -> None:
    last = "\n    if step == rounds - 1:\n        model.save_pretrained('best')"
    assert trainings("range(rounds)", after=last) > trainings("range(rounds)")


def test_the_number_format_of_a_model_without_an_adapter_parts_no_paths() -> None:
    judge = "judge = AutoModel.from_pretrained('x/y')\nif args.half:\n    judge.half()"
    assert trainings("rows", before=judge) == trainings("rows")


def test_an_endless_generator_is_left_by_whoever_goes_through_it() -> None:
    """`enumerate(batches)` and its like draw from it: the loop that has enough breaks off, the generator never ends."""
    before = "def forever():\n    while True:\n        yield from rows\n"
    assert trainings("enumerate(forever(), 1)", before, "\n    if step >= 3:\n        break")


PICKED = """\
from pathlib import Path
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = None
base = AutoModelForCausalLM.from_pretrained("gpt2")
domains = [d for d in ["medical", "legal", "finance"] if Path("corpus", d).is_dir()]
for domain in domains:
    if model is None:
        model = get_peft_model(base, LoraConfig(), adapter_name=domain)
    else:
        model.add_adapter(domain, LoraConfig())
"""


@pytest.mark.parametrize("over", ["domain in domains", "number, domain in enumerate(domains)"])
def test_what_was_picked_comes_once(over: str) -> None:
    """Some of it may be missing; none of it comes again, and the name of an adapter neither."""
    text = PICKED.replace("domain in domains", over, 1)
    assert [f.code for f in lora_lint.check_source(text)] == []
