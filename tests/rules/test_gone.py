"""What peft has removed: told where the project may run with a release that lacks it."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint

INT8 = """\
from peft import LoraConfig, get_peft_model, prepare_model_for_int8_training
from transformers import AutoModelForCausalLM

model = prepare_model_for_int8_training(AutoModelForCausalLM.from_pretrained("gpt2"))
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
"""
READY = """\
try:
    from peft import prepare_model_for_kbit_training as prepare
except ImportError:
    from peft import prepare_model_for_int8_training as prepare
"""
BOTH = """\
import peft
from packaging import version

if version.parse(peft.__version__) < version.parse("0.4"):
    from peft import prepare_model_for_int8_training as prepare
else:
    from peft import prepare_model_for_kbit_training as prepare
"""
REST = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(prepare(AutoModelForCausalLM.from_pretrained("gpt2")), LoraConfig(task_type="CAUSAL_LM"))
"""
PREVIEW = lora_lint.Config(preview=True)


def found(folder: Path, requirements: str, script: str) -> list[tuple[str, str]]:
    (folder / "requirements.txt").write_text(requirements)
    (folder / "train.py").write_text(script)
    findings = lora_lint.check_paths([folder], config=PREVIEW).findings
    return [(finding.severity, finding.message) for finding in findings if finding.code == "LL507"]


@pytest.mark.parametrize(
    ("requirements", "severity"),
    [("torch\n", "warning"), ("peft\n", "warning"), ("peft>=0.3\n", "warning"), ("peft==0.12.0\n", "error")],
)
def test_a_release_that_lacks_it_may_be_installed(tmp_path: Path, requirements: str, severity: str) -> None:
    assert [told for told, _ in found(tmp_path, requirements, INT8)] == [severity]


@pytest.mark.parametrize(
    "requirements", ["peft==0.9.0\n", "peft<0.10\n", "peft @ git+https://github.com/a/peft@1a2b\n"]
)
def test_a_release_that_has_it_is_asked_for(tmp_path: Path, requirements: str) -> None:
    assert found(tmp_path, requirements, INT8) == []


@pytest.mark.parametrize("head", [READY, BOTH])
def test_a_script_that_asks_is_ready_for_both(tmp_path: Path, head: str) -> None:
    assert found(tmp_path, "peft\n", head + REST) == []


def test_keywords_and_classes_go_as_well(tmp_path: Path) -> None:
    keyword = INT8.replace(", prepare_model_for_int8_training", "").replace("prepare_model_for_int8_training", "")
    keyword = keyword.replace('task_type="CAUSAL_LM"', "enable_lora=None")
    [(severity, message)] = found(tmp_path, "peft==0.3.0\n", keyword)
    assert (severity, message.partition(": peft 0.3 ")[2][:36]) == ("error", "and newer have no LoraConfig(enable_")
    assert found(tmp_path, "peft==0.2.0\n", keyword) == []
    assert (
        len(found(tmp_path, "peft\n", "from peft import BoneConfig, get_peft_model\n" + REST.replace("prepare", "")))
        == 1
    )


ADAPTIVE = """\
from peft import AdaLoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

config = AdaLoraConfig(task_type="CAUSAL_LM"{more})
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
"""


@pytest.mark.parametrize(
    ("requirements", "more", "told"),
    [
        ("peft\n", "", True),
        ("peft>=0.6.2\n", ", init_r=12", True),
        ("peft<0.15\n", "", False),
        ("peft\n", ", total_step=900", False),
        ("peft\n", ", **options()", False),
    ],
)
def test_a_keyword_is_asked_for_that_was_not(tmp_path: Path, requirements: str, more: str, *, told: bool) -> None:
    """Executed with peft 0.21.2: AdaLoraConfig without total_step raises; read in the wheels, it does from 0.15 on."""
    assert bool(found(tmp_path, requirements, ADAPTIVE.format(more=more))) is told


RESUMED = """\
import torch
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from transformers import AutoModelForCausalLM


class Run:
    pass


run = Run()
run.model = model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
{line}
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('model = set_peft_model_state_dict(model, torch.load("a.bin"))', True),
        ('run.model = set_peft_model_state_dict(run.model, torch.load("a.bin"))', True),
        ('set_peft_model_state_dict(model, torch.load("a.bin"))', False),
        ('unmatched = set_peft_model_state_dict(model, torch.load("a.bin"))', False),
        ('model, unmatched = model, set_peft_model_state_dict(model, torch.load("a.bin"))', False),
    ],
)
def test_what_a_call_gives_is_the_model_no_more(tmp_path: Path, line: str, *, told: bool) -> None:
    script = RESUMED.format(line=line)
    assert bool(found(tmp_path, "peft\n", script)) is told
    assert found(tmp_path, "peft<0.3\n", script) == []
    alone = line.partition(" = ")[2] if told else line
    fixed = lora_lint.fix_source(script, "train.py", PREVIEW, select=lambda finding: finding.code == "LL507")
    assert fixed.text == RESUMED.format(line=alone)


def test_the_new_name_is_written_wherever_the_old_one_was() -> None:
    fixed = lora_lint.fix_source(INT8, "train.py", PREVIEW).text
    assert fixed == INT8.replace("int8", "kbit")
    alias = INT8.replace("int8_training\n", "int8_training as prepare\n").replace(
        "prepare_model_for_int8_training(", "prepare("
    )
    assert lora_lint.fix_source(alias, "train.py", PREVIEW).text == alias.replace("int8", "kbit")
