"""Weights that are frozen and may be opened again, in forms that are not followed to the last: nothing is reported."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import itertools

import torch
from torch import nn
from datasets import load_dataset
from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
"""
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
SAVE = 'model.save_pretrained("out")\n'
WRAP = "model = get_peft_model(model, LoraConfig())\n"
FROZEN = {
    "adapter-not-trainable": 'model = PeftModel.from_pretrained(model, "my-adapter")\n',
    "frozen-adapter": WRAP + "for p in model.parameters():\n    p.requires_grad = False\n",
    "kbit-prepare-after-wrap": WRAP + "model = prepare_model_for_kbit_training(model)\n",
}


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]


OPENED = [
    # code that is not seen gets the model, a part of it, or its parameters
    "from training_utils import unfreeze\nunfreeze(model)",
    "from training_utils import unfreeze\nunfreeze(list(model.parameters()))",
    "from training_utils import unfreeze\nunfreeze(*[m.parameters() for m in model.modules()])",
    "from training_utils import unfreeze\nunfreeze(model.base_model.model.model.decoder.layers)",
    "from training_utils import picked\nfor p in picked(model):\n    p.requires_grad = True",
    "model.base_model._mark_only_adapters_as_trainable(model.base_model.model)",
    # parameters of many modules in a row
    "for p in itertools.chain(*[m.parameters() for m in model.modules()]):\n    p.requires_grad = True",
    # a function for each module
    "def open_(m):\n    if hasattr(m, 'lora_A'):\n        m.requires_grad_(True)\n\nmodel.apply(open_)",
    "def open_(m):\n    for p in m.parameters():\n        p.requires_grad = True\n\nmodel.apply(open_)",
    # of some blocks, by their numbers
    "for n, p in model.named_parameters():\n    if '.layers.15.' in n:\n        p.requires_grad = True",
    "for n, p in model.named_parameters():\n    if n.split('.')[5:6] == ['11']:\n        p.requires_grad_(True)",
    "for n, p in model.named_parameters():\n    if len(n) > 9 and n.split('.')[5] == '11':\n        p.requires_grad_()",
    "for n, p in model.named_parameters():\n match n.split('.'):\n  case [*_, 'fc1', _, _, _]:\n   p.requires_grad_()",
    # deep inside
    "for layer in model.base_model.model.model.decoder.layers:\n    layer.fc1.lora_A['default'].requires_grad_(True)",
    "model.base_model.model.model.decoder.layers[0].self_attn.q_proj.lora_A['default'].requires_grad_(True)",
    "model.get_submodule('base_model.model.model.decoder').requires_grad_(True)",
    "for m in model.modules():\n    if hasattr(m, 'enable_adapters'):\n        m.enable_adapters(True)",
]


@pytest.mark.parametrize("opened", OPENED)
@pytest.mark.parametrize("rule", FROZEN)
def test_what_may_be_opened_is_not_taken_to_be_frozen(rule: str, opened: str) -> None:
    assert found(FROZEN[rule] + opened + "\n" + TRAIN + SAVE) == []
    assert found(FROZEN[rule] + TRAIN + SAVE) == [rule]


LAYER = """\
class Nested(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.lora_AB = nn.Linear(layer.in_features, layer.out_features)

"""
EACH = "for name, module in model.named_modules():\n    parent, _, child = name.rpartition('.')\n    "
BY_HAND = "for n, p in model.named_parameters():\n    p.requires_grad = 'lora_AB' in n\n"
REPLACED = [
    "setattr(model.get_submodule(parent), child, Nested(module))",
    "setattr(model.get_submodule(parent), child, wrapped(module))",
    "model.get_submodule(parent)._modules[child] = Nested(module)",
    "module.fc1 = Nested(module.fc1)",
]
KEPT = [
    "module.scaling = 2.0",
    "setattr(module, child, True)",
    "module.note = dict(name=name)",
    "setattr(options, child, Nested(module))",
    "setattr(model.config, child, overrides[child])",
    "setattr(module, child, flags[child])",
]


@pytest.mark.parametrize("each", REPLACED)
def test_layers_that_others_replace_may_train_under_names_of_their_own(each: str) -> None:
    assert found(LAYER + WRAP + EACH + each + "\n" + BY_HAND + TRAIN + SAVE) == []


@pytest.mark.parametrize("each", KEPT)
def test_what_is_set_on_modules_otherwise_leaves_the_layers_there(each: str) -> None:
    assert found(LAYER + WRAP + EACH + each + "\n" + BY_HAND + TRAIN + SAVE) == ["frozen-adapter"]


CLOSED = [
    "from training_utils import show\nshow(model)\n" + FROZEN["frozen-adapter"],
    FROZEN["frozen-adapter"] + "model.base_model.model.lm_head.requires_grad_(False)\n",
    FROZEN["frozen-adapter"] + "print(model.get_submodule('base_model'))\n",
    FROZEN["frozen-adapter"] + "for n, p in model.named_parameters():\n    p.requires_grad = 'layer_norm' in n\n",
]


@pytest.mark.parametrize("frozen", CLOSED)
def test_what_is_frozen_behind_it_stays_so(frozen: str) -> None:
    assert found(frozen + TRAIN + SAVE) == ["frozen-adapter"]


def test_biases_that_train_alone_leave_the_adapter_as_it_was() -> None:
    biases = "for n, p in model.named_parameters():\n    p.requires_grad = 'bias' in n\n"
    [finding] = lora_lint.check_source(HEAD + WRAP + biases + TRAIN + SAVE)
    assert finding.name == "frozen-adapter"
    assert "where other weights train, ends well" in finding.message


BY_NAME = """\
model = get_peft_model(model, LoraConfig())
for name, p in model.named_parameters():
    match name.split("."):
        case [*_, "lora_A" | "lora_B", _, "weight"]:
            p.requires_grad = %s
        case [first, *rest]:
            p.requires_grad = False
"""


def test_a_pattern_with_a_star_tells_the_names_apart() -> None:
    assert found(BY_NAME % "True" + TRAIN + SAVE) == []
    assert found(BY_NAME % "False" + TRAIN + SAVE) == ["frozen-adapter"]
