"""Files that no library wrote, or that a disk or a download spoiled: each is told of, and costs no other its result."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from tests.runner.tiny import wrapped

from lora_lint_runner.child.verify import tensors

from .saved import Inspect, of, rewritten

FOUR = struct.pack("<f", 1.0)


def said(lora_lint: Inspect, folder: str = "out") -> str:
    ran = lora_lint("--inspect", folder, "--output-format", "json")
    assert ran.exit == 1
    return str(ran.json["reason"])


@pytest.mark.parametrize(
    ("row", "data", "text"),
    [
        ({"dtype": "F32", "shape": [1000], "data_offsets": [0, 4]}, FOUR, "is F32 of shape [1000], in 4 bytes"),
        ({"dtype": "F16", "shape": [2], "data_offsets": [0, 3]}, FOUR, "is F16 of shape [2], in 3 bytes"),
        ({"dtype": "Q7", "shape": [1], "data_offsets": [0, 4]}, FOUR, "a type that safetensors does not have: Q7"),
        ({"dtype": "F32", "shape": [-1], "data_offsets": [-4, 4]}, FOUR * 2, "are no whole numbers"),
        ({"dtype": "F32", "shape": "x", "data_offsets": [0, 4]}, FOUR, "are no whole numbers"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}, FOUR * 2, "does not begin where the tensor before"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, FOUR * 2, "has 4 bytes that belong to no tensor"),
        ([], FOUR, "is no safetensors file"),
    ],
    ids=["short", "odd bytes", "type", "negative", "text", "hole", "rest", "list"],
)
def test_a_header_that_contradicts_its_bytes(tmp_path: Path, row: Any, data: bytes, text: str) -> None:
    """Where safetensors itself refuses the file, so is it here."""
    import safetensors

    header = json.dumps({"a.lora_B.weight": row}).encode()
    file = tmp_path / "adapter_model.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header + data)
    with pytest.raises(tensors.Unreadable, match=text.replace("[", r"\[")):
        tensors.read(str(file))
    with pytest.raises(safetensors.SafetensorError), safetensors.safe_open(file, framework="pt"):
        pass


def test_what_is_nested_too_deeply_is_no_json(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    Path("out/adapter_config.json").write_text("[" * 200_000)
    assert "adapter_config.json is no JSON of use: it is nested too deeply" in said(lora_lint)
    header = b"[" * 200_000
    Path("out/adapter_model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    assert "adapter_model.safetensors is no safetensors file" in " ".join(
        of(lora_lint("--inspect", "out", "--output-format", "json"))["adapter"]["problems"]
    )


def test_a_config_that_is_a_list(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    Path("out/adapter_config.json").write_text("[1, 2]")
    assert "adapter_config.json holds no object, but a list" in said(lora_lint)


@pytest.mark.parametrize("name", [5, ["a"], "a/" * 5000, "a\0b"], ids=["number", "list", "too long", "nul"])
def test_a_name_of_a_base_that_is_none(lora_lint: Inspect, base: Path, name: Any) -> None:
    """The results of other directories are there all the same."""
    wrapped(base).save_pretrained("out")
    wrapped(base).save_pretrained("good")
    config = json.loads(Path("out/adapter_config.json").read_text())
    Path("out/adapter_config.json").write_text(json.dumps({**config, "base_model_name_or_path": name}))
    ran = lora_lint("--inspect", "good", "out", "--output-format", "json")
    assert ran.json[0]["verdict"] == "usable"
    assert "base model" in " ".join([*of_(ran.json[1])["problems"], *of_(ran.json[1])["notes"]])


def of_(found: dict[str, Any]) -> dict[str, Any]:
    holding: dict[str, Any] = found["holdings"][0]
    return holding


def test_settings_of_a_checkpoint_and_of_a_model_that_are_of_other_types(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out/checkpoint-1")
    Path("out/checkpoint-1/trainer_state.json").write_text('{"global_step": 1, "best_model_checkpoint": 5}')
    wrapped(base).merge_and_unload().save_pretrained("out")
    Path("out/config.json").write_text('{"architectures": 5}')
    ran = lora_lint("--inspect", "out", "--output-format", "json")
    assert of(ran)["model"]["architecture"] is None
    assert of(ran, "checkpoint-1")["step"] == 1


def test_a_pointer_of_git_lfs(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 8216\n"
    Path("out/adapter_model.safetensors").write_text(pointer)
    assert "is only a pointer of Git LFS, not the file itself: git lfs pull fetches it" in said(lora_lint)


def test_a_pickle_that_would_run_code_is_not_opened_and_nobody_is_told_to(lora_lint: Inspect, base: Path) -> None:
    import os

    import torch

    class Code:
        def __reduce__(self) -> Any:
            return os.mkdir, ("ran",)

    wrapped(base).save_pretrained("out", safe_serialization=False)
    torch.save({"x": Code()}, "out/adapter_model.bin")
    reason = said(lora_lint)
    assert "holds more than tensors (posix.mkdir): to open it would run code, so it was not opened" in reason
    assert "weights_only" not in reason
    assert not Path("ran").exists()
    Path("out/adapter_model.bin").write_bytes(b"hello")
    assert "adapter_model.bin is no file of tensors that torch can read" in said(lora_lint)


def test_what_a_terminal_would_obey_is_shown(lora_lint: Inspect, base: Path) -> None:
    wrapped(base).save_pretrained("out")

    def rename(header: dict[str, Any], data: bytearray) -> None:
        key = next(k for k in header if k != "__metadata__")
        header[key + "\x1b]0;t\x07"] = {**header.pop(key), "shape": [3]}

    rewritten(Path("out/adapter_model.safetensors"), rename)
    out = lora_lint("--inspect", "out").out
    assert "\x1b" not in out
    assert "\\x1b]0;t\\x07" in out
