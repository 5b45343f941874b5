"""State dicts that are kept and put back: copies, and those that the training goes on in."""

from __future__ import annotations

import pytest

from lora_lint import Finding, check_source

SCRIPT = """\
import copy
import torch
from datasets import load_dataset
from elsewhere import evaluate, show
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

rows = load_dataset("rows", split="train")


def load():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())


def epoch():
    for row in rows:
        loss = model(**row).loss
        loss.backward()
        adam.step()
    return float(loss)


model = load()
adam = torch.optim.AdamW(model.parameters())
best, state = 99.0, None
{before}
for n in range(3):
    loss = epoch()
    if loss < best:
        best, state = loss, {taken}
    {then}
{put}
model.save_pretrained("out")
"""
PUT = "model.load_state_dict(state)"


def findings(taken: str = "None", before: str = "", then: str = "pass", put: str = PUT) -> list[Finding]:
    return check_source(SCRIPT.format(taken=taken, before=before, then=then, put=put))


@pytest.mark.parametrize(
    "taken",
    [
        "model.state_dict()",
        "dict(model.state_dict())",
        "model.state_dict().copy()",
        "copy.copy(model.state_dict())",
        "{**model.state_dict()}",
        "{k: v for k, v in model.state_dict().items() if 'lora_' in k}",
        "{k: v.detach() for k, v in model.state_dict().items()}",
    ],
)
def test_the_tensors_are_those_of_the_model(taken: str) -> None:
    [finding] = findings(taken)
    assert (finding.name, finding.location.row) == ("kept-state-not-copied", 30)


def test_held_by_something_else_or_put_back_by_peft() -> None:
    for taken, put in (
        ("get_peft_model_state_dict(model)", "set_peft_model_state_dict(model, state)"),
        ("{'model': model.state_dict(), 'epoch': n}", "model.load_state_dict(state['model'])"),
    ):
        assert [finding.name for finding in findings(taken, put=put)] == ["kept-state-not-copied"]


def test_kept_from_before_the_training() -> None:
    assert [
        finding.name for finding in findings("1", "first = model.state_dict()", put="model.load_state_dict(first)")
    ] == ["kept-state-not-copied"]


@pytest.mark.parametrize(
    "taken",
    [
        "copy.deepcopy(model.state_dict())",
        "copy.deepcopy(model).state_dict()",
        "copy.deepcopy({'model': model.state_dict()})['model']",
        "copy.deepcopy(get_peft_model_state_dict(model))",
        "{k: v.clone() for k, v in model.state_dict().items()}",
        "{k: v.cpu() for k, v in model.state_dict().items()}",
        "{k: torch.clone(v) for k, v in model.state_dict().items()}",
        "{k: v + 0 for k, v in model.state_dict().items()}",
        "show(model.state_dict())",
    ],
)
def test_copies_and_what_may_be_one(taken: str) -> None:
    assert findings(taken, put="model.load_state_dict(state, strict=False)") == []


@pytest.mark.parametrize("held", ["model.state_dict()", "{'model': model.state_dict()}"])
def test_a_file_holds_a_copy(held: str) -> None:
    inside = "['model']" if "'model'" in held else ""
    assert findings(f"torch.save({held}, 'best.pt')", put=f"model.load_state_dict(torch.load('best.pt'){inside})") == []


@pytest.mark.parametrize(
    "then",
    [
        "state = model.state_dict()",  # that of the last round, whatever the measure says
        "if loss >= best:\n        state = model.state_dict()",
        "model.cpu()\n    print(model.generate())\n    model.cuda()",
        "model.half()",
        "evaluate(model)",
    ],
)
def test_taken_in_every_round_or_from_a_model_that_may_have_moved(then: str) -> None:
    assert findings("model.state_dict()", then=then) == []


def test_put_back_at_once() -> None:
    assert findings("model.state_dict()", then="model.load_state_dict(model.state_dict())", put="") == []


@pytest.mark.parametrize("first", ["model.state_dict()", "dict(model.state_dict())", "{}"])
def test_a_dict_that_gets_tensors_of_its_own(first: str) -> None:
    clones = f"state = {first}\nfor k, v in model.state_dict().items():\n    state[k] = v.clone()"
    assert findings("state", clones) == []
    average = "for k, v in model.state_dict().items():\n        state[k] = state.get(k, 0) * 0.9 + v * 0.1"
    assert findings("state", f"state = {first}", average) == []


def test_another_model_gets_it() -> None:
    assert findings("model.state_dict()", put="model = load()\nmodel.load_state_dict(state)") == []
