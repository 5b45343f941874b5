"""Quantized weights that come to a trainer, and what may have put an adapter on them."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import elsewhere, torch
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, Trainer
from trl import SFTTrainer

lora = LoraConfig(task_type="CAUSAL_LM")
model = AutoModelForCausalLM.from_pretrained({loaded})
model = prepare_model_for_kbit_training(model)
{between}
{trainer}
"""
NAME = '"meta-llama/Llama-3.2-1B"'
QUANTIZED = f"{NAME}, quantization_config=BitsAndBytesConfig(load_in_4bit=True)"
TRAINER = "Trainer(model=model, args=elsewhere.args, train_dataset=elsewhere.rows)"
SFT = "SFTTrainer(model=model, train_dataset=elsewhere.rows)"


def found(loaded: str = QUANTIZED, between: str = "", trainer: str = TRAINER) -> bool:
    findings = check_source(SCRIPT.format(loaded=loaded, between=between, trainer=trainer))
    return "LL207" in [finding.code for finding in findings]


@pytest.mark.parametrize("trainer", [TRAINER, SFT, TRAINER.replace("Trainer(", "Own(", 1)])
def test_a_trainer_refuses_them(trainer: str) -> None:
    assert found(between="class Own(Trainer):\n    pass\n", trainer=trainer)
    assert found(f"{NAME}, load_in_8bit=True", between="class Own(Trainer):\n    pass\n", trainer=trainer)


def test_the_result_of_the_wrap_may_be_in_another_variable() -> None:
    assert found(between="net = model", trainer=TRAINER.replace("=model", "=net"))
    assert not found(between="net = get_peft_model(model, lora)", trainer=TRAINER.replace("=model", "=net"))


@pytest.mark.parametrize(
    "between",
    [
        "model = get_peft_model(model, lora)",
        "model.add_adapter(lora)",
        "model = elsewhere.adapted(model, lora)",
        "elsewhere.put_on(model, lora)",
        "if elsewhere.adapt:\n    model = get_peft_model(model, lora)",
        "model.dequantize()",
    ],
)
def test_an_adapter_may_be_there(between: str) -> None:
    assert not found(between=between)


@pytest.mark.parametrize(
    "loaded",
    [
        NAME,
        f"{NAME}, quantization_config=elsewhere.quantization",
        f"{NAME}, load_in_4bit=elsewhere.small",
        QUANTIZED.replace(NAME, '"./checkpoint"'),  # which may be an adapter
        QUANTIZED.replace(NAME, '"somebody/llama-lora"'),
        QUANTIZED.replace(NAME, "elsewhere.name"),
    ],
)
def test_the_weights_may_be_whole_or_those_of_an_adapter(loaded: str) -> None:
    assert not found(loaded)


def test_a_trainer_that_is_given_a_config_puts_one_on() -> None:
    assert not found(trainer=SFT[:-1] + ", peft_config=lora)")
    assert not found(trainer=SFT[:-1] + ", peft_config=lora if elsewhere.adapt else None)")
    assert not found(trainer=SFT[:-1] + ", peft_config=elsewhere.lora)")


def test_an_old_release_says_so_in_a_log() -> None:
    script = SCRIPT.format(loaded=QUANTIZED, between="", trainer=TRAINER)
    from lora_lint import Config

    config = Config(versions=(("transformers", "4.30.0"),))
    assert not [finding for finding in check_source(script, config=config) if finding.code == "LL207"]
