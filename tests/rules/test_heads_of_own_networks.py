"""New layers on a pretrained model, in a network of the script's own: PEFT saves none of them by itself."""

from __future__ import annotations

import pytest

import lora_lint

NETWORK = """\
import torch
from torch import nn
from peft import LoraConfig, get_peft_model
from transformers import AutoModel


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = {encoder}
        {layers}

    def forward(self, batch):
        return self.head(self.encoder(**batch).last_hidden_state[:, 0])


net = Net()
"""
WHOLE = """\
net = get_peft_model(net, LoraConfig({config}))
optimizer = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad])
for batch in batches:
    net(batch).mean().backward()
    optimizer.step()
net.save_pretrained("out")
"""
INSIDE = """\
optimizer = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad])
for batch in batches:
    net(batch).mean().backward()
    optimizer.step()
net.encoder.save_pretrained("out")
"""
ENCODER = 'AutoModel.from_pretrained("bert-base-uncased")'
WRAPPED = f'get_peft_model({ENCODER}, LoraConfig(target_modules=["query"]))'
HEAD = "self.head = nn.Linear(768, 3)"


def said(script: str) -> list[str]:
    return [f"{finding.name}: {finding.message}" for finding in lora_lint.check_source(script)]


def whole(config: str = 'target_modules=["query"]', layers: str = HEAD, body: str = WHOLE) -> str:
    return NETWORK.format(encoder=ENCODER, layers=layers) + body.replace("{config}", config)


def inside(layers: str = HEAD, body: str = INSIDE) -> str:
    return NETWORK.format(encoder=WRAPPED, layers=layers) + body


def test_the_wrap_of_the_whole_network_freezes_them() -> None:
    (finding,) = said(whole())
    assert finding.startswith("head-not-saved: head of this Net is frozen at random by the wrap, and in no file")
    fixed = lora_lint.fix_source(whole(), "train.py").text
    assert fixed == whole('target_modules=["query"], modules_to_save=["head"]')
    assert said(fixed) == []


@pytest.mark.parametrize(
    "config",
    [
        'target_modules=["query"], modules_to_save=["head"]',
        'target_modules=["query", "head"]',
        'target_modules="all-linear"',
        'target_modules=["query"], **more',
    ],
)
def test_a_config_that_names_them_or_may(config: str) -> None:
    assert said(whole(config)) == []


def test_layers_that_change_nothing_at_first() -> None:
    assert said(whole(layers="self.head = nn.LayerNorm(768)")) == []
    assert said(whole(layers="self.head = nn.Dropout(0.1)")) == []


def test_a_network_that_was_trained_before() -> None:
    assert said(whole(body='net.load_state_dict(torch.load("net.pt"))\n' + WHOLE)) == []
    warm_up = "for batch in batches:\n    net(batch).mean().backward()\n    first.step()\n"
    assert said(whole(body="first = torch.optim.AdamW(net.parameters())\n" + warm_up + WHOLE)) == []


def test_what_stands_on_the_model_that_is_saved() -> None:
    (finding,) = said(inside())
    assert finding.startswith("head-not-saved: the adapter is saved without head, which is on the model and in no file")


def test_which_the_code_for_a_later_run_looks_for() -> None:
    later = 'def restore(net):\n    net.head.load_state_dict(torch.load("head.pt"))\n\n\n'
    (finding,) = said(inside().replace("net = Net()", later + "net = Net()"))
    assert finding.startswith("head-not-saved: the adapter is saved without head")


@pytest.mark.parametrize(
    "body",
    [
        INSIDE + 'torch.save(net.head.state_dict(), "head.pt")\n',
        INSIDE.replace("optimizer =", 'net.head.load_state_dict(torch.load("head.pt"))\noptimizer ='),
        INSIDE.replace("net.encoder.save_pretrained", "unknown.save(net)\nnet.encoder.save_pretrained"),
    ],
)
def test_what_is_or_may_be_saved_beside_it(body: str) -> None:
    assert said(inside(body=body)) == []


def test_the_head_of_a_reward_model_but_not_of_a_critic() -> None:
    rewarding = inside(layers="self.v_head = nn.Linear(768, 1)")
    (finding,) = said(rewarding)
    assert finding.startswith("head-not-saved")
    assert said(rewarding.replace("for batch in batches", "for batch in net.encoder.generate(prompts)")) == []


@pytest.mark.parametrize("layer", ["projection", "aux_classifier", "contrastive_head", "dropout"])
def test_layers_that_may_serve_the_training_alone(layer: str) -> None:
    assert said(inside(layers=f"self.{layer} = nn.Linear(768, 3)")) == []


OWN_HEAD = """\
class Head(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mlp = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 1))

    def forward(self, features):
        return self.mlp(features)


"""
OWN_SAVE = """\
    def save(self, folder):
        folder.mkdir(parents=True)
        self.encoder.save_pretrained(folder)
        logger.info("saved to %s", folder)
        {beside}
"""


def saved_by_itself(beside: str = "json.dump({}, open(folder / 'meta.json', 'w'))") -> str:
    text = inside("self.head = Head(768)").replace(
        "\n\nnet = Net()", OWN_SAVE.format(beside=beside) + "\n\nnet = Net()"
    )
    head = "import json\nimport logging\nfrom pathlib import Path\n\nlogger = logging.getLogger(__name__)\n"
    text = text.replace("net.encoder.save_pretrained(", "if measured() > 0.5:\n    net.save(Path(").replace(
        '"out")', '"out"))'
    )
    return head + text.replace("class Net(", OWN_HEAD + "class Net(")


def test_a_head_of_a_class_of_its_own_in_a_network_that_saves_itself() -> None:
    [message] = said(saved_by_itself())
    assert message.startswith("head-not-saved: the adapter is saved without head")


def test_the_network_saves_its_head_beside() -> None:
    assert said(saved_by_itself('torch.save(self.head.state_dict(), folder / "head.pt")')) == []
    assert said(saved_by_itself('pickle.dump(self.head, open(folder / "head.pkl", "wb"))')) == []
