"""The config of an adapter that is kept in another form than adapter_config.json: who reads it has all that the tensors
need, and nothing is reported."""

from __future__ import annotations

import pytest

from lora_lint import check_source

TRAINED = """\
import dataclasses
import json
import pickle
from pathlib import Path

import torch
import yaml
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

cfg = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj"])
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), cfg)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step, batch in enumerate(load_dataset("rows", split="train")):
    model(**batch).loss.backward()
    optimizer.step()
state = {key: tensor.cpu() for key, tensor in model.state_dict().items() if "lora_" in key}
"""


def codes(saving: str) -> list[str]:
    return [finding.code for finding in check_source(f"{TRAINED}{saving}\n")]


FORMS = [
    "vars(cfg)",
    "cfg.__dict__",
    "dict(cfg.__dict__)",
    "{**vars(cfg)}",
    "dataclasses.asdict(cfg)",
    "cfg.to_dict()",
    "json.dumps(cfg.to_dict())",
    "json.dumps(vars(cfg), default=list).encode()",
    "yaml.safe_dump(cfg.to_dict())",
    "pickle.dumps(cfg)",
    "repr(cfg)",
    "str(cfg.to_dict())",
    'f"{cfg}"',
    "{name: value for name, value in cfg.to_dict().items() if value is not None}",
    "{name: str(value) for name, value in vars(cfg).items()}",
    '{name: getattr(cfg, name) for name in ("r", "lora_alpha", "target_modules")}',
    '{"rank": 8, "alpha": 16, "targets": ["q_proj"]}',
    "model.peft_config",
    'model.peft_config["default"].to_dict()',
    "model.active_peft_config.to_dict()",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "saving",
    [
        'torch.save({{"state": state, "config": {form}}}, "a.pt")',
        'torch.save([state, {form}], "a.pt")',
        'torch.save(({form}, state), "a.pt")',
        'torch.save({{"state": state, "meta": {{"run": {{"lora": {form}}}}}}}, "a.pt")',
        'save_file(state, "a.safetensors", metadata={{"config": {form}}})',
        'torch.save(state, "a.pt")\njson.dump({form}, open("lora.json", "w"))',
        'torch.save(state, "a.pt")\nPath("lora.txt").write_text({form})',
        'pickle.dump({form}, open("lora.pkl", "wb"))\ntorch.save(state, "a.pt")',
        'torch.save({form}, "config.pt")\ntorch.save(state, "a.pt")',
        'kept = {{"step": step}}\nkept["state"] = state\nkept["config"] = {form}\ntorch.save(kept, "a.pt")',
    ],
)
def test_tensors_whose_settings_are_kept_can_be_loaded(saving: str, form: str) -> None:
    assert codes(saving.format(form=form)) == []


@pytest.mark.parametrize(
    "saving",
    [
        'torch.save({"state": state, "step": step}, "a.pt")',
        'torch.save({"state": state, "optimizer": optimizer.state_dict()}, "a.pt")',
        'torch.save({"state": state, "base": model.config.to_dict()}, "a.pt")',
        'save_file(state, "a.safetensors", metadata={"format": "pt"})',
        'print(vars(cfg), json.dumps(cfg.to_dict()))\ntorch.save(state, "a.pt")',
        'torch.save(state, "a.pt")\njson.dump({"step": step}, open("run.json", "w"))',
    ],
)
def test_what_says_nothing_of_the_adapter_does_not_help(saving: str) -> None:
    assert codes(saving) == ["LL108"]
