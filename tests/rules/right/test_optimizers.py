"""Optimizers that are right, each beside the mistake that it looks like."""

from __future__ import annotations

import pytest
from tests.rules.idioms import SAVE, TRAIN, WRAP, found

ITERATORS = [
    "filter(lambda p: p.requires_grad, model.parameters())",
    "(p for p in model.parameters() if p.requires_grad)",
    "model.parameters()",
]


@pytest.mark.parametrize("params", ITERATORS)
def test_an_iterator_gives_what_is_there_when_it_is_gone_through(params: str) -> None:
    kept, made, step = f"params = {params}\n", "optimizer = torch.optim.SGD(params)\n", TRAIN
    assert found(kept + WRAP + made + step + SAVE) == []
    assert found(kept + made + WRAP + step + SAVE) == ["optimizer-before-wrap"]
    assert found(f"params = list({params})\n" + WRAP + made + step + SAVE) == ["optimizer-before-wrap"]


GROUPS = [
    'optimizer.param_groups[0]["params"] = [p for p in model.parameters() if p.requires_grad]',
    'optimizer.param_groups.append({"params": list(model.parameters()), "lr": 1e-3})',
    'optimizer.param_groups = [{"params": list(model.parameters())}]',
    'for group in optimizer.param_groups:\n    group["params"] = list(model.parameters())',
]


@pytest.mark.parametrize("change", GROUPS)
def test_an_optimizer_may_be_given_parameters_by_way_of_its_groups(change: str) -> None:
    made, step = "optimizer = torch.optim.SGD(model.parameters())\n", TRAIN
    assert found(f"{made}{WRAP}{change}\n{step}{SAVE}") == []


def test_the_learning_rate_of_a_group_gives_it_no_parameters() -> None:
    made, step = "optimizer = torch.optim.SGD(model.parameters())\n", TRAIN
    change = 'for group in optimizer.param_groups:\n    group["lr"] = 1e-4\n'
    assert found(made + WRAP + change + step + SAVE) == ["optimizer-before-wrap"]


PICKED = [
    "params = [p for p in model.parameters() if p.ndim > 1]\n",
    "params = [p for n, p in model.named_parameters() if wanted(n)]\n",
    "params = list({p for p in model.parameters() if p.numel() > 1})\n",
    "params = list(filter(lambda p: p.dim() > 1, model.parameters()))\n",
]


@pytest.mark.parametrize("pick", PICKED)
def test_what_was_picked_before_the_wrap_has_no_parameter_of_the_adapter(pick: str) -> None:
    made = "optimizer = torch.optim.SGD(params)\n"
    imports = "import elsewhere\nfrom elsewhere import wanted\n"
    assert found(imports + pick + WRAP + made + TRAIN + SAVE) == ["optimizer-before-wrap"]
    assert found(imports + WRAP + pick + made + TRAIN + SAVE) == []
    for more in ("params += list(model.parameters())\n", "params.extend(elsewhere.adapter_of(model))\n"):
        assert found(imports + pick + WRAP + more + made + TRAIN + SAVE) == []


PUT_INTO = """\
class Speech(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.decoder = AutoModelForCausalLM.from_pretrained(config.decoder)

speech = Speech.from_pretrained("speech")
speech.decoder = get_peft_model(speech.decoder, LoraConfig())
optimizer = torch.optim.AdamW({params})
speech.decoder(**batch).loss.backward()
optimizer.step()
speech.decoder.save_pretrained("out")
"""


@pytest.mark.parametrize(
    ("params", "names"), [("speech.parameters()", []), ("model.parameters()", ["optimizer-before-wrap"])]
)
def test_what_is_put_into_a_model_is_trained_with_it(params: str, names: list[str]) -> None:
    assert found("from transformers import PreTrainedModel\n" + PUT_INTO.format(params=params)) == names


MEASURED = """\
def load():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())


probe = load()
probe(**batch).loss.backward()
scores = [{score} for p in probe.parameters() if p.requires_grad]
model = load()
optimizer = torch.optim.AdamW({params})
"""


def test_a_backward_pass_for_the_gradients_alone_leaves_nothing_to_be_stepped_or_saved() -> None:
    def names(score: str, params: str) -> list[str]:
        return found(MEASURED.format(score=score, params=params) + TRAIN + SAVE)

    own = "[p for p in model.parameters() if p.requires_grad]"
    assert names("p.grad.abs().mean()", own) == []
    by_hand = MEASURED.format(score="p.grad.abs().mean()", params=own)
    by_hand += "for p in model.parameters():\n    p.grad = wanted(p)\noptimizer.step()\n"
    assert found(by_hand + SAVE) == []
    assert names("p.abs().mean()", own) == ["adapter-never-saved"]
    assert names("p.grad.abs().mean()", "probe.parameters()") == ["adapter-never-saved"]
