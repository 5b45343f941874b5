"""Tensors of adapters in what a script makes of a state dict: wherever they are put, saving that saves them."""

from __future__ import annotations

import pytest

from lora_lint import check_source

NETWORK = """\
from collections import OrderedDict

import torch
from elsewhere import chosen
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import AutoModel


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = get_peft_model(AutoModel.from_pretrained("roberta-base"), LoraConfig())
        self.head = nn.Linear(8, 3)


network = Network()
optimizer = torch.optim.AdamW(network.parameters())
for batch in chosen():
    network(batch).backward()
    optimizer.step()
state = network.state_dict()
"""


@pytest.mark.parametrize(
    "kept",
    [
        "dict(state)",
        "OrderedDict(state.items())",
        'dict(filter(lambda pair: "lora_" in pair[0], state.items()))',
        "dict(filter(chosen, state.items()))",
        "dict(map(lambda pair: (pair[0], pair[1].cpu()), state.items()))",
        "dict(chosen(state.items()))",
        "dict(chosen(pair) for pair in state.items())",
        "dict(zip(state.keys(), state.values()))",
        "list(zip(state.keys(), state.values()))",
        "[*state.items()]",
        "{**dict([*state.items()])}",
        "chosen(state.items())",
    ],
)
def test_whatever_holds_the_tensors_holds_the_adapter(kept: str) -> None:
    codes = {finding.code for finding in check_source(f'{NETWORK}torch.save({kept}, "best.pt")\n')}
    assert codes <= {"LL108"}  # its tensors without a config, at the most


def test_what_holds_nothing_saves_nothing() -> None:
    [finding] = check_source(f'{NETWORK}torch.save({{"epoch": 3}}, "best.pt")\n')
    assert finding.code == "LL105"
