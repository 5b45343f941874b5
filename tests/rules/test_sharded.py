"""Parameters of which each process keeps a part, and those that are whole: on one path only, or by the strategy."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

HEAD = """\
import os

import torch.distributed as dist
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP
from torch.distributed.fsdp import ShardingStrategy, fully_shard
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
"""
TRAIN = 'for batch in load_dataset("rows", split="train"):\n    model(**batch).loss.backward()\n'
SAVE = 'model.save_pretrained("out")\n'


def codes(around: str, saving: str) -> list[str]:
    return [finding.code for finding in check_source(HEAD + around + TRAIN + saving, config=Config(preview=True))]


@pytest.mark.parametrize(
    "around",
    [
        "fully_shard(model)\n",
        "net = FSDP(model)\n",
        "net = FSDP(model, sharding_strategy=ShardingStrategy.FULL_SHARD)\n",
    ],
)
def test_a_part_of_each_parameter_is_no_adapter(around: str) -> None:
    assert codes(around, SAVE) == ["LL110"]


def test_a_strategy_that_keeps_all_parts_nothing() -> None:
    assert codes("net = FSDP(model, sharding_strategy=ShardingStrategy.NO_SHARD)\n", SAVE) == []


GATHERED = "    with FSDP.summon_full_params(net):\n        model.save_pretrained('out')\nelse:\n    " + SAVE
ON_ONE_PATH = {
    "an option": ("many = os.environ['MANY']\nnet = FSDP(model) if many else model\n", "if many:\n" + GATHERED),
    "a test that is asked again": (
        "net = model\nif dist.is_initialized() and dist.get_world_size() > 1:\n    net = FSDP(model)\n",
        "if dist.is_initialized() and dist.get_world_size() > 1:\n" + GATHERED,
    ),
}


@pytest.mark.parametrize("path", ON_ONE_PATH)
def test_what_is_parted_on_one_path_is_whole_on_the_other(path: str) -> None:
    assert codes(*ON_ONE_PATH[path]) == []
