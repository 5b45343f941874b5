"""`--inspect DIR`: what directories as people have them hold, what is wrong with them, and where the adapter is."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Ran
from .tiny import train, wrapped

Inspect = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[2]


def verdict(ran: Ran) -> tuple[int, str, str]:
    return ran.exit, ran.json["verdict"], ran.json["reason"]


def of(ran: Ran, directory: str = ".") -> dict[str, Any]:
    return next(h for h in ran.json["holdings"] if h["directory"] == directory)


def checkpoint(folder: Path, model: Any, step: int, best: str | None = None) -> None:
    """A checkpoint as a trainer leaves it."""
    model.save_pretrained(folder)
    (folder / "optimizer.pt").write_bytes(b"x")
    (folder / "trainer_state.json").write_text(json.dumps({"global_step": step, "best_model_checkpoint": best}))


def rewritten(file: Path, change: Callable[[dict[str, Any], bytearray], None]) -> None:
    """Changes header and bytes of a safetensors file."""
    whole = file.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header, data = json.loads(whole[8 : 8 + length]), bytearray(whole[8 + length :])
    change(header, data)
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


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


def test_an_adapter_that_was_not_trained_is_broken(lora_lint: Inspect, base: Path) -> None:
    wrapped(base, trained=False).save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "broken")
    assert of(ran)["adapter"]["problems"] == ["not trained: all 4 lora_B are zero, as at the start"]


def test_the_forty_bytes_of_an_emptied_wrapper(lora_lint: Inspect, base: Path) -> None:
    model = wrapped(base)
    model.merge_and_unload()
    model.save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert (Path("out") / "adapter_model.safetensors").stat().st_size == 40
    assert ran.exit == 1
    assert "holds no tensors (40 bytes): saved after merge_and_unload()" in ran.json["reason"]


def test_a_full_model_alone_has_no_adapter_and_says_how_to_get_it(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).merge_and_unload().save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert verdict(ran)[:2] == (1, "no adapter")
    assert [way["how"] for way in ran.json["ways"]] == ["subtract"]


def test_adapter_and_model_in_one_directory(lora_lint: Inspect, base: Path) -> None:
    model = wrapped(base)
    model.save_pretrained("out")
    model.merge_and_unload().save_pretrained("out")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 0
    assert of(ran)["holds"] == ["adapter", "full model"]
    assert any("it counts twice" in note for note in of(ran)["adapter"]["notes"])


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


@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        ("base_model.model._orig_mod.", "_orig_mod."),
        ("base_model.model.base_model.model.", "prefix base_model.model twice"),
        ("module.base_model.model.", "begin with module."),
    ],
)
def test_names_that_no_loader_looks_for(lora_lint: Inspect, base: Path, prefix: str, text: str) -> None:
    wrapped(base).save_pretrained("out")

    def rename(header: dict[str, Any], data: bytearray) -> None:
        for key in [k for k in header if k != "__metadata__"]:
            header[key.replace("base_model.model.", prefix, 1)] = header.pop(key)

    rewritten(Path("out/adapter_model.safetensors"), rename)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert text in ran.json["reason"]
    assert [way["how"] for way in ran.json["ways"]] == ["rename"]


@pytest.mark.parametrize("value", [b"\x00\x00\xc0\x7f", b"\x00\x00\x80\xff"])
def test_nan_and_infinity(lora_lint: Inspect, base: Path, value: bytes) -> None:
    wrapped(base).save_pretrained("out")

    def spoil(header: dict[str, Any], data: bytearray) -> None:
        data[400:404] = value

    rewritten(Path("out/adapter_model.safetensors"), spoil)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert "hold NaN or Inf" in ran.json["reason"]


def test_tensors_without_values(lora_lint: Inspect, base: Path) -> None:
    """As ranks of a sharded run save them."""
    wrapped(base).save_pretrained("out")

    def empty(header: dict[str, Any], data: bytearray) -> None:
        for key in [k for k in header if k != "__metadata__"]:
            header[key] |= {"shape": [0], "data_offsets": [0, 0]}
        data.clear()

    rewritten(Path("out/adapter_model.safetensors"), empty)
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert "8 of 8 tensors have no values (saved while sharded?)" in ran.json["reason"]


def test_weights_without_a_config_and_a_config_without_weights(lora_lint: Inspect, base: Path) -> None:
    for name, lost in (("weights", "adapter_config.json"), ("config", "adapter_model.safetensors")):
        wrapped(base).save_pretrained(name)
        (Path(name) / lost).unlink()
        ran = lora_lint("--inspect", name, "--output-format", "json")
        assert ran.exit == 1
        assert f"{lost} is missing" in ran.json["reason"]


def test_a_file_that_was_cut_off(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    file = Path("out/adapter_model.safetensors")
    file.write_bytes(file.read_bytes()[:-100])
    assert (
        "adapter_model.safetensors is cut off"
        in lora_lint("--inspect", "out", "--output-format", "json").json["reason"]
    )


def test_a_base_model_that_is_not_there(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    config = Path("out/adapter_config.json")
    config.write_text(config.read_text().replace(json.dumps(str(base)), '"/data/models/llama"'))
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert of(ran)["problems"] == [
        "its base model /data/models/llama is not here: adapter_config.json names a folder that does not exist"
    ]


def test_a_shard_that_is_missing(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).merge_and_unload().save_pretrained("out", max_shard_size="40KB")
    shards = sorted(Path("out").glob("model-*.safetensors"))
    shards[1].unlink()
    model = of(lora_lint("--inspect", "out", "--output-format", "json"))["model"]
    assert model["problems"] == [f"1 of {len(shards)} weight files are missing: {shards[1].name}"]


def test_a_state_dict_of_the_wrapped_model(lora_lint: Inspect, base: Path) -> None:
    from safetensors.torch import save_file

    Path("out").mkdir()
    save_file({k: v.contiguous() for k, v in wrapped(base).state_dict().items()}, "out/model.safetensors")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert "a state dict with 8 tensors of an adapter" in ran.json["reason"]


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


def test_a_download_that_was_not_finished(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    Path("out/adapter_model.safetensors").unlink()
    Path("out/adapter_model.safetensors").symlink_to("../blobs/0123")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert of(ran)["problems"] == ["adapter_model.safetensors is a link to nothing: a download that was not finished?"]


def test_what_is_not_there_is_a_usage_error(lora_lint: Inspect) -> None:
    ran = lora_lint("--inspect", "nowhere")
    assert (ran.exit, ran.err) == (
        2,
        "lora-lint: --inspect: nowhere: no such folder, and no such model in the hub's cache\n",
    )


def test_an_empty_directory_holds_nothing(lora_lint: Inspect) -> None:
    Path("out").mkdir()
    assert verdict(lora_lint("--inspect", "out", "--output-format", "json")) == (
        1,
        "no adapter",
        "out holds nothing of a model",
    )


def test_without_torch_headers_are_read_and_a_pickle_is_left_unchecked(base: Path, tmp_path: Path) -> None:
    """In an interpreter that has neither torch nor any other package."""
    wrapped(base).save_pretrained(tmp_path / "new")
    wrapped(base).save_pretrained(tmp_path / "old", safe_serialization=False)
    assert (tmp_path / "old" / "adapter_model.bin").exists()
    paths = os.pathsep.join(str(ROOT / part) for part in ("rules", "runner"))
    code = (
        f"import sys; sys.path[:0] = {paths.split(os.pathsep)!r}; from "
        "lora_lint_runner.command import main; sys.exit(main(sys.argv[1:]))"
    )
    bare = str(Path(sys.base_prefix) / "bin" / "python3")
    env = {"PATH": "/nowhere", "HOME": str(tmp_path)}

    def inspect(name: str) -> Any:
        argv = [bare, "-I", "-c", code, "--inspect", str(tmp_path / name), "--output-format", "json"]
        done = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
        return json.loads(done.stdout) if done.stdout else done.stderr

    assert inspect("new")["verdict"] == "usable"
    old = inspect("old")
    assert (old["verdict"], old["exit"]) == ("unchecked", 3)
    assert old["reason"].endswith("adapter_model.bin is a pickle, which needs torch to be read")


def test_a_pickle_is_read_where_there_is_torch(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("old", safe_serialization=False)
    assert lora_lint("--inspect", "old", "--output-format", "json").exit == 0
