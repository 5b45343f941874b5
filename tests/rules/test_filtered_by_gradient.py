"""What is saved of a state dict, or of parameters, after a filter by what takes a gradient."""

from __future__ import annotations

import lora_lint

HEAD = """\
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""
WRAP = "model = get_peft_model(model, LoraConfig())\n"
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
SAVE = 'model.save_pretrained("out")\n'


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]


TENSORS = 'torch.save({name: tensor for name, tensor in %s if tensor.requires_grad}, "adapter.pt")\n'


def test_only_parameters_themselves_take_gradients() -> None:
    trained = WRAP + TRAIN

    def said(source: str, *, and_then: str = "") -> list[str]:
        findings = lora_lint.check_source(HEAD + trained + TENSORS % source + and_then)
        return [finding.message.partition(":")[0] for finding in findings]

    nothing = "nothing of the adapter is written"
    tensors = "only tensors are written, no adapter_config.json"
    assert said("model.state_dict().items()") == [nothing]
    assert said("get_peft_model_state_dict(model).items()") == [nothing]
    assert said("model.state_dict(keep_vars=True).items()") == [tensors]
    assert said("model.named_parameters()") == [tensors]
    assert said("model.state_dict().items()", and_then=SAVE) == []


NETWORK = """\
class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.llm = get_peft_model(model, LoraConfig())
        self.head = torch.nn.Linear(8, 2)

    def forward(self, batch):
        return self.head(self.llm(**batch).last_hidden_state)


tagger = Tagger()
tagger(batch).mean().backward()
optimizer.step()
"""


def test_in_a_network_of_the_script_as_well() -> None:
    assert found(NETWORK + TENSORS % "tagger.state_dict().items()") == ["state-dict-only"]
    assert found(NETWORK + TENSORS % "tagger.named_parameters()") == []


def test_an_empty_filter_that_is_noticed() -> None:
    notices = """\
weights = {name: tensor for name, tensor in model.state_dict().items() if tensor.requires_grad}
if len(weights) == 0:
    weights = get_peft_model_state_dict(model)
torch.save({"weights": weights, "config": model.peft_config["default"].to_dict()}, "adapter.pt")
"""
    assert found(WRAP + TRAIN + notices) == []


def test_tensors_of_a_state_dict_freeze_nothing() -> None:
    freeze = "for tensor in %s:\n    tensor.requires_grad = False\n"
    assert found(WRAP + freeze % "model.state_dict().values()" + TRAIN + SAVE) == []
    assert found(WRAP + freeze % "model.parameters()" + TRAIN + SAVE) == ["frozen-adapter"]
