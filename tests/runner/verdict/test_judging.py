"""The verdict from what a run left, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lora_lint
from lora_lint_runner.correcting import Corrected
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.report.table import remark_of, rows
from lora_lint_runner.verdict.agreeing import agree
from lora_lint_runner.verdict.comparing import Site, compare, raised, written_elsewhere
from lora_lint_runner.verdict.facts import Facts
from lora_lint_runner.verdict.judging import judge
from lora_lint_runner.verdict.observed import Caught, Lack, Observed, Spot
from lora_lint_runner.verdict.untried import untried
from lora_lint_runner.verdict.words import Verdict

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
        "notes": [], "files": {"adapter_config.json": 1, "adapter_model.safetensors": 1},
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
    verdict = judge(Facts(ran(events=events), found, [], True, left))
    assert verdict.word == "inconclusive"
    assert verdict.reason.startswith("the correction at train.py:10 did not run, so nothing speaks for it")
    reached = [*events, saved(10, "merged-adapter")]
    assert untried(correction.changed(), trace, reached, here) == []


def test_a_trained_adapter_is_proof_where_only_its_tensors_were_to_be_written() -> None:
    text = WRITTEN.replace(b'    model.merge_and_unload().save_pretrained("merged")\n', b"    pass\n")
    events = [saved(8, "out")]
    found = [site._replace(adapter=False) for site in sites(text, events)[0]]
    verdict = judge(Facts(ran(events=events, lacking=[Lack("rows are made up", True)]), found, [], True))
    assert verdict.word == "confirmed", verdict.reason


def test_an_adapter_that_is_proved_needs_no_prediction_of_its_save() -> None:
    text, events = WRITTEN.replace(b'"out"', b"place()"), [saved(8, "out")]
    found = [site._replace(predicted={}, verdict="inconclusive") for site in sites(text, events)[0]]
    verdict = judge(Facts(ran(events=events, lacking=[Lack("rows are made up", True)]), found, [], True))
    assert verdict.word == "confirmed", verdict.reason


def test_a_trained_adapter_in_a_checkpoint_is_proof_beside_weights_that_are_saved_as_predicted() -> None:
    text = WRITTEN.replace(b'    model.merge_and_unload().save_pretrained("merged")\n', b"    pass\n")
    found = [site._replace(adapter=False) for site in sites(text, [saved(8, "out")])[0]]
    events = [{"kind": "wrapped"}, {"kind": "trained", "model": None}, {"kind": "weights_saved"}]
    left = ran(events=events, adapters=[adapter("out/checkpoint-2", checkpoint=True)], lacking=[Lack("no rows", True)])
    assert judge(Facts(left, found, [], True)).word == "confirmed"
    assert judge(Facts(left._replace(adapters=[]), found, [], True)).word == "inconclusive"


def test_a_checkpoint_is_proof_where_what_stays_uncorrected_loses_no_adapter() -> None:
    text = WRITTEN.replace(b"gpt2", b"microsoft/Phi-3-mini-4k-instruct")
    text = text.replace(b"LoraConfig()", b'LoraConfig(target_modules=["q_proj", "o_proj"])')
    aside = [found for found in lora_lint.check_source(text.decode()) if found.code == "LL412"]
    losing = [aside[0]._replace(code="LL105")]
    events = [{"kind": "wrapped"}, {"kind": "trained", "model": None}]
    left = ran(events=events, adapters=[adapter("out/checkpoint-2", checkpoint=True)])
    assert judge(Facts(left, [], aside, True)).word == "confirmed"
    assert judge(Facts(left, [], losing, True)).word == "inconclusive"


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
    verdict = judge(Facts(ran(events=events, adapters=[]), found, [], True))
    assert verdict.word == "inconclusive"
    assert verdict.reason.startswith("the temporary directory that the adapter was saved in (line 8) is gone")
    elsewhere = [saved(8, "out")]
    found, _ = sites(text, elsewhere)
    assert judge(Facts(ran(events=elsewhere, adapters=[]), found, [], True)).word == "failed"


def test_saves_within_a_save_are_those_of_their_own_lines() -> None:
    """A trainer's `save_model` ends in a method of the script's own."""
    text = b"""\
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from peft import LoraConfig, get_peft_model

