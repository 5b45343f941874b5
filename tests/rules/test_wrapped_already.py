"""A model that is wrapped already, and comes to another wrap: in unsloth, or in a trainer."""

from __future__ import annotations

import lora_lint

HEAD = """\
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""
WRAP = "model = get_peft_model(model, LoraConfig())\n"


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]


UNSLOTH = """\
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/llama-3-8b-bnb-4bit")
model = FastLanguageModel.get_peft_model(model, r=16, lora_alpha=16, target_modules=["q_proj", "v_proj"])
SFTTrainer(model, SFTConfig("out", save_strategy="no"), train_dataset=rows).train()
model = FastLanguageModel.get_peft_model(model, r=16, lora_alpha=16, target_modules=["v_proj", "q_proj"])
SFTTrainer(model, SFTConfig("out", save_strategy="no"), train_dataset=more).train()
model.save_pretrained("out")
"""


def test_unsloth_gives_back_a_model_that_has_this_adapter() -> None:
    assert found(UNSLOTH) == []
    again = UNSLOTH.replace("r=16", "r=8", 1)
    assert found(again) == ["wrapped-twice"]
    assert found(UNSLOTH.replace("llama-3-8b-bnb-4bit", "my-adapter").replace("r=16", "r=RANK", 1)) == []


def test_unsloth_loads_an_adapter_to_be_trained() -> None:
    loads = 'model, tokenizer = FastLanguageModel.from_pretrained("out")\n'
    train = 'SFTTrainer(model, SFTConfig("more", save_strategy="no"), train_dataset=more).train()\n'
    assert found(UNSLOTH + loads + train + 'model.save_pretrained("more")\n') == []
    assert found(UNSLOTH + loads + train) == ["adapter-never-saved"]


EARLY = """\
import yaml
from trl import SFTTrainer

def new_adapter(settings):
    if settings.get("adapter"):
        return None
    if not settings.get("lora"):
        return None
    return LoraConfig(r=8)

def load(settings):
    path = settings.get("adapter")
    if not path:
        return model
    return PeftModel.from_pretrained(model, path, is_trainable=True)

settings = yaml.safe_load(open("settings.yaml"))
trainer = SFTTrainer(load(settings), peft_config=new_adapter(settings), train_dataset=rows)
trainer.train()
trainer.save_model("out")
"""


def test_a_function_that_returns_early_twice_keeps_what_each_return_hangs_on() -> None:
    assert found(EARLY) == []
    assert found(EARLY.replace('settings.get("adapter"):\n', 'settings.get("other"):\n')) == ["wrapped-twice"]


def test_a_config_of_which_nothing_is_known_may_be_none() -> None:
    trains = """\
from trl import SFTTrainer

trainer = SFTTrainer(model, peft_config=settings.lora, train_dataset=rows)
trainer.train()
trainer.save_model("out")
"""
    assert found(WRAP + trains) == []
    assert found(WRAP + trains.replace("settings.lora", "LoraConfig()")) == ["wrapped-twice"]


WRAPPED_INSIDE = """\
from trl import SFTTrainer

trainer = SFTTrainer(model, peft_config=LoraConfig(), train_dataset=rows)
trainer.train()
state = {name: p.detach().cpu() for name, p in model.named_parameters() if "lora_" in name}
model.save_pretrained("out", state_dict=state)
"""


def test_the_adapters_tensors_are_no_adapter_where_the_base_model_saves_them() -> None:
    assert found(WRAPPED_INSIDE) == ["base-model-saved"]
    assert found(WRAPPED_INSIDE.replace("model.", "trainer.model.").replace(", state_dict=state", "")) == []
    cleaned = WRAPPED_INSIDE.replace('if "lora_" in', 'if "lora_" not in')
    assert found(cleaned) == []


RESUME = """\
import os

resume = os.environ.get("RESUME")
if resume:
    try:
        model.load_adapter(resume, adapter_name="default")
    except OSError:
        print("starting afresh")
