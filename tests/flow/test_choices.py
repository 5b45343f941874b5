"""What a value can still be: `in` and `==` answer each other, and some values are one of a closed set."""

from __future__ import annotations

import pytest

import lora_lint

TRAINED = """\
import argparse
import enum
import os

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


class Keep(enum.StrEnum):
    ADAPTER = "adapter"
    BOTH = "both"


parser = argparse.ArgumentParser()
parser.add_argument("--keep", choices=["adapter", "both"], default="both")
ways = parser.add_mutually_exclusive_group(required=True)
ways.add_argument("--adapter", action="store_true")
ways.add_argument("--both", action="store_true")
args = parser.parse_args()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("base"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
for batch in batches:
    model(**batch).loss.backward()
    optimizer.step()
"""

MERGED = 'model.merge_and_unload().save_pretrained("merged")\n'

KEPT = {
    "one of two, by `in` and by `==`": (
        'mode = os.environ["MODE"]\nif mode in ("adapter", "both"):\n    model.save_pretrained("adapter")\n'
        f'if mode == "both":\n    {MERGED}'
    ),
    "a tuple in another order": (
        'mode = os.environ["MODE"]\nif mode in ["adapter", "both"]:\n    model.save_pretrained("adapter")\n'
        f'if mode in ("both", "adapter"):\n    {MERGED}'
    ),
    "either of two cases": (
        'match os.environ["MODE"]:\n    case "both" | "merged" as mode:\n        if mode in {"merged", "both"}:\n'
        f'            model.save_pretrained("adapter")\n        {MERGED}'
    ),
    "all members of an enumeration": (
        'keep = Keep(os.environ["KEEP"])\nif keep in (Keep.ADAPTER, Keep.BOTH):\n    model.save_pretrained("adapter")\n'
        f"if keep is not Keep.ADAPTER:\n    {MERGED}"
    ),
    "all choices of an option": (
        'if args.keep == "adapter" or args.keep == "both":\n    model.save_pretrained("adapter")\n'
        f'if args.keep != "adapter":\n    {MERGED}'
    ),
    "options that exclude each other": (
        f'if args.adapter or args.both:\n    model.save_pretrained("adapter")\nif not args.adapter:\n    {MERGED}'
    ),
    "a number above zero is true": (
        f'rank = int(os.environ["LORA_R"])\nif rank > 0:\n    model.save_pretrained("adapter")\nif rank:\n    {MERGED}'
    ),
    "a true number is above zero": (
        f'rank = int(os.environ["LORA_R"])\nif rank:\n    model.save_pretrained("adapter")\nif rank >= 1:\n    {MERGED}'
    ),
}

LOST = {
    "a number that may be one": (
        f'rank = int(os.environ["LORA_R"])\nif rank > 1:\n    model.save_pretrained("adapter")\nif rank:\n    {MERGED}'
    ),
    "one of two, and another": (
        'mode = os.environ["MODE"]\nif mode in ("adapter", "both"):\n    model.save_pretrained("adapter")\n'
        f'if mode == "merged":\n    {MERGED}'
    ),
    "another member of an enumeration": (
        'keep = Keep(os.environ["KEEP"])\nif keep in (Keep.ADAPTER,):\n    model.save_pretrained("adapter")\n'
        f"if keep is not Keep.ADAPTER:\n    {MERGED}"
    ),
    "none of a list that each is kept in by a test": (
        'missing = [name for name in ["text", "label"] if name not in rows.columns]\n'
        f"if missing:\n    raise ValueError(missing)\n{MERGED}"
    ),
    "the other choice of an option": (
        f'if args.keep == "adapter":\n    model.save_pretrained("adapter")\nif args.keep != "adapter":\n    {MERGED}'
    ),
}


@pytest.mark.parametrize("script", KEPT.values(), ids=KEPT)
def test_the_adapter_is_kept_on_every_path_that_there_is(script: str) -> None:
    assert lora_lint.check_source(TRAINED + script) == []


@pytest.mark.parametrize("script", LOST.values(), ids=LOST)
def test_the_adapter_is_lost_on_a_path_that_there_is(script: str) -> None:
    assert [finding.name for finding in lora_lint.check_source(TRAINED + script)] == ["save-after-merge"]


BY_CLASS = """\
class Llama: ...


class Qwen: ...


def narrow(model):
    return LoraConfig(r=4)


def wide(model):
    return LoraConfig(r=64)


CONFIGS = {Llama: narrow, Qwen: wide}
model = AutoModelForCausalLM.from_pretrained("base")
config = CONFIGS.get(family_of("base"), wide)(model)
model = get_peft_model(model, config)
"""


def test_a_table_may_go_by_classes() -> None:
    kept = TRAINED.replace(
        'model = get_peft_model(AutoModelForCausalLM.from_pretrained("base"), LoraConfig())\n', BY_CLASS
    )
    assert [finding.name for finding in lora_lint.check_source(kept + MERGED)] == ["save-after-merge"]
