"""`functools.reduce` over adapters: from the second on, the function is given what it has made of the first."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import functools
import sys
from peft import PeftModel
from transformers import AutoModelForCausalLM


def put_on(model, path):
    {body}


model = functools.reduce(put_on, {paths}, AutoModelForCausalLM.from_pretrained("facebook/opt-350m"))
{then}
"""
NESTED = "return PeftModel.from_pretrained(model, path)"
MERGED = "return PeftModel.from_pretrained(model, path).merge_and_unload()"
ONTO_IT = """\
if isinstance(model, PeftModel):
        model.load_adapter(path, adapter_name=path)
        return model
    return PeftModel.from_pretrained(model, path, adapter_name=path)"""


def found(body: str, paths: str = "sys.argv[1:]", then: str = "") -> list[tuple[str, str]]:
    script = SCRIPT.format(body=body, paths=paths, then=then)
    return [(finding.name, finding.severity) for finding in lora_lint.check_source(script)]


@pytest.mark.parametrize("paths", ["sys.argv[1:]", '["first", "second"]', "open('paths.txt')"])
def test_the_second_adapter_goes_around_the_first(paths: str) -> None:
    assert found(NESTED, paths) == [("wrapped-twice", "warning")]


@pytest.mark.parametrize("body", [MERGED, ONTO_IT])
def test_the_second_adapter_goes_onto_a_plain_model_or_beside_the_first(body: str) -> None:
    assert found(body, then='model.save_pretrained("out")') == []


def test_one_adapter() -> None:
    assert found(NESTED, '["only"]') == []


def test_what_is_done_to_the_model_afterwards_counts_however_many_there_are() -> None:
    then = 'model.merge_and_unload()\nmodel.save_pretrained("out")'
    assert found(ONTO_IT, then=then) == [("merge-result-discarded", "error")]
