"""Files of an adapter that a script writes itself: they are held against what PEFT would have written, and loaded as
PEFT's own are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import TRAINED
from tests.runner.tiny import wrapped

CLASSIFIER = """\
import os
import torch
from transformers import AutoModelForSequenceClassification
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file

base = AutoModelForSequenceClassification.from_pretrained("roberta-base", num_labels=3)
model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(20):
    ids = torch.randint(0, 100, (2, 8))
    model(input_ids=ids, labels=torch.tensor([0, 2])).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
os.makedirs("out")
model.peft_config["default"].save_pretrained("out")
"""
HALVES = """\
own = {k.replace(".default", ""): v.contiguous() for k, v in model.state_dict().items() if "lora_" in k}
save_file(own, "out/adapter_model.safetensors")
"""
HEAD_APART = "torch.save({k: v for k, v in model.state_dict().items() if 'modules_to_save' in k}, 'out/head.pt')\n"


def adapter(ran: Any) -> dict[str, Any]:
    return next(a for a in ran.json["after"]["adapters"] if a["directory"] == "out")


def test_a_head_that_the_config_names_and_the_file_lacks(run: Run) -> None:
    ran = run(CLASSIFIER + HALVES)
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
    assert ran.json["reason"] == (
        "the adapter in out is not usable: modules_to_save names classifier, and no tensor is of it: "
        "PEFT refuses to load that"
    )


def test_a_head_in_a_file_of_its_own_is_no_lost_one(run: Run) -> None:
    ran = run(CLASSIFIER + HALVES + HEAD_APART)
    assert ran.exit == 0, ran.json["reason"]
    assert "may be in another file that this run wrote" in adapter(ran)["notes"][0]


def test_a_head_that_peft_lists_and_the_model_does_not_have_is_not_missed(run: Run) -> None:
    """PEFT adds `classifier` and `score` to the config, and RoBERTa has no `score`; of a head of target modules there
    are tensors, too."""
    whole = 'save_file(get_peft_model_state_dict(model), "out/adapter_model.safetensors")\n'
    ran = run(CLASSIFIER + whole)
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True), ran.json["reason"]
    targeted = CLASSIFIER.replace('"SEQ_CLS"', '"SEQ_CLS", target_modules=["query", "dense", "out_proj"]')
    assert run(targeted + whole).exit == 0


SAFE = "__import__('safetensors.torch').torch.save_file"
LORA = 'state = {k: v.contiguous() for k, v in KEPT.state_dict().items() if "lora_" in k}\n'
WRITTEN = """\
os.makedirs("out", exist_ok=True)
torch.save(state, "out/adapter_model.bin")
model.peft_config["default"].save_pretrained("out")
"""


def test_what_is_written_under_the_names_of_the_base_is_not_loaded(run: Run) -> None:
    ran = run(TRAINED + LORA.replace("KEPT", "model.get_base_model()") + WRITTEN)
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
    assert "8 of 8 keys lack the prefix base_model.model." in ran.json["reason"]


def test_a_file_of_an_average_that_no_loader_takes_is_seen_though_no_save_was_predicted(run: Run) -> None:
    average = """\
from peft import get_peft_model_state_dict

parts = [{k: v.clone() for k, v in get_peft_model_state_dict(model).items()} for _ in range(2)]
state = {}
for key in parts[0]:
    state[key.replace("base_model.model.", "")] = sum(0.5 * part[key] for part in parts)
"""
    ran = run(TRAINED + average + WRITTEN)
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]


def test_names_as_in_the_state_dict_of_the_wrapper_are_found_by_this_peft(run: Run) -> None:
    ran = run(TRAINED + LORA.replace("KEPT", "model") + WRITTEN)
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True), ran.json["reason"]
    assert "PEFT 0.21 finds them all the same, 0.13 passes over them" in adapter(ran)["notes"][0]


@pytest.mark.parametrize("what", ["layers.0", "lora_A"])
def test_a_filter_that_takes_too_much_out(run: Run, what: str) -> None:
    ran = run(
        TRAINED + LORA.replace("KEPT", "model").replace('"lora_" in k', f'"{what}" in k and "lora_" in k') + WRITTEN
    )
    assert ran.exit == 1, ran.json["reason"]


def test_tensors_of_an_earlier_step_are_not_held_against_the_model_as_it_is_now(run: Run) -> None:
    best = "best = {k: v.clone() for k, v in get_peft_model_state_dict(model).items()}\n"
    text = TRAINED.replace("get_peft_model\n", "get_peft_model, get_peft_model_state_dict\n", 1)
    ran = run(text + best + LOOP_ON + WRITTEN.replace("state,", "best,"))
    assert (ran.exit, adapter(ran)["reloads"]) == (0, None), ran.json["reason"]


LOOP_ON = """\
ids = torch.randint(0, 100, (2, 8))
for step in range(2):
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
"""


def test_what_is_written_over_an_adapter_of_the_project_is_looked_at(run: Run, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    ran = run(
        TRAINED
        + LORA.replace("KEPT", "model.get_base_model()")
        + WRITTEN.replace("torch.save", SAFE).replace(".bin", ".safetensors")
    )
    assert (ran.exit, ran.json["verdict"]) == (1, "failed"), ran.json["reason"]
