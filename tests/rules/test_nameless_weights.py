"""The weights of an adapter as `get_peft_model_state_dict` gives them, put into a model by their keys."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM


def fresh():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))


model = fresh()
for batch in batches():
    model(**batch).loss.backward()
model.save_pretrained("out")
state = {"adapter": get_peft_model_state_dict(model), "step": 3}
"""
THROUGH_A_FILE = 'torch.save(state, "last.pt")\nstate = torch.load("last.pt", map_location="cpu")\n'
INTO_ANOTHER = 'again = fresh()\nagain.load_state_dict(state["adapter"], strict=False)\nprint(evaluate(again))\n'


def found(rest: str) -> list[str]:
    return [finding.name for finding in check_source(SCRIPT + rest)]


@pytest.mark.parametrize("between", ["", THROUGH_A_FILE])
def test_another_model_gets_nothing_of_what_the_first_holds_still(between: str) -> None:
    assert found(between + INTO_ANOTHER) == ["adapter-keys-unmatched"]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param('model.load_state_dict(state["adapter"], strict=False)\n', id="it has these weights anyway"),
        pytest.param(
            'again = fresh()\nset_peft_model_state_dict(again, state["adapter"])\nprint(evaluate(again))\n',
            id="PEFT puts the name into the keys",
        ),
        pytest.param(
            THROUGH_A_FILE.replace('load("last.pt"', 'load("first.pt"') + INTO_ANOTHER, id="out of another file"
        ),
    ],
)
def test_what_is_not_lost_or_may_have_its_keys_is_passed_over(rest: str) -> None:
    assert found(rest) == []


RESUMED = """\
import os
import sys
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

LAST = os.path.join("runs", "last.pt")


def save(model, step):
    torch.save({"weights": {"adapter": get_peft_model_state_dict(model)}, "step": step}, LAST)


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
if os.path.exists(LAST):
    state = torch.load(LAST, map_location="cpu")
    model.load_state_dict(state["weights"]["adapter"], strict=False)
for step, batch in enumerate(batches()):
    model(**batch).loss.backward()
    if step % 100 == 0:
        save(model, step)
model.save_pretrained("out")
"""


def test_an_earlier_run_has_left_keys_without_the_adapters_name() -> None:
    [finding] = check_source(RESUMED)
    assert (finding.name, finding.location.row) == ("adapter-keys-unmatched", 17)
    assert finding.message.startswith('the keys of what this script saves to "runs/last.pt" lack the adapter\'s name')


IN_ONE_GO = RESUMED.replace(
    '"step": step}, LAST)', '"step": step}, LAST + ".tmp")\n    os.replace(LAST + ".tmp", LAST)'
)


def test_so_it_has_where_it_writes_beside_and_moves_the_file_into_place() -> None:
    [finding] = check_source(IN_ONE_GO)
    assert (finding.name, finding.location.row) == ("adapter-keys-unmatched", 18)


def test_what_else_is_moved_there_may_fit() -> None:
    more = IN_ONE_GO.replace("for step,", 'os.replace("from-elsewhere.pt", LAST)\nfor step,')
    assert more != IN_ONE_GO
    assert "adapter-keys-unmatched" not in [finding.name for finding in check_source(more)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            'model.load_state_dict(state["weights"]["adapter"], strict=False)',
            'set_peft_model_state_dict(model, state["weights"]["adapter"])',
            id="PEFT puts the name in",
        ),
        pytest.param("get_peft_model_state_dict(model)}", "model.state_dict()}", id="the model's own keys"),
        pytest.param("torch.load(LAST,", "torch.load(sys.argv[1],", id="another file"),
        pytest.param('["weights"]["adapter"]', '["base"]', id="something else in that file"),
        pytest.param(
            "get_peft_model_state_dict(model)}", "renamed(get_peft_model_state_dict(model))}", id="with other keys"
        ),
        pytest.param(
            "for step,",
            'torch.save({"weights": {"adapter": model.state_dict()}}, LAST)\nfor step,',
            id="or in two ways",
        ),
        pytest.param(
            'load_state_dict(state["weights"]["adapter"]',
            'load_state_dict(named(state["weights"])',
            id="put in by hand",
        ),
    ],
)
def test_what_an_earlier_run_has_left_may_fit(old: str, new: str) -> None:
    assert old in RESUMED
    assert "adapter-keys-unmatched" not in [finding.name for finding in check_source(RESUMED.replace(old, new))]


def test_a_training_that_may_make_no_step_leaves_the_keys_what_they_are() -> None:
    script = SCRIPT.replace("model(**batch)", "if skipped(batch):\n        continue\n    compiled(**batch)").replace(
        "for batch", "compiled = torch.compile(model)\nfor batch"
    )
    into = 'again = fresh()\nagain.load_state_dict({}.state_dict(), strict=False)\nagain.save_pretrained("again")\n'
    names = [finding.name for finding in check_source(script + into.format("compiled"))]
    assert names == ["adapter-keys-unmatched"]
    assert [finding.name for finding in check_source(script + into.format("model"))] == []


def test_what_peft_gives_of_a_compiled_model_has_its_prefix() -> None:
    taken = "state = get_peft_model_state_dict(torch.compile(model))\nagain = fresh()\n"
    into = "set_peft_model_state_dict({}, state)\nagain.save_pretrained('again')\n"
    assert found(taken + into.format("again")) == ["adapter-keys-unmatched"]
    assert found(taken.replace("torch.compile(model)", "model") + into.format("again")) == []
    assert found(taken + into.format("torch.compile(again)")) == []
