"""The whole state dict of a PeftModel, kept in a file by the script and put into a model that may lack its keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.pinned import told

from lora_lint import check_source

SCRIPT = """\
import sys
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step, batch in enumerate(batches()):
    model(**batch).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if step % 100 == 0:
        torch.save({"model": model.state_dict(), "step": step}, "last.pt")
{LOAD}
print(evaluate(again))
"""
PLAIN = 'again = AutoModelForCausalLM.from_pretrained("gpt2")\n'


def found(load: str) -> list[str]:
    return [finding.code for finding in check_source(SCRIPT.replace("{LOAD}", load)) if finding.code == "LL505"]


def test_what_is_saved_now_and_then_comes_to_nothing_in_a_plain_model() -> None:
    assert found(PLAIN + 'again.load_state_dict(torch.load("last.pt")["model"], strict=False)') == ["LL505"]


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(
            "again = get_peft_model(AutoModelForCausalLM.from_pretrained('gpt2'), LoraConfig(task_type='CAUSAL_LM'))\n"
            'again.load_state_dict(torch.load("last.pt")["model"], strict=False)',
            id="wrapped first",
        ),
        pytest.param(
            PLAIN + "try:\n"
            '    again.load_state_dict(torch.load("last.pt")["model"])\n'
            "except RuntimeError:\n"
            "    again = model",
            id="that raises, and the script is ready for it",
        ),
        pytest.param(
            PLAIN + 'again.load_state_dict(torch.load(sys.argv[1])["model"], strict=False)', id="of another file"
        ),
        pytest.param(
            PLAIN + 'state = torch.load("last.pt")["model"]\n'
            'state = {key.removeprefix("base_model.model."): value for key, value in state.items()}\n'
            "again.load_state_dict(state, strict=False)",
            id="with other keys",
        ),
    ],
)
def test_what_has_its_keys_or_may_have_them_is_passed_over(load: str) -> None:
    assert found(load) == []


PICKED = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def fresh():
    base = AutoModelForCausalLM.from_pretrained("gpt2")
    return get_peft_model(base, LoraConfig(task_type="CAUSAL_LM"))


model = fresh()
around = {AROUND}
for batch in batches():
    around(**batch).loss.backward()
torch.save({PICK}, "lora.pt")
again = {AGAIN}
again.load_state_dict(torch.load("lora.pt"), strict=False)
print(evaluate(again))
"""
LORA_ONLY = '{k: v.cpu() for k, v in around.state_dict().items() if "lora_" in k}'


def picked(around: str, pick: str, again: str) -> list[str]:
    text = PICKED.replace("{AROUND}", around).replace("{PICK}", pick).replace("{AGAIN}", again)
    return [finding.code for finding in check_source(text) if finding.code == "LL505"]


@pytest.mark.parametrize(
    ("around", "again"),
    [
        ("torch.compile(model)", "fresh()"),
        ("torch.nn.DataParallel(model)", "fresh()"),
        ("torch.nn.DataParallel(model)", "torch.compile(fresh())"),
        ("model", "AutoModelForCausalLM.from_pretrained('gpt2')"),
    ],
)
def test_tensors_picked_out_of_a_wrapper_have_its_name_before_their_keys(around: str, again: str) -> None:
    assert picked(around, LORA_ONLY, again) == ["LL505"]


@pytest.mark.parametrize(
    ("around", "pick", "again"),
    [
        pytest.param("torch.compile(model)", LORA_ONLY, "torch.compile(fresh())", id="the same around both"),
        pytest.param(
            "torch.compile(model)",
            LORA_ONLY.replace("{k:", '{k.removeprefix("_orig_mod."):'),
            "fresh()",
            id="the name is taken out",
        ),
        pytest.param(
            "torch.compile(model)",
            LORA_ONLY.replace("{k:", "{rename(k):"),
            "fresh()",
            id="other keys, of which nothing is known",
        ),
        pytest.param(
            "torch.compile(model)", LORA_ONLY.replace("around.state", "model.state"), "fresh()", id="of what is inside"
        ),
        pytest.param(
            "torch.compile(model)", LORA_ONLY.replace("v.cpu()", "averaged(v)"), "fresh()", id="computed anew"
        ),
    ],
)
def test_tensors_that_have_its_keys_or_may_have_them_are_passed_over(around: str, pick: str, again: str) -> None:
    assert picked(around, pick, again) == []


WRITER = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
for batch in batches():
    model(**batch).loss.backward()
torch.save({name: p for name, p in model.named_parameters() if p.requires_grad}, f"{out()}/tuned.pt")
"""
READER = """\
import torch
from peft import LoraConfig, get_peft_model

model = get_peft_model(base(), LoraConfig(task_type="CAUSAL_LM"))
model.load_state_dict(torch.load(r"D:\\runs\\tuned.pt"), strict=False)
"""


@pytest.mark.parametrize(
    ("reader", "lost"),
    [
        ("print('nothing')\n", True),
        (READER.replace("tuned.pt", "other.pt"), True),
        (READER.replace("model.load_state_dict", "print"), True),
        (READER, False),
    ],
)
def test_what_another_script_of_the_project_puts_back_is_a_checkpoint(tmp_path: Path, reader: str, lost: bool) -> None:
    assert told(tmp_path, WRITER, **{"chat.py": reader}) == (["state-dict-only"] if lost else [])
