"""A loaded adapter that is taken off again: by mistake, or because the base model is what is wanted."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import sys
from peft import AutoPeftModelForCausalLM, PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

model = AutoPeftModelForCausalLM.from_pretrained(sys.argv[1])
full = model.unload()
full.save_pretrained(sys.argv[2])
"""
CHOSEN = """\
import sys
from peft import AutoPeftModelForCausalLM

FORMS = {"adapter": lambda model: model, "full": lambda model: model.unload()}
model = AutoPeftModelForCausalLM.from_pretrained(sys.argv[1])
FORMS[sys.argv[2]](model).save_pretrained(sys.argv[3])
"""
LOADED = "AutoPeftModelForCausalLM.from_pretrained(sys.argv[1])"
ONTO = "PeftModel.from_pretrained({}.from_pretrained(sys.argv[3]), sys.argv[1])"


def found(script: str) -> list[tuple[str, int]]:
    findings = lora_lint.check_source(script, config=lora_lint.Config(preview=True))
    return [(finding.name, finding.location.row) for finding in findings]


@pytest.mark.parametrize(
    ("script", "row"),
    [
        pytest.param(SCRIPT, 6, id="with its base model"),
        pytest.param(SCRIPT.replace(LOADED, ONTO.format("AutoModelForCausalLM")), 6, id="onto a model"),
        pytest.param(SCRIPT.replace("full.save", "full.half().save"), 6, id="in another number format"),
        pytest.param(CHOSEN, 4, id="out of a table of forms"),
    ],
)
def test_what_is_saved_is_the_base_model(script: str, row: int) -> None:
    assert found(script) == [("unload-instead-of-merge", row)]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(SCRIPT.replace("model.unload", "model.merge_and_unload"), id="merged"),
        pytest.param(SCRIPT.replace("full", "backbone"), id="by its name"),
        pytest.param(SCRIPT.replace("sys.argv[2]", '"exports/original"'), id="by its place"),
        pytest.param(SCRIPT.replace("full = ", "model.merge_adapter()\nfull = "), id="merged in place before"),
        pytest.param(SCRIPT.replace("full = ", 'model.save_pretrained("lora")\nfull = '), id="both parts are saved"),
        pytest.param(SCRIPT.replace("full = ", "model.resize_token_embeddings(1000)\nfull = "), id="changed"),
        pytest.param(
            SCRIPT + "again = load(sys.argv[1]).merge_and_unload()\nagain.save_pretrained(sys.argv[4])\n",
            id="each by itself",
        ),
        pytest.param(
            SCRIPT.replace(LOADED, ONTO.format("AutoModelForSequenceClassification")), id="with the adapter's head"
        ),
        pytest.param(SCRIPT.replace("full.save_pretrained(sys.argv[2])", "print(evaluate(full))"), id="run only"),
        pytest.param(CHOSEN.replace('"full": lambda', '"base": lambda'), id="by its form"),
        pytest.param(
            CHOSEN.replace('"full"', '"merged": lambda model: model.merge_and_unload(), "full"'),
            id="one of three forms",
        ),
    ],
)
def test_the_base_model_may_be_wanted(script: str) -> None:
    assert "unload-instead-of-merge" not in [name for name, _ in found(script)]
