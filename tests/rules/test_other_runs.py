"""What one run of a script leaves on disk, and another one loads: functions that are called at different times."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

SCRIPT = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME, OUT = "Qwen/Qwen2.5-0.5B", "runs/adapter"


def train(loader):
    model = AutoModelForCausalLM.from_pretrained(NAME)
    {before}
    model = get_peft_model(model, {config}, adapter_name={name!r})
    for batch in loader:
        model(**batch).loss.backward()
    model.save_pretrained(OUT)


def answer(question):
    base = AutoModelForCausalLM.from_pretrained(NAME)
    {loaded}
    return model.generate(question)


"""
PLAIN, ALONG = "LoraConfig()", 'LoraConfig(modules_to_save=["embed_tokens", "lm_head"])'
LOADED = "model = PeftModel.from_pretrained(base, OUT)"
GROWN = (
    "tokenizer = AutoTokenizer.from_pretrained(NAME)\n"
    '    tokenizer.add_special_tokens({"additional_special_tokens": ["<quote>"]})\n'
    "    model.resize_token_embeddings(len(tokenizer))"
)


def script(loaded: str = LOADED, *, name: str = "default", before: str = "pass", config: str = PLAIN) -> str:
    return SCRIPT.format(loaded=loaded, name=name, before=before, config=config)


def found(text: str) -> list[str]:
    return [finding.name for finding in check_source(text, config=Config(preview=True))]


def test_a_named_adapter_is_in_a_folder_of_its_name() -> None:
    assert found(script(name="sql")) == ["adapter-path-mismatch"]
    assert found(script('model = PeftModel.from_pretrained(base, OUT + "/sql")', name="sql")) == []
    assert found(script()) == []


@pytest.mark.parametrize(
    "other",
    [
        "def more(model):\n    get_peft_model(model, LoraConfig()).save_pretrained(OUT)\n",
        'def more(folder):\n    PeftModel.from_pretrained(make(), OUT + "/sql").save_pretrained(folder)\n',
    ],
)
def test_another_function_may_have_saved_it_there(other: str) -> None:
    assert found(script(name="sql") + other) == []


def test_a_folder_that_the_caller_names_may_be_any() -> None:
    text = script(name="sql").replace("def answer(question)", "def answer(question, OUT)")
    assert found(text) == []


def test_the_base_that_it_was_trained_on() -> None:
    other = script().replace("base = AutoModelForCausalLM.from_pretrained(NAME)", "base = {}")
    load = 'AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B{}")'
    assert found(other.format(load.format("-Instruct"))) == ["adapter-on-other-base"]
    assert found(other.format(load.format(""))) == []


def test_a_base_of_the_old_size() -> None:
    assert found(script(before=GROWN, config=ALONG)) == ["resize-missing-before-load"]
    resized = "base.resize_token_embeddings(len(AutoTokenizer.from_pretrained(OUT)))\n    "
    assert found(script(resized + LOADED, before=GROWN, config=ALONG)) == []
    assert found(script(config=ALONG)) == []
