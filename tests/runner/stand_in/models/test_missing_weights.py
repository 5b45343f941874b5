"""Weights and folders of models that are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE


def test_a_folder_of_a_model_that_is_looked_into_is_there(run: Run) -> None:
    text = """
import os

assert "config.json" in os.listdir("models/llama-of-last-week")
"""
    assert run(text + KEPT).exit == 0


def test_a_model_that_is_chosen_from_a_folder_of_models_is_there(run: Run) -> None:
    text = """\
from pathlib import Path
from transformers import AutoModelForCausalLM

names = sorted(path.name for path in Path("models/").glob("*") if not path.name.endswith(".txt"))
AutoModelForCausalLM.from_pretrained(Path("models") / names[1])
"""
    assert run(text + KEPT).exit == 0


@pytest.mark.slow
def test_a_name_that_is_missed_as_what_was_to_give_it_was_caught(run: Run) -> None:
    """Of the model in a folder nothing is known; what PEFT says of its layers, the script only prints."""
    text = """\
import traceback
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

LAYERS = {"neox": ["query_key_value"], "llama": ["q_proj", "v_proj"]}
try:
    base = AutoModelForCausalLM.from_pretrained("ours")
    model = get_peft_model(base, LoraConfig(target_modules=LAYERS["llama"]))
except:
    print(traceback.format_exc())
print(model.config)
"""
    ran = run(text + LOOP + SAVE)
    assert ran.exit == 0, ran.json["reason"]


def test_weights_that_are_missing_leave_the_model_as_it_is(run: Run) -> None:
    text = """\
state = torch.load("teacher.pth")
model.load_state_dict({name.replace("module.", ""): value for name, value in state["model"].items()})
assert state["epoch"] + 1 == 1
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("teacher.pth; the model keeps its own weights")


@pytest.mark.parametrize("url", ["https://weights.example/teacher.pth", "file:///weights/teacher.pth"])
def test_weights_that_are_fetched_leave_the_model_as_it_is(run: Run, url: str) -> None:
    text = f"""\
state = torch.hub.load_state_dict_from_url("{url}", map_location="cpu")
model.load_state_dict(state, strict=True)
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert f"weights {url}: the model keeps its own" in ran.json["after"]["neutralised"]


def test_what_no_model_is_given_are_no_weights(run: Run) -> None:
    text = """\
import torch

held = torch.load("scored.pt")
assert [text.lower() for text, score in zip(held["prompts"], held["scores"]) if float(score) > 0.5]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "scored.pt; rows are made up in its place" in ran.json["reason"]


def test_weights_that_a_save_does_not_write_are_never_made_up(run: Run) -> None:
    """PEFT writes safetensors: a script that reads adapter_model.bin from there is wrong, whatever lies elsewhere."""
    ran = run(KEPT + 'torch.load("out/adapter_model.bin")\n')
    assert "adapter_model.bin" in ran.json["before"]["error"], "as written it stops there"


@pytest.mark.parametrize("file", ["best.pt", "best.pth"])
def test_weights_that_are_asked_for_before_they_are_loaded_count_as_there(run: Run, file: str) -> None:
    text = f"""\
if not os.path.exists("heads/{file}"):
    raise FileNotFoundError("train the head first")
head = torch.nn.Linear(4, 4)
head.load_state_dict(torch.load("heads/{file}"))
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith(f"{file}; the model keeps its own weights")


def test_parts_of_missing_weights_leave_what_they_are_given_to_as_it_is(run: Run) -> None:
    text = """\
from safetensors.torch import load_file

state = torch.load("head.pt")
head = torch.nn.Linear(4, 4)
head.load_state_dict({"weight": state["projector"]["w"], "bias": state["projector"]["b"]})
torch.optim.AdamW(head.parameters()).load_state_dict(state["optimizer"])
head.load_state_dict(load_file("tower.safetensors"))
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("head.pt; the model keeps its own weights")


def test_a_tensor_that_is_kept_alone_is_as_wide_as_its_layer(run: Run) -> None:
    text = """\
layer = torch.nn.Linear(48, 8)
assert layer(torch.load("cache/clip.pt").float()).dim() == 2
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("clip.pt; rows are made up in its place")


def test_tensors_that_rows_name_are_made_up_in_a_folder_that_a_clone_keeps_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitkeep").write_text("")
    text = """\
import json

rows = [json.loads(line) for line in open("cache/rows.jsonl")]
assert len([torch.load(f"cache/{row['key']}.pt").float() for row in rows[:30]]) == 30
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".gitkeep"]


def test_an_adapter_that_is_filled_with_weights_that_are_missing_stays_as_it_is(run: Run) -> None:
    """Also modules that are trained whole, which peft looks up in them by their names."""
    text = """\
from peft import set_peft_model_state_dict

found = set_peft_model_state_dict(model, torch.load("teacher.pt"))
assert not found.unexpected_keys
"""
    ran = run(HEAD.replace("task_type", 'modules_to_save=["lm_head"], task_type') + text + LOOP + SAVE)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("teacher.pt; the model keeps its own weights")
