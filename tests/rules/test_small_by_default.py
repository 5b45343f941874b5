"""Unsloth loads a model in 4-bit where a script asks for nothing else."""

from __future__ import annotations

import pytest

import lora_lint

MERGED = """\
from peft import PeftModel
from unsloth import {cls}

model, tokenizer = {cls}.from_pretrained("unsloth/Llama-3.2-1B"{asked})
model = PeftModel.from_pretrained(model, "adapter").merge_and_unload()
model.save_pretrained("merged")
"""
SMALL, FULL = ["merge-into-quantized"], []


def found(asked: str, cls: str = "FastLanguageModel") -> list[str]:
    return [finding.name for finding in lora_lint.check_source(MERGED.format(asked=asked, cls=cls))]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", SMALL),
        (", max_seq_length=2048", SMALL),
        (", load_in_8bit=False", SMALL),
        (", load_in_4bit=False", FULL),
        (", 2048, None, False", FULL),
        (", load_in_16bit=True", FULL),
        (", full_finetuning=True", FULL),
        (", full_finetuning=everything", FULL),
        (", **settings", FULL),
    ],
)
def test_what_is_asked_for_decides(asked: str, names: list[str]) -> None:
    assert found(asked) == names


def test_sentence_transformers_are_loaded_as_they_are() -> None:
    assert found("", "FastVisionModel") == SMALL
    assert found("", "FastSentenceTransformer") == FULL


@pytest.mark.parametrize("asked", ["", ", load_in_4bit=True", ", 2048, None, True"])
def test_the_fix_asks_for_full_precision(asked: str) -> None:
    script = MERGED.format(asked=asked, cls="FastLanguageModel")
    fixed = lora_lint.fix_source(script, "merge.py", lora_lint.Config(), unsafe=True).text
    assert lora_lint.check_source(fixed) == []
    assert "False" in fixed.splitlines()[3]
