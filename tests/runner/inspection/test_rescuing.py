"""`--inspect DIR --rescue OUT`: the adapter, copied, renamed, or recovered by subtracting the base from the merged
model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Ran
from tests.runner.tiny import saved_base, train, wrapped

from lora_lint_runner.child.verify import subtract
from lora_lint_runner.inspection.rescuing import renamed

Inspect = Callable[..., Ran]


def merged(base: Path, dtype: str = "float32", **options: Any) -> Path:
    wrapped(base, dtype=dtype, **options).merge_and_unload().save_pretrained("merged")
    return Path("merged")


def recovered(base: Path, rank: int | None = None) -> dict[str, Any]:
    return subtract.recover("merged", str(base), str(base), "out", rank)


def test_the_last_checkpoint_is_copied(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out/checkpoint-7")
    Path("out/checkpoint-7/optimizer.pt").write_bytes(b"x")
    ran = lora_lint("--inspect", "out", "--rescue", "adapter", "--output-format", "json")
    assert ran.exit == 0
    assert ran.json["rescued"]["ok"]
    assert sorted(f.name for f in Path("adapter").iterdir()) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
    ]


def test_names_are_written_right(lora_lint: Inspect, base: Path) -> None:
    from peft import PeftModel
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForCausalLM

    model = wrapped(base)
    model.save_pretrained("out")
    good = load_file("out/adapter_model.safetensors")
    save_file(
        {k.replace("model.model.", "model._orig_mod.model."): v for k, v in good.items()},
        "out/adapter_model.safetensors",
    )
    assert lora_lint("--inspect", "out", "--rescue", "adapter").exit == 0
    assert load_file("adapter/adapter_model.safetensors").keys() == good.keys()
    loaded = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "adapter")
    assert all(bool((a == b).all()) for a, b in zip(loaded.parameters(), model.parameters(), strict=True))


@pytest.mark.parametrize("prefix", ["", "base_model.model.module."], ids=["without a prefix", "of a wrapped base"])
def test_names_that_the_config_tells_to_be_wrong(lora_lint: Inspect, base: Path, prefix: str) -> None:
    from safetensors.torch import load_file, save_file

    wrapped(base).save_pretrained("out")
    good = load_file("out/adapter_model.safetensors")
    renamed_ = {key.replace("base_model.model.", prefix, 1): value for key, value in good.items()}
    save_file(renamed_, "out/adapter_model.safetensors")
    assert lora_lint("--inspect", "out").exit == 1
    assert lora_lint("--inspect", "out", "--rescue", "adapter").exit == 0
    assert load_file("adapter/adapter_model.safetensors").keys() == good.keys()


def test_other_methods_are_not_found_without_the_prefix_either(lora_lint: Inspect, base: Path) -> None:
    from peft import OFTConfig
    from safetensors.torch import load_file, save_file

    wrapped(base, config=OFTConfig(oft_block_size=4, target_modules=["q_proj"])).save_pretrained("out")
    good = load_file("out/adapter_model.safetensors")
    save_file({k.removeprefix("base_model.model."): v for k, v in good.items()}, "out/adapter_model.safetensors")
    ran = lora_lint("--inspect", "out", "--rescue", "adapter", "--output-format", "json")
    assert (ran.exit, ran.json["verdict"]) == (0, "broken")
    assert load_file("adapter/adapter_model.safetensors").keys() == good.keys()


def test_only_wrappers_are_taken_out_of_names(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    names = ["base_model.model.module.a.lora_A.weight", "module.base_model.model.b.lora_A.weight"]
    save_file({n: torch.ones(2) for n in names}, tmp_path / "in.safetensors")
    assert renamed(tmp_path / "in.safetensors", tmp_path / "out.safetensors", {}) == 1
    assert load_file(tmp_path / "out.safetensors").keys() == {names[0], "base_model.model.b.lora_A.weight"}


@pytest.mark.slow
def test_a_merged_model_minus_its_base_is_the_adapter(lora_lint: Inspect, base: Path) -> None:
    merged(base)
    ran = lora_lint("--inspect", "merged", "--base", base, "--rescue", "adapter", "--output-format", "json")
    assert ran.exit == 0
    rescued = ran.json["rescued"]
    assert (rescued["ok"], rescued["rank"], rescued["target_modules"]) == (True, 4, ["q_proj", "v_proj"])
    config = json.loads(Path("adapter/adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == str(base)
    assert config["task_type"] == "CAUSAL_LM"
    assert lora_lint("--inspect", "adapter").exit == 0


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_rank_is_read_from_the_singular_values(lora_lint: Inspect, llama: Any, dtype: str) -> None:
    base = saved_base(llama, Path("base"), dtype)
    merged(base, dtype, target_modules="all-linear", r=3)
    found = recovered(base)
    assert (found["ok"], found["rank"], found["modules"]) == (True, 3, 14)


def test_a_rank_that_is_too_small_is_found_out_by_the_reload(lora_lint: Inspect, base: Path) -> None:
    merged(base)
    found = recovered(base, rank=1)
    assert found["rank"] == 1
    assert not found["ok"]


@pytest.mark.parametrize(
    "options",
    [
        {"rank_pattern": {"v_proj": 2}, "use_rslora": True},
        {"modules_to_save": ["lm_head"]},
        {"target_modules": ["q_proj", "embed_tokens"]},
    ],
    ids=["ranks differ", "head in full", "embedding"],
)
def test_other_shapes_of_lora_come_back_too(lora_lint: Inspect, base: Path, options: dict[str, Any]) -> None:
    merged(base, **options)
    assert recovered(base)["ok"]


def test_biases_come_back_too(lora_lint: Inspect, llama: Any) -> None:
    from transformers import LlamaConfig

    base = saved_base(LlamaConfig(**{**llama.to_dict(), "attention_bias": True}), Path("base"))
    merged(base, bias="all")
    assert recovered(base)["ok"]
    assert json.loads(Path("out/adapter_config.json").read_text())["bias"] == "all"


def test_weights_that_stand_the_other_way_round(lora_lint: Inspect) -> None:
    """GPT-2's Conv1D."""
    from transformers import GPT2Config

    base = saved_base(GPT2Config(n_embd=32, n_layer=2, n_head=2, vocab_size=128, n_positions=64), Path("base"))
    merged(base, target_modules=["c_attn"])
    assert recovered(base)["ok"]
    assert json.loads(Path("out/adapter_config.json").read_text())["fan_in_fan_out"] is True