class Merging(Trainer):
    def _save(self, output_dir=None, state_dict=None):
        self.model.save_pretrained("adapter")
        self.model.merge_and_unload().save_pretrained(output_dir)

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
trainer = Merging(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows)
trainer.train()
trainer.save_model("final")
"""
    full = {"config.json": 1, "generation_config.json": 1, "model.safetensors": 1}
    inner = [
        {k: v for k, v in saved(6, "adapter").items() if k not in ("id", "kind")},
        {**{k: v for k, v in saved(7, "final").items() if k not in ("id", "kind")}, "files": {"final": full}},
    ]
    found, _ = sites(text, [saved(12, "final", calls=inner, files={"final": full})])
    assert [(s.row, s.verdict, list(s.observed)) for s in found] == [
        (6, "confirmed", ["adapter"]), (7, "confirmed", ["final"]),
    ]  # fmt: skip


def test_a_save_in_another_process_is_not_denied() -> None:
    found, _ = sites(WRITTEN, [])
    found = written_elsewhere(found, [adapter("out")])
    assert [(s.row, s.verdict) for s in found] == [(8, "inconclusive"), (10, "not reached")]
    verdict = judge(Facts(ran(steps=0), found, [], True))
    assert verdict.word == "inconclusive"
    assert verdict.reason.startswith("there is a trained adapter in out, but the save at line 8 is not proved")


def test_only_the_file_of_tensors_is_said_to_hold_them() -> None:
    files = {"adapter_config.json": 1, "adapter_model.safetensors": 1, "training_args.bin": 1}
    left = ran(adapters=[adapter("out", files=files, tensors=8, reloads=True, notes=[])])
    assert remark_of(left, "out/adapter_model.safetensors") == "8 tensors, trained, reloads"
    assert remark_of(left, "out/training_args.bin") == ""


def test_what_could_not_be_seen_is_not_counted_as_predicted() -> None:
    events = [saved(8, "out"), {"kind": "created", "filename": str(SCRIPT), "row": 5, "model": None}]
    lines = agree(lora_lint.trace_source(WRITTEN.decode(), str(SCRIPT)), events, here)
    assert [(line.kind, line.agrees) for line in lines] == [("saved", None), ("created", None)]
    made = {**events[1], "result_what": "plain", "result_kind": "plain GPT2LMHeadModel"}
    line = agree(lora_lint.trace_source(WRITTEN.decode(), str(SCRIPT)), [made], here)[0]
    assert (line.observed, line.agrees) == ("plain GPT2LMHeadModel", True)


def test_a_save_that_the_script_stopped_at_was_reached() -> None:
    found, _ = sites(WRITTEN, [])
    found = raised(found, Spot("train.py", 8), "TypeError: no argument of this name")
    assert [(s.row, s.verdict, s.why) for s in found] == [
        (8, "inconclusive", "TypeError: no argument of this name"), (10, "not reached", None),
    ]  # fmt: skip


def test_full_training_beside_an_adapter_has_lost_none() -> None:
    plain = {"kind": "plain GPT2LMHeadModel", "adapters": []}
    events = [{"kind": "wrapped"}, {"kind": "trained", "model": plain}, saved(8, "out")]
    found, _ = sites(WRITTEN, [events[-1]])
    verdict = judge(Facts(ran(events=events, adapters=[]), [s._replace(adapter=False) for s in found], [], True))
    assert verdict.word == "confirmed"
    assert verdict.reason == "every save wrote what was predicted"


def test_a_command_that_was_not_started_is_the_reason_that_is_said() -> None:
    found, _ = sites(WRITTEN, [])
    warned = "/site-packages/a.py:3: FutureWarning: it goes"
    left = ran(steps=0, adapters=[], output=["ready", warned], neutralised=["command pip install peft: not run"])
    verdict = judge(Facts(left, found, [], True))
    assert verdict.reason == "the script came to its end without a training step; its last line: ready"
    command = "command accelerate launch train.py: not run"
    verdict = judge(Facts(left._replace(neutralised=[command]), found, [], True))
    assert verdict.reason == f"the script leaves the training to another process, which is not started: {command}"


def test_what_a_script_has_caught_is_said_of_one_that_trained_nothing() -> None:
    """A save of its handler's, of what is not trained, is not what there is to say."""
    caught = Caught("ZeroDivisionError: division by zero", Spot(str(SCRIPT), 7))
    found, _ = sites(WRITTEN, [saved(20, "emergency")])
    left = ran(steps=0, adapters=[adapter("emergency", trained=False, usable=False)], output=["done"], caught=caught)
    assert judge(Facts(left, found, [], True)).reason == (
        "the script came to its end without a training step; "
        "it has caught, and gone on: train.py:7: ZeroDivisionError: division by zero; its last line: done"
    )


def test_what_was_wrong_as_written_is_said_beside_what_is_right_now() -> None:
    left = ran(adapters=[adapter("out", tensors=8, reloads=True, notes=[])])
    before = ran(adapters=[adapter("out", problems=["not trained: a copy"])])
    verdict = Verdict("confirmed", "the adapter files appear")
    outcome = Outcome.unrun(SCRIPT, verdict, "smoke")._replace(before=before, after=left)
    shown = {row.path: row.remark for row in rows(outcome)}
    assert shown["out/adapter_model.safetensors"] == "8 tensors, trained, reloads (as written: not trained: a copy)"
