"""What is imported of a module that is not seen may be a switch: nobody knows how it is set."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import elsewhere
from elsewhere import MERGE, Merger, merge
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
for batch in elsewhere.batches():
    model(**batch).loss.backward()
if {test}:
    model = model.merge_and_unload()
model.save_pretrained("out")
"""


def found(test: str) -> list[tuple[str, str]]:
    return [(f.severity, f.message.partition(", when ")[2]) for f in check_source(SCRIPT.format(test=test))]


@pytest.mark.parametrize("test", ["MERGE", "merge", "elsewhere.merge", "elsewhere.options.merge", "MERGE is not None"])
def test_it_is_on_or_off(test: str) -> None:
    assert found(test) == [("warning", f"`{test}` is true")]


def test_it_is_off_where_it_is_not_on() -> None:
    assert found("not MERGE") == [("warning", "`not MERGE` is true")]
    assert found("MERGE and not MERGE") == []


@pytest.mark.parametrize("test", ["elsewhere", "Merger", "get_peft_model", "True"])
def test_modules_classes_and_what_is_known_are_true(test: str) -> None:
    assert found(test) == [("error", "")]
