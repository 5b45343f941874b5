"""`--full`: the real model, the real data, the real device. Only outputs are led aside, and nothing is pushed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Ran, Run

SCRIPT = """\
import torch
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

device = "cuda" if torch.cuda.is_available() else "cpu"
model = AutoModelForCausalLM.from_pretrained(BASE).to(device)
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(7):
    ids = torch.randint(0, 100, (2, 8), device=device)
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model = model.merge_and_unload()
model.save_pretrained("out")
"""


@pytest.fixture
def full(lora_lint: Run, base: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ran]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))

    def run(text: str, *argv: object) -> Ran:
        Path("train.py").write_text(text.replace("BASE", repr(str(base))))
        return lora_lint("--run", "train.py", "--full", "--python", sys.executable, "--output-format", "json", *argv)

    return run


def kept(ran: Ran) -> list[Any]:
    return [note for note in ran.json["notes"] if note.startswith("what it wrote is kept in ")]


@pytest.mark.slow
def test_nothing_is_replaced_and_the_corrected_script_is_proven(full: Run, base: Path) -> None:
    before = {f.name: f.read_bytes() for f in base.iterdir()}
    ran = full(SCRIPT)
    assert ran.exit == 0, ran.json["reason"]
    after = ran.json["after"]
    assert (ran.json["mode"], after["steps"], after["neutralised"]) == ("full", 7, [])
    assert [(a["directory"], a["usable"], a["reloads"]) for a in after["adapters"]] == [("out-adapter", True, True)]
    assert after["adapters"][0]["base"] == str(base)
    assert [m["holds"] for m in after["merged"]] == [True]
    assert after["peak_memory"] > 100_000_000
    assert {f.name: f.read_bytes() for f in base.iterdir()} == before


@pytest.mark.slow
def test_hours_of_training_are_only_spent_on_the_corrected_script(full: Run, lora_lint: Run) -> None:
    ran = full(SCRIPT)
    assert ran.json["before"] is None
    text = lora_lint("--run", "train.py", "--full", "--python", sys.executable).out
    assert "not run" in text.splitlines()[2]


MIXED = """\
import torch
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from peft import LoraConfig, get_peft_model

model = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
rows = [{"input_ids": list(range(16)), "labels": list(range(16))}] * 8
arguments = TrainingArguments("checkpoints", max_steps=2, bf16=True, use_cpu=True, save_strategy="no", report_to="none")
Trainer(model, arguments, train_dataset=rows).train()
model.save_pretrained("out")
"""


@pytest.mark.slow
def test_mixed_precision_of_the_training_is_no_part_of_what_was_saved(full: Run) -> None:
    """A trainer leaves bfloat16 around the model that it has trained; a fresh one answers without."""
    (adapter,) = full(MIXED).json["after"]["adapters"]
    assert (adapter["reloads"], adapter["difference"]) == (True, 0.0), adapter


@pytest.mark.slow
def test_what_was_trained_is_never_thrown_away(full: Run) -> None:
    ran = full(SCRIPT)
    assert len(kept(ran)) == 1
    assert Path("lora-lint-full/001-train/after/work/out-adapter/adapter_model.safetensors").stat().st_size > 1000
    assert not Path("out").exists()
    again = full(SCRIPT)
    assert again.exit == 0
    assert Path("lora-lint-full-2/001-train").is_dir()
    assert not Path("lora-lint-full-2/001-train/after/work/lora-lint-full").exists()


@pytest.mark.slow
def test_pushes_are_kept_from_happening(full: Run) -> None:
    ran = full(SCRIPT.replace('model.save_pretrained("out")', 'model.push_to_hub("you/model")'), "--ignore", "LL")
    assert any(text.startswith("push to the hub (you/model)") for text in ran.json["after"]["neutralised"])


@pytest.mark.slow
def test_a_model_that_is_not_here_asks_for_the_network(full: Run) -> None:
    ran = full(SCRIPT.replace("BASE", '"nobody/nothing"'))
    assert ran.exit == 3
    assert ran.json["after"]["reason"] in ("network", "file")


@pytest.mark.slow
def test_a_trainer_is_not_cut_short(full: Run) -> None:
    text = SCRIPT[: SCRIPT.index("optimizer")] + (
        "from transformers import Trainer, TrainingArguments\n"
        'rows = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 24\n'
        'arguments = TrainingArguments("out", num_train_epochs=1, per_device_train_batch_size=4, report_to="none")\n'
        'Trainer(model, arguments, train_dataset=rows).train()\nmodel.save_pretrained("out/final")\n'
    )
    ran = full(text)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["after"]["steps"] == 6
