"""Saved files as people have them, and what `--inspect` says of them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.runner.conftest import Ran

Inspect = Callable[..., Ran]


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
