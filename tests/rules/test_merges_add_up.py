"""Whose model a loop saves: that of one adapter, or of all that were merged so far."""

from __future__ import annotations

import pytest

import lora_lint

LOOP = """\
from peft import PeftModel
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("gpt2")
for path in paths:
    model = PeftModel.from_pretrained(base, path)
    merged = model.merge_and_unload()
    merged.save_pretrained(f"{path}/merged")
"""
IN_A_FUNCTION = """\
from peft import PeftModel
from transformers import AutoModelForCausalLM


def merge(base, path):
    model = PeftModel.from_pretrained(base, path)
    merged = model.merge_and_unload()
    merged.save_pretrained(f"{path}/merged")
    return merged


model = AutoModelForCausalLM.from_pretrained("gpt2")
for path in paths:
    model = merge(model, path)
"""
ADDED = ["merges-add-up"]


def found(script: str) -> list[str]:
    findings = lora_lint.check_source(script, config=lora_lint.Config(preview=True))
    return [finding.name for finding in findings]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("", "", ADDED),
        ("path)\n    merged = model.merge", "path)\n    merged = model.base_model.merge", ADDED),
        ('merged.save_pretrained(f"{path}/merged")', 'merged.push_to_hub(f"me/{path}")', ADDED),
        ("merged", "base", []),  # the sum is what is handed on
        ('f"{path}/merged"', '"merged"', []),  # the last sum is what is left
        ("    merged.save_pretrained", "merged.save_pretrained", []),
        ("    model = Peft", '    base = AutoModelForCausalLM.from_pretrained("gpt2")\n    model = Peft', []),
        ("    model = Peft", "    base = fresh(base)\n    model = Peft", []),
    ],
)
def test_each_round_merges_into_the_model_of_the_round_before(old: str, new: str, names: list[str]) -> None:
    assert found(LOOP.replace(old, new) if old else LOOP) == names


def test_what_a_function_is_given_may_be_meant_to_change() -> None:
    assert found(IN_A_FUNCTION) == []


@pytest.mark.parametrize(
    ("then", "names"),
    [
        ("print(path, merged(**batch).loss)", ADDED),
        ("scores[path] = evaluate(merged)", ADDED),
        ("pass", []),  # the sum may be what is wanted
    ],
)
def test_each_round_runs_the_model_of_the_round_before(then: str, names: list[str]) -> None:
    asked = LOOP.replace('merged.save_pretrained(f"{path}/merged")', then)
    assert found(asked) == names
    assert (
        found(
            asked.replace("(base, path)", "(copy.deepcopy(base), path)").replace(
                "from peft", "import copy\nfrom peft", 1
            )
        )
        == []
    )
