"""Adapters that are asked for by name: which names are certainly not there."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
"""
LOADED = 'model = PeftModel.from_pretrained(base, "style")\nmodel.load_adapter("domain", adapter_name="domain")\n'


def told(text: str) -> list[str]:
    found = lora_lint.check_source(HEAD + text, config=lora_lint.Config(preview=True))
    return [finding.message for finding in found if finding.name == "adapter-name-unknown"]


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ('model.set_adapter("style")\n', "raises ValueError"),
        ('for name in ("style", "domain"):\n    model.set_adapter(name)\n    print(model.generate(x))\n', "raises"),
        ('model.base_model.set_adapter("style")\nprint(model.generate(x))\n', "switched off"),
        ('model.merge_and_unload(adapter_names=["style"]).save_pretrained("out")\n', "left out of the merge"),
        ('model.merge_and_unload(adapter_names=["domain", "style"]).save_pretrained("out")\n', "left out of the merge"),
    ],
)
def test_a_directory_gives_no_name(text: str, then: str) -> None:
    (message,) = told(LOADED + text)
    assert message.startswith('no adapter of this model is called "style"')
    assert then in message
    assert message.endswith('it has "default", "domain"')


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LOADED + 'model.set_adapter("domain")\n', id="it is there"),
        pytest.param(LOADED + 'model.merge_and_unload(adapter_names=["default"])\n', id="the first is the default"),
        pytest.param(
            'model = PeftModel.from_pretrained(base, "style", adapter_name="style")\nmodel.set_adapter("style")\n',
            id="it was named",
        ),
        pytest.param(LOADED + 'extend(model)\nmodel.set_adapter("style")\n', id="code that is not seen may add it"),
        pytest.param(LOADED + 'model.set_adapter(input("which? "))\n', id="a name that is not known"),
        pytest.param(
            'model = PeftModel.from_pretrained(base, "style", adapter_name=name)\nmodel.set_adapter("style")\n',
            id="the names are not known",
        ),
        pytest.param(
            LOADED + 'if "style" in model.peft_config:\n    model.set_adapter("style")\n', id="it is asked for first"
        ),
        pytest.param(
            LOADED + "try:\n"
            '    model.set_adapter("style")\n'
            "except ValueError:\n"
            '    model.load_adapter("style", adapter_name="style")\n'
            '    model.set_adapter("style")\n',
            id="it is loaded where it is not there",
        ),
        pytest.param(
            LOADED
            + 'model.add_weighted_adapter(["default", "domain"], [0.5, 0.5], "style")\nmodel.set_adapter("style")\n',
            id="it is a blend",
        ),
        pytest.param(
            LOADED
            + 'for _ in range(2):\n    model.add_adapter("style", LoraConfig())\n    model.set_adapter("style")\n'
            '    model.delete_adapter("style")\n',
            id="it comes and goes",
        ),
        pytest.param("base.add_adapter(LoraConfig())\nbase.set_adapter('style')\n", id="transformers' own method"),
    ],
)
def test_it_may_be_there(text: str) -> None:
    assert told(text) == []
