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
        '{**state, "epoch": 3}',
        '{"epoch": 3} | state',
        '{"run": [{"epoch": {3: {"state": state}}}]}',
        "{key: state.get(key) for key in state}",
        "torch.cat([tensor.flatten() for tensor in state.values()])",
        "torch.nn.utils.parameters_to_vector(network.parameters())",
    ],
)
@pytest.mark.parametrize("of", ["network", "network.backbone"])
def test_whatever_holds_the_tensors_holds_the_adapter(kept: str, of: str) -> None:
    text = NETWORK.replace("network.state_dict()", f"{of}.state_dict()")
    codes = {finding.code for finding in check_source(f'{text}torch.save({kept}, "best.pt")\n')}
    assert codes <= {"LL108"}  # its tensors without a config, at the most


@pytest.mark.parametrize(
    "saving",
    [
        'kept = {}\nkept.update(state)\ntorch.save(kept, "best.pt")\n',
        'kept = {}\nkept |= state\ntorch.save(kept, "best.pt")\n',
        'json.dump({key: tensor.tolist() for key, tensor in state.items()}, open("best.json", "w"))\n',
        'pickle.dump({key: tensor.tolist() for key, tensor in state.items()}, open("best.pkl", "wb"))\n',
        'torch.onnx.export(network.backbone, chosen(), "best.onnx")\n',
        'torch.jit.save(torch.jit.trace(network.backbone, chosen()), "best.pt")\n',
        '@chosen.on_exit\ndef last():\n    network.backbone.save_pretrained("best")\n',
    ],
)
def test_nobody_says_that_nothing_was_saved(saving: str) -> None:
    codes = {finding.code for finding in check_source(f"import json\nimport pickle\n{NETWORK}{saving}")}
    assert codes <= {"LL108"}


def test_what_holds_nothing_saves_nothing() -> None:
    [finding] = check_source(f'{NETWORK}torch.save({{"epoch": 3}}, "best.pt")\n')
    assert finding.code == "LL105"


@pytest.mark.parametrize("inside", ["model.module", "(model.module if hasattr(model, 'module') else model)"])
def test_a_module_of_ones_own_is_inside_of_what_is_put_around_it(inside: str) -> None:
    wrapped = f"model = torch.nn.parallel.DistributedDataParallel(network)\nstate = {inside}.state_dict()"
    text = NETWORK.replace("state = network.state_dict()", wrapped)
    assert check_source(f'{text}\ntorch.save({{"model": state}}, "best.pt")\n') == []


def test_a_head_that_is_moved_to_the_cpu_is_still_beside_the_adapter() -> None:
    moved = "for key, tensor in state.items():\n    state[key] = tensor.detach().cpu()\n"
    assert check_source(f'{NETWORK}{moved}torch.save(state, "best.pt")\n') == []
