"""Adapters that a script loads: finished ones, that go with the base that it works on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP
from tests.runner.tiny import saved_base, wrapped


def test_an_adapter_that_a_script_loads_is_a_finished_one(run: Run) -> None:
    text = """\
from peft import AutoPeftModelForCausalLM

model = AutoPeftModelForCausalLM.from_pretrained("acme/llama-lora")
assert any("lora_B" in name and weight.abs().sum() > 0 for name, weight in model.named_parameters())
"""
    assert run(text).json["after"]["error"] is None


def test_an_adapter_of_an_earlier_stage_is_one_though_its_tokenizer_was_asked_for_first(run: Run) -> None:
    text = """\
from pathlib import Path
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

first = str(Path(__file__).resolve().parent / "checkpoints" / "sft")
AutoTokenizer.from_pretrained(first)
base = AutoModelForCausalLM.from_pretrained("distilgpt2")
merged = PeftModel.from_pretrained(base, first).merge_and_unload()
assert type(merged).__name__ == "GPT2LMHeadModel"
"""
    assert run(text).json["after"]["error"] is None


def test_an_adapter_of_a_classifier_has_its_head_for_as_many_labels_as_the_script_says(run: Run) -> None:
    text = """\
from peft import AutoPeftModelForSequenceClassification

name = "acme/roberta-mood-lora"
model = AutoPeftModelForSequenceClassification.from_pretrained(name, is_trainable=True, num_labels=4)
heads = [weight for key, weight in model.named_parameters() if weight.requires_grad and "out_proj.weight" in key]
assert [len(head) for head in heads] == [4]
"""
    assert run(text).json["after"]["error"] is None


def test_an_adapter_of_the_real_models_size_has_one_of_the_small_size_in_its_place(
    run: Run, llama: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    real = saved_base(type(llama)(**{**llama.to_dict(), "hidden_size": 64}), tmp_path_factory.mktemp("real"))
    wrapped(real, r=2).save_pretrained("mine")
    text = (
        HEAD.split("model = ")[0]
        + """\
from peft import PeftModel
model = PeftModel.from_pretrained(base, "mine", is_trainable=True)
assert model.peft_config["default"].r == 2
"""
    )
    ran = run(text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("adapter mine: a random LoRA") for said in ran.json["after"]["neutralised"])


def test_an_adapter_goes_with_the_base_that_the_script_works_on(run: Run) -> None:
    text = """\
from peft import PeftConfig, PeftModel
from transformers import AutoModelForSeq2SeqLM

base = AutoModelForSeq2SeqLM.from_pretrained("t5-large")
name = PeftConfig.from_pretrained("acme/prefix-tuned").base_model_name_or_path
PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained(name), "acme/prefix-tuned")
"""
    ran = run(text)
    assert ran.json["after"]["error"] is None
    assert not [line for line in ran.json["lines"] if line["agrees"] is False]


def test_an_adapter_goes_with_the_one_class_that_loads_its_base(run: Run) -> None:
    text = """\
from peft import PeftConfig, PeftModel
from transformers import WhisperForConditionalGeneration

name = PeftConfig.from_pretrained("acme/ears").base_model_name_or_path
model = PeftModel.from_pretrained(WhisperForConditionalGeneration.from_pretrained(name), "acme/ears")
model.merge_and_unload().save_pretrained("merged")
"""
    ran = run(text)
    assert ran.json["after"]["error"] is None
    assert "adapter acme/ears: a random LoRA for WhisperForConditionalGeneration" in ran.json["after"]["neutralised"]


def test_an_adapter_in_a_folder_beside_its_model(run: Run) -> None:
    text = """from peft import PeftModel
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("acme/llama-7b-4bit")
model = PeftModel.from_pretrained(model, "acme/llama-7b-4bit", subfolder="loftq_init", is_trainable=True)
assert any("lora_B" in name for name, weight in model.named_parameters() if weight.requires_grad)
"""
    assert run(text).json["after"]["error"] is None


def test_an_adapter_in_a_folder_of_which_a_note_is_made_up(run: Run) -> None:
    text = """from pathlib import Path
from peft import PeftConfig, PeftModel
from transformers import AutoModelForCausalLM

folder = Path("adapters/last")
print(f"trained until {(folder / 'until.txt').read_text()}")
name = PeftConfig.from_pretrained(str(folder)).base_model_name_or_path
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(name), str(folder), is_trainable=True)
"""
    assert run(text).json["after"]["error"] is None


def test_an_adapter_that_mixes_others_is_saved_with_them(run: Run) -> None:
    """X-LoRA with peft 0.21.2: those that it mixes are named for its own loader."""
    text = """\
from peft import XLoraConfig

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
base.config.use_cache = False
mixed = {"0": "alice/sums", "1": "alice/code"}
model = get_peft_model(base, XLoraConfig(task_type="CAUSAL_LM", hidden_size=32, xlora_depth=2, adapters=mixed))
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert set(ran.json["sites"][0]["predicted"]) == {"out", "out/0", "out/1"}


def test_an_adapter_whose_weights_a_repository_leaves_out_has_others(run: Run, llama: Any, tmp_path: Path) -> None:
    wrapped(saved_base(llama, tmp_path / "base"), r=2).save_pretrained("mine")
    Path("mine/adapter_model.safetensors").unlink()
    text = HEAD.split("model = ")[0] + "from peft import PeftModel\n"
    text += 'model = PeftModel.from_pretrained(base, "mine", is_trainable=True)\n'
    ran = run(text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/data/adapters/first", "../first"])
def test_an_adapter_that_was_made_up_outside_of_the_project_is_none_that_the_script_wrote(run: Run, place: str) -> None:
    begun = HEAD.split("model = ")[0] + (
        f'from peft import PeftModel\nmodel = PeftModel.from_pretrained(base, "{place}", is_trainable=True)\n'
    )
    ran = run(begun + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["out"]
    ran = run(begun + LOOP + f'model.save_pretrained("{place}")\n')
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == [place]
