"""The verdict from what a run left, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lora_lint
from lora_lint_runner.correcting import Corrected
from lora_lint_runner.verdict import judging
from lora_lint_runner.verdict.comparing import Site, compare
from lora_lint_runner.verdict.observed import Observed, Spot
from lora_lint_runner.verdict.untried import untried

SCRIPT = Path("/project/train.py")
WRITTEN = b"""\
import os
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
for batch in range(3):
    model(batch).loss.backward()
model.save_pretrained("out")
if os.path.exists("publish"):
    model.merge_and_unload().save_pretrained("merged")
"""
CORRECTED = WRITTEN.replace(b"    model.merge", b'    model.save_pretrained("merged-adapter")\n    model.merge')


def ran(**facts: Any) -> Observed:
    """A run of two steps that came to its end and left an adapter in `out`, or what is said of it instead."""
    found: dict[str, Any] = {
        "exit": 0, "seconds": 1.0, "peak": 0, "error": None, "reason": None, "where": None, "steps": 2, "events": [],
        "merged": [], "neutralised": [], "versions": {}, "landlock": False, "learned": None, "output": [], "gpus": [],
        "complaint": None, "processes": 1, "adapters": [adapter("out")],
    }  # fmt: skip
    return Observed(**{**found, **facts})


def adapter(directory: str, **facts: Any) -> dict[str, Any]:
    """A directory with a trained adapter."""
    found = {
        "directory": directory, "usable": True, "problems": [], "kinds": [], "checkpoint": False, "trained": True,
        "files": {"adapter_config.json": 1, "adapter_model.safetensors": 1},
    }  # fmt: skip
    return {**found, **facts}


def saved(row: int, place: str, **facts: Any) -> dict[str, Any]:
    """A save of an adapter that was seen."""
    files = {place: {"adapter_config.json": 1, "adapter_model.safetensors": 1}}
    return {"kind": "saved", "id": row, "filename": str(SCRIPT), "row": row, "column": 1, "files": files, **facts}


def here(filename: str, cell: int | None, row: int) -> tuple[str, int]:
    """A place of the script, which is executed as it stands."""
    return filename, row


def sites(text: bytes, saves: list[dict[str, Any]]) -> tuple[list[Site], dict[str, Any]]:
    trace = lora_lint.trace_source(text.decode(), str(SCRIPT))
    return compare(trace, saves, SCRIPT.parent, here), trace


def test_a_correction_that_did_not_run_is_not_confirmed_by_a_save_elsewhere() -> None:
    events = [saved(8, "out")]
    found, trace = sites(CORRECTED, events)
    assert [(s.row, s.verdict) for s in found] == [(8, "confirmed"), (10, "not reached"), (11, "not reached")]
    correction = Corrected({SCRIPT: CORRECTED}, {SCRIPT: WRITTEN}, [], [])
    left = untried(correction.changed(), trace, events, here)
    assert left == [Spot(str(SCRIPT), 10)]
    verdict = judging.judge(judging.Facts(ran(events=events), found, [], True, left))
    assert verdict.word == "inconclusive"
    assert verdict.reason.startswith("the correction at train.py:10 did not run, so nothing speaks for it")
    reached = [*events, saved(10, "merged-adapter")]
    assert untried(correction.changed(), trace, reached, here) == []


def test_what_became_of_a_temporary_directory_that_is_gone_is_not_seen() -> None:
    text = b"""\
import tempfile
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model(1).loss.backward()
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
"""
    events = [saved(8, "/tmp/tmpx", temporary=True)]
    found, _ = sites(text, events)
    verdict = judging.judge(judging.Facts(ran(events=events, adapters=[]), found, [], True))
    assert verdict.word == "inconclusive"
    assert verdict.reason.startswith("the temporary directory that the adapter was saved in (line 8) is gone")
    elsewhere = [saved(8, "out")]
    found, _ = sites(text, elsewhere)
    assert judging.judge(judging.Facts(ran(events=elsewhere, adapters=[]), found, [], True)).word == "failed"
