"""`--inspect DIR`: saved adapters and models that cannot be used as they are, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import wrapped

from .saved import Inspect, of, rewritten, verdict


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
    """The adapter itself is whole: it can be loaded onto a base that is named by hand."""
    wrapped(base).save_pretrained("out")
    config = Path("out/adapter_config.json")
    config.write_text(config.read_text().replace(json.dumps(str(base)), '"/data/models/llama"'))
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 0
    assert of(ran)["notes"] == [
        "its base model /data/models/llama is not here: adapter_config.json names a folder that does not exist"
    ]


def test_a_shard_that_is_missing(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).merge_and_unload().save_pretrained("out", max_shard_size="40KB")
    shards = sorted(Path("out").glob("model-*.safetensors"))
    shards[1].unlink()
    model = of(lora_lint("--inspect", "out", "--output-format", "json"))["model"]
    assert model["problems"] == [f"1 of {len(shards)} weight files are missing: {shards[1].name}"]


def test_a_download_that_was_not_finished(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    Path("out/adapter_model.safetensors").unlink()
    Path("out/adapter_model.safetensors").symlink_to("../blobs/0123")
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert ran.exit == 1
    assert of(ran)["problems"] == ["adapter_model.safetensors is a link to nothing: a download that was not finished?"]
    Path("cache/other").mkdir(parents=True)
    Path("cache/other/adapter_config.json").symlink_to("../blobs/4567")
    found = lora_lint("--inspect", "cache", "--output-format", "json").json["holdings"]
    assert [(h["directory"], len(h["problems"])) for h in found] == [(".", 0), ("other", 1)]
