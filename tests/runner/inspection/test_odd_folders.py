"""Folders as people have them where something went otherwise: what is said of each helps them on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import wrapped

from .saved import FILE, Inspect, changed, checkpoint, loads, verdict


def test_tensors_under_a_name_that_no_loader_looks_for(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("saved")
    Path("out").mkdir()
    shutil.move("saved/adapter_model.safetensors", "out/lora.safetensors")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran) == (
        1, "no adapter", "out holds no adapter that a loader would find, but tensors of one in out/lora.safetensors"
    )  # fmt: skip
    assert [way["how"] for way in ran.json["ways"]] == ["take out"]


def test_a_pickle_of_its_own_name_is_told_and_not_opened(lora_lint: Inspect) -> None:
    Path("out").mkdir()
    for name in ("adapter.pt", "optimizer.pt", "rng_state.pth"):
        (Path("out") / name).write_bytes(b"x")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.json["reason"] == "out holds no adapter, only optimizer states"
    (Path("out") / "optimizer.pt").unlink()
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.json["reason"] == "out holds no adapter that a loader would find; not opened: adapter.pt"


def test_a_pickle_under_the_name_of_safetensors(lora_lint: Inspect, base: Path) -> None:
    import torch

    wrapped(base).save_pretrained("out")
    torch.save({"lora_A.weight": torch.ones(2)}, FILE)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert "is a pickle that torch.save wrote, under a name of safetensors" in ran.json["reason"]


def test_the_config_of_an_adapter_that_was_merged(lora_lint: Inspect, base: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = wrapped(base)
    model.save_pretrained("out")
    model.merge_and_unload().save_pretrained("out")
    FILE.unlink()
    with pytest.raises(OSError, match="adapter_model"):
        AutoModelForCausalLM.from_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert "takes the directory for an adapter's, not for the full model's" in ran.json["reason"]


@pytest.mark.parametrize(
    ("lost", "config", "text"),
    [
        ("lora_magnitude_vector", {}, "use_dora is set, and no tensor is a lora_magnitude_vector"),
        ("nothing", {"use_dora": False}, "a lora_magnitude_vector is there, and use_dora is not set"),
    ],
)
def test_dora_and_its_magnitudes_go_together(
    lora_lint: Inspect, base: Path, lost: str, config: dict[str, Any], text: str
) -> None:
    wrapped(base, use_dora=True).save_pretrained("out")
    assert lora_lint("--inspect", "out").exit == 0
    changed(lambda tensors: {key: tensor for key, tensor in tensors.items() if lost not in key}, **config)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert text in ran.json["reason"]


@pytest.mark.parametrize("method", ["PromptTuningConfig", "PrefixTuningConfig", "PromptEncoderConfig"])
def test_virtual_tokens_are_as_many_as_there_are_rows(lora_lint: Inspect, base: Path, method: str) -> None:
    import peft

    wrapped(base, config=getattr(peft, method)(num_virtual_tokens=4, task_type="CAUSAL_LM")).save_pretrained("out")
    assert lora_lint("--inspect", "out").exit == 0
    changed(num_virtual_tokens=9)
    assert not loads(base)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert "num_virtual_tokens is 9, but prompt_embeddings has 4 rows: a load fails" in ran.json["reason"]


def test_virtual_tokens_of_encoder_and_decoder_are_right(lora_lint: Inspect) -> None:
    from peft import PromptTuningConfig, get_peft_model
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, vocab_size=128)
    prompts = PromptTuningConfig(num_virtual_tokens=4, task_type="SEQ_2_SEQ_LM")
    get_peft_model(T5ForConditionalGeneration(config), prompts).save_pretrained("out")
    assert lora_lint("--inspect", "out").exit == 0


def test_checkpoints_of_several_runs_are_told_run_by_run(lora_lint: Inspect, base: Path) -> None:
    model = wrapped(base)
    for run, step in (("first", 10), ("first", 20), ("second", 5)):
        checkpoint(Path("runs", run, f"checkpoint-{step}"), model, step)
    ran = lora_lint("--inspect", "runs", "--output-format", "json")
    last = [os.path.join("runs", "first", "checkpoint-20"), os.path.join("runs", "second", "checkpoint-5")]
    assert ran.json["reason"] == f"the adapter is only left in checkpoints of 2 runs: {', '.join(last)}"
    assert [os.path.join("runs", way["directory"]) for way in ran.json["ways"]] == last
