"""`--inspect DIR --rescue OUT`: the adapter, brought to a directory of its own: copied from a checkpoint, its tensors
renamed, or recovered from a merged model. What is written is looked at before it is put in place."""

from __future__ import annotations

import json
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lora_lint_runner.box.hub_cache import base_folder
from lora_lint_runner.child.verify import adapter, holding, naming
from lora_lint_runner.child.verify.json_file import read_object
from lora_lint_runner.inspection.asking import ask
from lora_lint_runner.inspection.concluding import Way
from lora_lint_runner.inspection.found import Inspection
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.processes import interpreter


def rescue(found: Inspection, options: Options) -> dict[str, Any]:
    """Writes the adapter to `--rescue OUT`; says how, and whether it holds. Raises UsageError, also where there is no
    way."""
    out = options.rescue
    assert out is not None
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"--rescue: {out} is there already, and is not empty; name a new directory")
    how = "subtract" if options.base is not None else None
    way = next((w for w in found.conclusion.ways if how is None and w.how in ("copy", "rename")), None)
    if how is None and way is None:
        raise UsageError(_no_way(found))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as part:
            target = Path(part) / "adapter"
            target.mkdir()
            told = (
                _subtract(found, options, target)
                if way is None
                else WAYS[way.how](found.root / way.directory, target, way)
            )
            if not told.get("written", True):
                return told
            if others := [w.directory for w in found.conclusion.ways if w.how == "copy" and w not in (way, None)]:
                told["text"] += f"; not taken: {', '.join(str(found.root / other) for other in others)}"
            looked = holding.hold(str(target), ".")["adapter"] or {"problems": ["nothing was written"], "tensors": 0}
            told |= {"problems": looked["problems"], "tensors": looked["tensors"]}
            told["ok"] = not looked["problems"] and told.get("ok", True)
            if not told["ok"]:
                return {**told, "written": False}
            told["directory"] = str(out)
            if out.exists():
                out.rmdir()
            shutil.move(str(target), str(out))
    except OSError as error:
        raise UsageError(f"--rescue: {error.filename or out}: {error.strerror}") from None
    return told


def _no_way(found: Inspection) -> str:
    if found.conclusion.word == "usable":
        return f"--rescue: {found.conclusion.reason}: there is nothing to rescue"
    if any(way.how == "subtract" for way in found.conclusion.ways):
        return (
            f"--rescue: {found.conclusion.reason}; name the base with "
            "--base MODEL, and the adapter is recovered by subtracting it"
        )
    return f"--rescue: {found.conclusion.reason}: there is nothing to rescue it from"


def _copy(source: Path, target: Path, way: Way) -> dict[str, Any]:
    for name in (adapter.CONFIG, *adapter.WEIGHTS, holding.OF_A_PIPELINE, "README.md"):
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    return {"how": "copy", "from": str(source), "text": f"copied from {source}"}


def _rename(source: Path, target: Path, way: Way) -> dict[str, Any]:
    weights = adapter.WEIGHTS[0]
    if not (source / weights).is_file():
        raise UsageError(
            f"--rescue: the tensors of {source / adapter.WEIGHTS[1]} are pickled; only those of {weights} are renamed"
        )
    shutil.copyfile(source / adapter.CONFIG, target / adapter.CONFIG)
    count = renamed(source / weights, target / weights, read_object(str(source / adapter.CONFIG)))
    return {"how": "rename", "from": str(source), "text": f"{count} tensors renamed, from {source}"}


def renamed(source: Path, target: Path, config: Mapping[str, Any]) -> int:
    """Writes a safetensors file with the names that a loader looks for; how many were changed."""
    with source.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        rows = json.loads(file.read(length))
        new = {(key if key == "__metadata__" else naming.right_name(key, config)): row for key, row in rows.items()}
        header = json.dumps(new, separators=(",", ":")).encode()
        header += b" " * (-len(header) % 8)
        with target.open("wb") as out:
            out.write(struct.pack("<Q", len(header)) + header)
            shutil.copyfileobj(file, out)
    return sum(1 for key in rows if key not in new)


def _subtract(found: Inspection, options: Options, target: Path) -> dict[str, Any]:
    assert options.base is not None
    held = next((h for h in found.holdings if h["model"] is not None and not h["model"]["problems"]), None)
    if held is None:
        raise UsageError(f"--rescue: {found.shown} holds no full model that {options.base} could be subtracted from")
    python = interpreter.choose(options.python, found.root)
    merged = found.root / held["directory"]
    asked = {
        "merged": str(merged),
        "base": str(base_folder(options.base)),
        "base_name": options.base,
        "out": str(target),
        "rank": options.rank,
    }
    told = ask(python, "rescue", asked)
    if "error" in told:
        return {"how": "subtract", "from": str(merged), "ok": False, "written": False, "text": told["error"]}
    modules = f"{told['modules']} modules ({', '.join(told['target_modules'][:6])}), rank {told['rank']}"
    also = f"; {', '.join(told['modules_to_save'])} in full" if told["modules_to_save"] else ""
    base = (
        f"base and adapter, merged again, are {os.path.basename(merged)} to "
        f"within {told['steps']:.1f} roundings of {', '.join(told['types'])}"
    )
    if not told["ok"]:
        base = (
            "base and adapter, merged again, are NOT the merged model: "
            f"{told['worst']} is {told['steps']:.1f} roundings off"
        )
    return {"how": "subtract", "from": str(merged), **told, "text": f"merged minus base: {modules}{also}; {base}"}


WAYS: dict[str, Callable[[Path, Path, Way], dict[str, Any]]] = {"copy": _copy, "rename": _rename}
