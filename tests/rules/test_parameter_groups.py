"""Optimizers with a group for each part of a network, of some of which nothing is known."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import torch
from peft import PeftModel
from transformers import AutoModel


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = PeftModel.from_pretrained(AutoModel.from_pretrained("bert-base-uncased"), "adapter"{trainable})
        self.head = torch.nn.Linear(768, 1)


net = Net()
optimizer = torch.optim.AdamW({groups})
for batch in batches:
    net.head(net.encoder(**batch).last_hidden_state).mean().backward()
    optimizer.step()
net.encoder.save_pretrained("out")
torch.save(net.head.state_dict(), "head.pt")
"""
GROUPS = '[{"params": %s}, {"params": list(net.head.parameters()), "lr": 1e-3}]'


def found(groups: str, trainable: str = "") -> list[str]:
    script = SCRIPT.replace("{groups}", groups).replace("{trainable}", trainable)
    return [finding.name for finding in lora_lint.check_source(script)]


@pytest.mark.parametrize("encoder", ["list(net.encoder.parameters())", "[*net.encoder.parameters()]"])
def test_a_frozen_adapter_is_in_one_of_them(encoder: str) -> None:
    assert found(GROUPS % encoder) == ["adapter-not-trainable"]
    assert found(GROUPS % encoder, ", is_trainable=True") == []


def test_a_frozen_adapter_is_in_none_of_them() -> None:
    assert found("net.head.parameters()") == []
    assert found('[{"params": list(net.head.parameters())}, {"params": unknown}]') == []
