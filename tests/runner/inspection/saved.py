"""Saved files as people have them, and what `--inspect` says of them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.runner.conftest import Ran

Inspect = Callable[..., Ran]
FILE = Path("out/adapter_model.safetensors")


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


def changed(tensors: Callable[[dict[str, Any]], dict[str, Any]] = dict, **config: Any) -> None:
    """The adapter in out/, with other tensors or settings."""
    from safetensors.torch import load_file, save_file

    save_file(tensors(load_file(FILE)), FILE)
    place = FILE.with_name("adapter_config.json")
    place.write_text(json.dumps({**json.loads(place.read_text()), **config}))


def loads(base: Path) -> bool:
    """Does PEFT load it?"""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    try:
        PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "out")
    except (RuntimeError, ValueError, KeyError):
        return False
    return True