model = get_peft_model(model, LoraConfig())
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("out")
"""


def test_what_was_loaded_into_the_base_gives_way_to_a_fresh_adapter() -> None:
    assert found(RESUME) == ["wrapped-twice"]
    assert found(RESUME.replace('"default"', '"first"')) == []
    put = "model = get_peft_model(model, LoraConfig())\nset_peft_model_state_dict(model, torch.load(resume))\n"
    imports = "import torch\nfrom peft import set_peft_model_state_dict\n"
    assert found(imports + RESUME.replace(WRAP, put)) == []


ANEW = """\
class Job:
    @property
    def model(self):
        return get_peft_model(model, LoraConfig())

job = Job()
job.model(**batch).loss.backward()
optimizer.step()
job.model.save_pretrained("out")
"""
SEARCH = """\
for rate in (1e-3, 1e-4):
    tuned = get_peft_model(model, LoraConfig())
    tuned(**batch).loss.backward()
    torch.optim.SGD(tuned.parameters(), rate).step()
    print(rate, score(tuned))
"""


def test_what_was_trained_in_the_base_gives_way_to_a_fresh_adapter() -> None:
    assert found(ANEW) == ["wrapped-twice"]
    assert found("from functools import cached_property\n" + ANEW.replace("@", "@cached_")) == []
    kept = ANEW.replace("optimizer.step()\n", 'optimizer.step()\ntuned.save_pretrained("first")\n')
    assert found("job = tuned = None\n" + kept.replace("job.model(**", "tuned = job.model\ntuned(**")) == []
    trained = ANEW.replace("job.model.save", "job.model(**batch).loss.backward()\njob.model.save")
    assert "wrapped-twice" in found(trained)
    assert "wrapped-twice" not in found("import torch\nfrom elsewhere import score\n" + SEARCH)


OF_OPTIONS = """\
from trl import ModelConfig, SFTConfig, SFTTrainer, TrlParser, get_peft_config

settings, options = TrlParser((SFTConfig, ModelConfig)).parse_args_and_config()
model = get_peft_model(model, LoraConfig(r=options.lora_r))
trainer = SFTTrainer(model, settings, train_dataset=rows, peft_config=get_peft_config(options))
trainer.train()
trainer.save_model("out")
"""


def test_a_config_of_options_is_one_only_where_they_ask_for_it() -> None:
    """`get_peft_config` gives None unless `use_peft` is set, and then the trainer takes the model as it is."""
    [finding] = lora_lint.check_source(HEAD + OF_OPTIONS)
    assert (finding.name, finding.severity) == ("wrapped-twice", "warning")
    assert "when `get_peft_config(options)` is true" in finding.message


SAVED_AND_LOADED = """\
from trl import SFTConfig, SFTTrainer
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained("unsloth/Qwen2.5-0.5B")
model = FastLanguageModel.get_peft_model(model, r=8)
SFTTrainer(model, SFTConfig("first"), train_dataset=rows).train()
model.save_pretrained("sft")
{load}
SFTTrainer(model, SFTConfig("second"), train_dataset=rows).train()
model.save_lora("out")
"""


def test_what_unsloth_loads_has_the_methods_that_it_puts_on() -> None:
    own = 'model, tokenizer = FastLanguageModel.from_pretrained("sft", fast_inference=True)'
    assert found(SAVED_AND_LOADED.format(load=own)) == []
    peft = 'model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), "sft", is_trainable=True)'
    assert "unknown-peft-method" in found(SAVED_AND_LOADED.format(load=peft))


ON_MODULES = """\
first = get_peft_model(model, LoraConfig(target_modules=["c_attn", {other}]))
Trainer(first, train_dataset=rows).train()
first.save_pretrained("first")
second = get_peft_model(model, LoraConfig(target_modules=["c_attn", "c_proj"]))
Trainer(second, train_dataset=rows).train()
second.save_pretrained("second")
"""


def test_a_module_that_is_computed_may_be_the_other_one() -> None:
    head = "import sys\nfrom transformers import Trainer\n"
    assert found(head + ON_MODULES.format(other='"c_fc"')) == ["wrapped-twice"]
    assert found(head + ON_MODULES.format(other="sys.argv[1]")) == []
