"""Adapters whose settings or names stand for something that is not here."""

from __future__ import annotations

from tests.runner.conftest import Run, carried
from tests.runner.samples import KEPT

SETTINGS = "from settings_of_nobody import settings\n"


def test_what_is_not_known_of_an_adapter_is_as_peft_has_it(run: Run) -> None:
    text = SETTINGS + KEPT.replace("LoraConfig(", "LoraConfig(r=settings.rank, lora_dropout=settings.dropout, ", 1)
    ran = run(text)
    assert "pip install settings_of_nobody" in carried(ran)
    assert "r of LoraConfig, of which nothing is known: 8, as PEFT has it" in ran.json["after"]["neutralised"]


def test_an_adapter_has_a_word_for_its_name(run: Run) -> None:
    """PEFT 0.21 looks for it in a text, and torch has no point in the name of a module."""
    text = """\
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

base = AutoModelForCausalLM.from_pretrained("gpt2")
model = get_peft_model(base, LoraConfig(), adapter_name=settings.first)
model.add_adapter(settings.second, LoraConfig())
model.set_adapter(settings.first)
assert model.active_adapter == "settings_of_nobody-settings-first"
"""
    assert run(SETTINGS + text).json["after"]["error"] is None
