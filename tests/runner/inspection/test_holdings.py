"""`--inspect DIR`: what directories as people have them hold, and where the adapter is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.runner.tiny import train, wrapped

from .saved import Inspect, checkpoint, of, verdict


def test_a_trained_adapter_is_usable(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran) == (0, "usable", "out holds a usable adapter (LORA, r=4, 8 tensors, trained)")


def test_text_has_a_line_a_directory_and_a_verdict(lora_lint: Inspect, base: Path) -> None:
    checkpoint(Path("out/checkpoint-2"), wrapped(base), 2)
    wrapped(base).merge_and_unload().save_pretrained("out")
    assert lora_lint("--inspect", "out").out.splitlines() == [
        "out               full model: LlamaForCausalLM, 26.8 k parameters f32, 109 kB",
        "out/checkpoint-2  adapter: LORA, r=4, 8 tensors, trained, 4.6 kB; checkpoint of step 2; optimizer states",
        "",
        "No adapter: out holds a full model (LlamaForCausalLM); the adapter is only left in out/checkpoint-2.",
        (
            "  rescue: the adapter is in out/checkpoint-2 (the only one of "
            "1, step 2): load it from there, or let --rescue OUT copy it"
        ),
    ]


def test_a_full_model_alone_has_no_adapter_and_says_how_to_get_it(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).merge_and_unload().save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "no adapter")
    assert [way["how"] for way in ran.json["ways"]] == ["subtract"]


@pytest.mark.parametrize("trained", [True, False])
def test_weights_that_diffusers_saved_for_a_pipeline(lora_lint: Inspect, trained: bool) -> None:
    """As a run judges them."""
    import torch
    from safetensors.torch import save_file

    Path("out").mkdir()
    name, second = "unet.mid_block.attentions.0.to_q.lora_", torch.ones(8, 4) if trained else torch.zeros(8, 4)
    tensors = {f"{name}A.weight": torch.ones(4, 8), f"{name}B.weight": second}
    save_file(tensors, "out/pytorch_lora_weights.safetensors")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (ran.exit, of(ran)["adapter"]["trained"]) == (0 if trained else 1, trained)


def test_transformers_applies_an_adapter_beside_its_merged_model_twice(tmp_path: Path, base: Path) -> None:
    """What the note says, seen with the installed release."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    ids = torch.arange(8)[None]
    model = wrapped(base)
    model.save_pretrained(tmp_path)
    merged = model.merge_and_unload()
    merged.save_pretrained(tmp_path)
    twice = PeftModel.from_pretrained(merged, tmp_path)
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert torch.allclose(loaded(input_ids=ids).logits, twice(input_ids=ids).logits, atol=1e-6)


def test_the_best_checkpoint_is_named_before_the_last(lora_lint: Inspect, base: Path) -> None:
    for step in (500, 1000):
        checkpoint(Path(f"out/checkpoint-{step}"), wrapped(base), step, best="out/checkpoint-500")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert ran.json["ways"][0]["directory"] == "checkpoint-500"
    assert "optimizer states" in of(ran, "checkpoint-500")["also"]


def test_checkpoints_count_by_number(lora_lint: Inspect, base: Path) -> None:
    for step in (90, 500):
        checkpoint(Path(f"out/checkpoint-{step}"), wrapped(base), step)
    assert lora_lint("--inspect", "out", "--output-format", "json").json["ways"][0]["directory"] == "checkpoint-500"


def test_an_adapter_of_another_name_lies_in_a_folder_of_that_name(lora_lint: Inspect, base: Path) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), LoraConfig(target_modules=["q_proj"]), "german")
    train(model)
    model.save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert "it is in out/german, as PEFT saves one that is not called default" in ran.json["reason"]


def test_a_folder_of_adapters_is_usable_as_such(lora_lint: Inspect, base: Path) -> None:
    for name in ("a", "b"):
        wrapped(base).save_pretrained(f"runs/{name}")
    ran = lora_lint("--inspect", "runs", "--output-format", "json")
    assert verdict(ran) == (0, "usable", "2 usable adapters: runs/a, runs/b")


def test_an_untrained_reference_beside_the_adapter_is_no_fault(lora_lint: Inspect, base: Path) -> None:
    """KTOTrainer saves one."""
    wrapped(base).save_pretrained("out")
    wrapped(base, trained=False).save_pretrained("out/ref")
    assert lora_lint("--inspect", "out", "--output-format", "json").exit == 0


def test_a_checkpoint_that_is_spoiled_is_counted_and_not_taken(lora_lint: Inspect, base: Path) -> None:
    checkpoint(Path("out/checkpoint-2"), wrapped(base), 2)
    checkpoint(Path("out/checkpoint-10"), wrapped(base, trained=False), 10)
    text = lora_lint("--inspect", "out", "--output-format", "json").json["ways"][0]["text"]
    assert "the adapter is in out/checkpoint-2 (the only one that is usable of 2, step 2)" in text


def test_the_newest_checkpoint_is_named_and_how_the_best_one_stands_to_it(lora_lint: Inspect, base: Path) -> None:
    for step in (2, 10, 100):
        checkpoint(Path(f"out/checkpoint-{step}"), wrapped(base), step, best="out/checkpoint-10")
    found = lora_lint("--inspect", "out", "--output-format", "json").json
    assert found["reason"] == "the adapter is only left in out/checkpoint-100 and 2 older checkpoints"
    assert (
        "checkpoint-10 (the best one by its trainer of 3, the newest is checkpoint-100, step"
        in found["ways"][0]["text"]
    )


def test_a_base_of_another_size_is_said(lora_lint: Inspect, base: Path) -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    wrapped(base).merge_and_unload().save_pretrained("merged")
    config = AutoConfig.from_pretrained(base)
    config.hidden_size, config.num_attention_heads, config.head_dim = 64, 4, 16
    AutoModelForCausalLM.from_config(config).save_pretrained("other")
    out = lora_lint("--inspect", "merged", "--base", "other").out
    assert "tensors have other shapes: the base is of another size" in out


def test_a_state_dict_of_the_wrapped_model(lora_lint: Inspect, base: Path) -> None:
    from safetensors.torch import save_file

    Path("out").mkdir()
    save_file({k: v.contiguous() for k, v in wrapped(base).state_dict().items()}, "out/model.safetensors")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert "a state dict with 8 tensors of an adapter" in ran.json["reason"]
    assert [way["how"] for way in ran.json["ways"]] == ["take out"]


def test_shards_of_deepspeed_are_to_be_gathered(lora_lint: Inspect) -> None:
    Path("out/checkpoint-9/global_step9").mkdir(parents=True)
    (Path("out/checkpoint-9/global_step9") / "zero_pp_rank_0_mp_rank_00_optim_states.pt").write_bytes(b"x")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert any("zero_to_fp32.py" in way["text"] for way in ran.json["ways"])


def test_a_model_in_the_cache_of_the_hub(
    lora_lint: Inspect, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "hub" / "models--you--adapter"
    wrapped(base).save_pretrained(repository / "blobs")
    snapshot = repository / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    for file in (repository / "blobs").iterdir():
        (snapshot / file.name).symlink_to(os.path.join("..", "..", "blobs", file.name))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for named in ("you/adapter", str(repository)):
        assert lora_lint("--inspect", named, "--output-format", "json").exit == 0


def test_an_empty_directory_holds_nothing(lora_lint: Inspect) -> None:
    Path("out").mkdir()
    assert verdict(lora_lint("--inspect", "out", "--output-format", "json")) == (
        1,
        "no adapter",
        "out holds nothing of a model",
    )
