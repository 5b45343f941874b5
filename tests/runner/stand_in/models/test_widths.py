"""A stand-in is narrower than the model that it stands for, and what does not go with that is told so."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP, SAVE

HEADED = """\
head = torch.nn.Linear(WIDTH, 2)
hidden = model(input_ids=torch.tensor([[1, 2]]), output_hidden_states=True).hidden_states[-1]
head(hidden).sum().backward()
model.save_pretrained("out")
"""


def test_a_width_that_is_written_down_is_given_to_the_stand_in(run: Run) -> None:
    after = run(HEAD + HEADED.replace("WIDTH", "768")).json["after"]
    assert after["error"] is None
    assert any("up to 768 wide, as the script has it" in text for text in after["neutralised"]), (
        "the real one may not be"
    )


def test_so_is_the_width_of_what_its_states_are_put_after(run: Run) -> None:
    text = """\
hidden = model(input_ids=torch.tensor([[1, 2]]), output_hidden_states=True).hidden_states[-1]
torch.cat([torch.zeros(1, 3, 768), hidden], dim=1).sum().backward()
"""
    after = run(HEAD + text + SAVE).json["after"]
    assert after["error"] is None
    assert any("up to 768 wide, as the script has it" in text for text in after["neutralised"])


def test_several_models_are_not_as_wide_as_one(run: Run) -> None:
    """A laptop cannot bear them."""
    others = 'others = [AutoModelForCausalLM.from_pretrained(f"meta-llama/Llama-3.{n}-1B") for n in (1, 0)]\n'
    reason = run(HEAD + others + HEADED.replace("WIDTH", "4096")).json["reason"]
    assert "the model here is a tiny stand-in, of other widths than the real one" in reason


def test_a_width_that_is_too_much_for_a_stand_in_does_not_fit(run: Run) -> None:
    reason = run(HEAD + HEADED.replace("WIDTH", "8192")).json["reason"]
    assert "shapes cannot be multiplied" in reason
    assert "the model here is a tiny stand-in, of other widths than the real one: --full runs with that" in reason


def test_a_rank_that_is_too_large_for_a_stand_in_widens_it(run: Run) -> None:
    text = """\
from peft import PsoftConfig

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(base, PsoftConfig(r=32, target_modules=["k_proj"], task_type="CAUSAL_LM"))
model.save_pretrained("out")
"""
    after = run(HEAD + text).json["after"]
    assert after["error"] is None
    assert [adapter["directory"] for adapter in after["adapters"]] == ["out"]


def test_a_config_is_what_the_script_demands_of_it(run: Run) -> None:
    text = """\
from transformers import PatchTSTForPrediction

COLUMNS = ["load", "heat", "wind"]
model = PatchTSTForPrediction.from_pretrained("ibm-granite/granite-timeseries-patchtst")
assert model.config.num_input_channels == len(COLUMNS)

def check(config):
    context, horizon = config.context_length, config.prediction_length
    assert horizon == 96, f"a day has 96 quarters of an hour, not {horizon}"
check(model.config)
"""
    assert run(text).json["after"]["error"] is None


def test_an_embedding_has_rows_for_all_words_of_the_script(run: Run) -> None:
    words = "WORDS = [str(number) for number in range(4000)]\n"
    ran = run(HEAD + words + "assert model.config.vocab_size >= len(WORDS), model.config.vocab_size\n" + LOOP + SAVE)
    assert ran.exit == 0, ran.json["reason"]


def test_a_head_that_looks_further_ahead_is_loaded_onto_one_that_does(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import PatchTSTConfig, PatchTSTForPrediction

NAME = "ibm-granite/granite-timeseries-patchtst"
config = PatchTSTConfig.from_pretrained(NAME)
config.prediction_length = 28
base = PatchTSTForPrediction.from_pretrained(NAME, config=config, ignore_mismatched_sizes=True)
model = get_peft_model(base, LoraConfig(r=4, target_modules=["q_proj"], modules_to_save=["head"]))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(3):
    past, ahead = (torch.rand(2, length, config.num_input_channels) for length in (config.context_length, 28))
    model(past_values=past, future_values=ahead).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]


def test_an_input_layer_of_another_width_is_loaded_onto_a_base_that_has_it(run: Run) -> None:
    """All of what the script's own config changes is in the adapter's files."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import PatchTSTConfig, PatchTSTForPrediction

NAME = "ibm-granite/granite-timeseries-patchtst"
config = PatchTSTConfig.from_pretrained(NAME, context_length=120, patch_length=20, patch_stride=20)
base = PatchTSTForPrediction.from_pretrained(NAME, config=config, ignore_mismatched_sizes=True)
whole = ["head", "embedder", "positional_encoder"]
model = get_peft_model(base, LoraConfig(r=4, target_modules=["q_proj"], modules_to_save=whole))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
for _ in range(3):
    past, ahead = (torch.rand(2, length, config.num_input_channels) for length in (120, config.prediction_length))
    model(past_values=past, future_values=ahead).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
