"""A checkpoint to go on from: which trainings look for it."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import os

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

last = get_last_checkpoint("out") if os.path.isdir("out") else None
base = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
model = get_peft_model(base, LoraConfig())
args = TrainingArguments("out", resume_from_checkpoint=last)
trainer = Trainer(model, args, train_dataset=rows)
trainer.train()
"""
SETTING = "resume_from_checkpoint=last"
TRAIN = "trainer.train()"
OWN = """\
class Mine(Trainer):
    def _inner_training_loop(self, *given, **options):
        options.setdefault("resume_from_checkpoint", self.args.resume_from_checkpoint)
        return super()._inner_training_loop(*given, **options)


"""


def found(*changes: tuple[str, str]) -> list[str]:
    text = SCRIPT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [f.name for f in lora_lint.check_source(text, config=lora_lint.Config(preview=True))]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="the last one"),
        pytest.param([(SETTING, "resume_from_checkpoint=True")], id="whichever is the last"),
        pytest.param([(SETTING, 'resume_from_checkpoint="out/checkpoint-500"')], id="by name"),
        pytest.param([(SETTING, "**{'resume_from_checkpoint': last}")], id="among others"),
        pytest.param([(f", {SETTING}", ""), (TRAIN, f"args.resume_from_checkpoint = last\n{TRAIN}")], id="set later"),
        pytest.param([(TRAIN, f"if last:\n    print('goes on')\n{TRAIN}")], id="asked for, and not given"),
        pytest.param(
            [("trainer = Trainer(", "class Mine(Trainer):\n    pass\n\n\ntrainer = Mine(")], id="a class of its own"
        ),
    ],
)
def test_no_trainer_reads_its_arguments_for_it(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == ["checkpoint-not-resumed"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(TRAIN, "trainer.train(resume_from_checkpoint=last)")], id="given"),
        pytest.param([(TRAIN, "trainer.train(last)")], id="given without its name"),
        pytest.param([(TRAIN, "trainer.train(**options)")], id="given with others, perhaps"),
        pytest.param([(TRAIN, f"if last:\n    trainer.train(last)\nelse:\n    {TRAIN}")], id="where there is one"),
        pytest.param(
            [(TRAIN, f"if last is not None:\n    trainer.train(last)\nelse:\n    {TRAIN}")], id="where it is not None"
        ),
        pytest.param([(SETTING, "resume_from_checkpoint=None")], id="none is asked for"),
        pytest.param([(f", {SETTING}", "")], id="not set"),
        pytest.param([(TRAIN, f"trainer._load_from_checkpoint(last)\n{TRAIN}")], id="the trainer is told to load it"),
        pytest.param(
            [("get_peft_model(base, LoraConfig())", 'PeftModel.from_pretrained(base, "out", is_trainable=True)')],
            id="the adapter was loaded",
        ),
        pytest.param(
            [("args = ", 'set_peft_model_state_dict(model, torch.load("adapter.pt"))\nargs = ')],
            id="its weights were put in",
        ),
        pytest.param([("model = get_peft_model(base, LoraConfig())", "model = base")], id="no adapter"),
        pytest.param([("trainer = Trainer(", f"{OWN}trainer = Mine(")], id="a class of its own reads it"),
    ],
)
def test_it_is_given_or_not_wanted(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == []


def test_the_fix_passes_on_what_was_asked_for() -> None:
    fixed = lora_lint.fix_source(SCRIPT, "x.py", lora_lint.Config(preview=True), unsafe=True).text
    assert "trainer.train(resume_from_checkpoint=trainer.args.resume_from_checkpoint)" in fixed
    assert found((TRAIN, "Trainer(model, args).train()")) == ["checkpoint-not-resumed"]
    nameless = SCRIPT.replace(TRAIN, "Trainer(model, args).train()")
    assert lora_lint.fix_source(nameless, "x.py", lora_lint.Config(preview=True), unsafe=True).text == nameless


LAST = """\
import os
import sys
import tempfile
import time
import uuid
from datetime import date, datetime
from pathlib import Path

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

{before}
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
trainer = Trainer(model, TrainingArguments({place}), train_dataset=rows)
{train}
model.save_pretrained("out")
"""
NEW = 'f"runs/{datetime.now():%Y%m%d-%H%M%S}"'
ASKED = "trainer.train(resume_from_checkpoint=True)"


def found_in(place: str = NEW, train: str = ASKED, before: str = "") -> list[str]:
    text = LAST.format(place=place, train=train, before=before)
    return [f.name for f in lora_lint.check_source(text, config=lora_lint.Config(preview=True))]


@pytest.mark.parametrize(
    "place",
    [
        NEW,
        'f"runs/{datetime.now()}"',
        'os.path.join("runs", datetime.now().strftime("%d-%m_%H-%M"))',
        '"runs/" + time.strftime("%Y%m%d_%H%M%S")',
        '"runs/" + time.strftime("%Y%m%d_%H%M%S", time.localtime())',
        'f"runs/{int(time.time())}/checkpoints"',
        'str(Path("runs") / uuid.uuid4().hex[:8])',
        'f"runs/{uuid.uuid4()}"',
        "tempfile.mkdtemp()",
    ],
)
def test_in_a_directory_of_its_own_a_run_finds_no_checkpoint(place: str) -> None:
    assert found_in(place) == ["checkpoint-not-resumed"]


@pytest.mark.parametrize(
    ("place", "train", "before"),
    [
        pytest.param('"out"', ASKED, "", id="one that stays"),
        pytest.param('f"runs/{datetime.now():%Y%m%d}"', ASKED, "", id="one a day"),
        pytest.param('"runs/" + time.strftime("%Y%m%d", time.localtime())', ASKED, "", id="one a day, too"),
        pytest.param('f"runs/{date.today()}"', ASKED, "", id="and so"),
        pytest.param('f"runs/{str(datetime.now())[:10]}"', ASKED, "", id="and so, cut off"),
        pytest.param("sys.argv[1]", ASKED, "", id="that of an argument"),
        pytest.param('os.environ.get("RUN") or ' + NEW, ASKED, "", id="that of the environment, if there is one"),
        pytest.param("latest(datetime.now())", ASKED, "", id="one that is looked for"),
        pytest.param(NEW, "trainer.train(resume_from_checkpoint=last)", "", id="a checkpoint that is named"),
        pytest.param(NEW, "trainer.train(resume_from_checkpoint=False)", "", id="none is asked for"),
        pytest.param(NEW, f"trainer.train()\n{ASKED}", "", id="trained there before"),
        pytest.param(
            NEW, f"try:\n    {ASKED}\nexcept ValueError:\n    trainer.train()", "", id="ready for there being none"
        ),
        pytest.param(
            "run", ASKED, f'import shutil\nrun = {NEW}\nshutil.copytree("runs/best", run)', id="brought from elsewhere"
        ),
    ],
)
def test_where_there_may_be_one_it_is_looked_for(place: str, train: str, before: str) -> None:
    assert found_in(place, train, before) == []


def test_a_time_is_in_a_path_what_its_form_tells() -> None:
    saved = "model.save_pretrained({place})\nmodel = model.merge_and_unload()\nmodel.save_pretrained({place})"
    for place, names in (('f"out/{datetime.now():%Y}"', ["merged-into-adapter-dir"]), (NEW, [])):
        assert found_in('"runs"', "trainer.train()\n" + saved.replace("{place}", place)) == names
