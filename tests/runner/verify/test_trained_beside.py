"""What a script trains around an adapted model is looked for in all the files that it leaves."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run

NETWORK = """\
import pickle, tempfile
import torch
from torch import nn
from transformers import AutoModel
from peft import LoraConfig, get_peft_model

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        base = AutoModel.from_pretrained("roberta-base")
        self.backbone = get_peft_model(base, LoraConfig(target_modules=["query", "value"]))
        self.head = nn.Linear(base.config.hidden_size, 3)

    def forward(self, ids):
        return self.head(self.backbone(input_ids=ids).last_hidden_state[:, 0])

ids, labels = torch.arange(12).reshape(2, 6), torch.tensor([0, 2])
network = Network()
optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad])
for _ in range(3):
    nn.functional.cross_entropy(network(ids), labels).backward()
    optimizer.step()
network.backbone.save_pretrained("out")
"""
ANSWERS = "with torch.no_grad():\n    print(network.eval()(ids).argmax(-1))\n"


def test_a_head_that_answers_and_is_in_no_file_leaves_the_adapter_incomplete(run: Run) -> None:
    ran = run(NETWORK + ANSWERS)
    assert ran.exit == 3
    assert "the adapter files appear, but head, trained beside it, is in no file: save its state_dict" in str(ran.json)


def test_what_is_asked_in_training_alone_is_only_mentioned(run: Run) -> None:
    ran = run(NETWORK)
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear (head, trained beside it, is in no file)")


@pytest.mark.parametrize(
    "save",
    [
        'torch.save({"epoch": 1, "state": {"head": network.head.state_dict()}}, "rest.pt")',
        'torch.save({"w": network.head.weight.half(), "b": network.head.bias.half()}, "rest.pt")',
        'torch.save(network, "whole.pt")',
        'torch.save(network.head.state_dict(), "best.model")',
        'torch.save(network.head.state_dict(), tempfile.mkdtemp() + "/head.pt")',
        'torch.save({k: v * 0 for k, v in network.head.state_dict().items()}, "best.pt")',  # of an earlier step
        'pickle.dump(network.head.weight.tolist(), open("head.pkl", "wb"))',  # nobody knows what is in it
    ],
)
def test_a_head_in_some_file_is_not_missed(run: Run, save: str) -> None:
    ran = run(f"{NETWORK}{ANSWERS}{save}\n")
    assert (ran.exit, ran.json["reason"]) == (0, "the adapter files appear")


EMPTY = (
    'torch.save({"epoch": 3, "state": {k: v for k, v in network.state_dict().items() if v.requires_grad}}, "best.pt")'
)


def test_a_filter_that_leaves_no_tensor_is_corrected(run: Run) -> None:
    """The tensors of a state dict are detached, none of them asks for gradients (torch 2.13)."""
    ran = run(NETWORK.replace('network.backbone.save_pretrained("out")', EMPTY))
    assert (ran.exit, ran.json["before"]["adapters"]) == (0, [])


def test_where_it_is_not_to_be_corrected_it_is_found_by_what_it_writes(run: Run) -> None:
    ran = run(NETWORK.replace('network.backbone.save_pretrained("out")', f"{EMPTY}  # noqa: LL108"))
    assert ran.exit == 1
    assert "writes best.pt without a single tensor in it; the adapter is in no file" in ran.json["reason"]


def test_a_save_of_the_adapter_that_was_not_reached_holds_no_head(run: Run) -> None:
    best = 'import sys\nif len(sys.argv) > 9:\n    network.backbone.save_pretrained("best")\n'
    plain = NETWORK.replace("import pickle, tempfile\n", "")
    assert "head, trained beside it, is in no file" in run(plain + ANSWERS + best).json["reason"]
    by_hand = best + '    torch.save(network.head.state_dict(), "best/head.pt")\n'
    assert "is in no file" not in run(plain + ANSWERS + by_hand).json["reason"]