def test_a_new_head_comes_back_in_full(lora_lint: Inspect, llama: Any) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    base = saved_base(llama, Path("base"))
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=3)
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", target_modules=["q_proj"]))
    train(model)
    model.merge_and_unload().save_pretrained("merged")
    found = recovered(base)
    assert found["ok"]
    assert found["modules_to_save"] == ["score"]


@pytest.mark.slow
def test_a_base_without_adapter_says_so(lora_lint: Inspect, base: Path) -> None:
    ran = lora_lint("--inspect", base, "--base", base, "--rescue", "out", "--output-format", "json")
    assert ran.exit == 1
    assert ran.json["rescued"]["text"] == f"every weight is that of {base}: no adapter was merged into this model"
    assert not Path("out").exists()


def test_training_in_full_is_no_adapter(lora_lint: Inspect, base: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.01)
    model.save_pretrained("merged")
    with pytest.raises(subtract.Unrecoverable, match=r"no weight differs .* by a product of low rank"):
        recovered(base)


def test_another_base_is_none(lora_lint: Inspect, base: Path) -> None:
    from transformers import GPT2Config

    merged(base)
    other = saved_base(GPT2Config(n_embd=32, n_layer=2, n_head=2, vocab_size=128, n_positions=64), Path("gpt2"))
    with pytest.raises(subtract.Unrecoverable, match="it is the base of another model"):
        recovered(other)


def test_a_merged_model_is_told_from_its_base(lora_lint: Inspect, base: Path) -> None:
    merged(base)
    assert (
        f"against {base}: 4 of 21 tensors differ: q_proj, v_proj"
        in lora_lint("--inspect", "merged", "--base", base).out
    )
    told = lora_lint("--inspect", base, "--base", base).out
    assert "every weight is the same" in told
    assert "rescue:" not in told


@pytest.mark.slow
def test_which_adapter_a_merged_model_holds(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out/right")
    wrapped(base, r=8).save_pretrained("out/other")
    wrapped(base).merge_and_unload().save_pretrained("out/merged")
    ran = lora_lint("--inspect", "out", "--base", base, "--output-format", "json")
    assert {h["directory"]: h["ok"] for h in ran.json["against"]["holds"]} == {"other": False, "right": True}


def test_what_is_there_is_not_overwritten(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out/checkpoint-7")
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep")
    ran = lora_lint("--inspect", "out", "--rescue", "mine")
    assert ran.exit == 2
    assert "mine is there already" in ran.err
    assert [f.name for f in Path("mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--rescue", "out", "--run", "x.py"), "--rescue OUT goes with --inspect DIR"),
        (("--inspect", ".", "--rank", "4"), "--rank N goes with --rescue OUT --base MODEL"),
        (("--inspect", ".", "--base", "nobody/nothing", "--rescue", "out"), "--base: nobody/nothing: no such folder"),
        (("--inspect", ".", "--rescue", "out"), "there is nothing to rescue it from"),
    ],
)
def test_wrong_command_lines(lora_lint: Inspect, argv: tuple[str, ...], said: str) -> None:
    ran = lora_lint(*argv)
    assert ran.exit == 2
    assert said in ran.err


def test_what_was_merged_in_half_precision_may_be_stored_in_full(lora_lint: Inspect, llama: Any) -> None:
    base = saved_base(llama, Path("base"), "bfloat16")
    wrapped(base, dtype="bfloat16").merge_and_unload().float().save_pretrained("merged")
    found = recovered(base)
    assert (found["ok"], found["rank"]) == (True, 4)


@pytest.mark.slow
def test_what_did_not_come_back_is_not_put_in_place(lora_lint: Inspect, base: Path) -> None:
    merged(base)
    ran = lora_lint("--inspect", "merged", "--base", base, "--rank", "1", "--rescue", "adapter")
    assert (ran.exit, Path("adapter").exists()) == (1, False)
    assert "Not rescued:" in ran.out


def test_of_several_adapters_those_that_are_not_taken_are_said(lora_lint: Inspect, base: Path) -> None:
    model = wrapped(base)
    for name in ("a", "b"):
        model.save_pretrained(f"out/{name}")
    Path("out/README.md").write_text("two adapters of one model\n")
    ran = lora_lint("--inspect", "out", "--rescue", "adapter", "--output-format", "json")
    assert ran.json["reason"].startswith("out itself holds no adapter: 2 are below it (out/a, out/b)")
    assert ran.json["rescued"]["text"].endswith("out/a; not taken: out/b")
