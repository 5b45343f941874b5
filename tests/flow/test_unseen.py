"""What code that is not seen gives: another object each time it is asked, and the same answer to the same question."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import json

import zoo
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

"""


def findings(script: str) -> list[str]:
    analysis = lora_lint.analyze_source(HEAD + script)
    assert analysis.notes == []
    return [finding.name for finding in analysis.findings]


WRAPPED_EACH_ROUND = """\
for rank, modules in ((4, ["q_proj"]), (8, ["k_proj"])):
    model = get_peft_model({base}, LoraConfig(r=rank, target_modules=modules))
    model.save_pretrained(f"out/{{rank}}")
"""


def test_what_a_library_loads_anew_is_another_model() -> None:
    assert findings(WRAPPED_EACH_ROUND.format(base='zoo.load("x")')) == []


@pytest.mark.parametrize("then", ["", ".cuda()"])
def test_so_is_what_a_helper_has_loaded(then: str) -> None:
    helper = f"def base():\n    return zoo.load('x').model{then}\n\n\n"
    assert findings(helper + WRAPPED_EACH_ROUND.format(base="base()")) == []


def test_what_was_loaded_once_is_one_model() -> None:
    once = "loaded = zoo.load('x').model\n"
    assert findings(once + WRAPPED_EACH_ROUND.format(base="loaded")) == ["wrapped-twice"]


ADDED = """\
def ask():
    return f"trial_{{zoo.study().ask().number}}"


def main(name):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(), adapter_name={name})
    model.add_adapter({name}, LoraConfig(r=4))
    model.set_adapter({name})
"""


def test_names_that_are_asked_for_anew_may_differ() -> None:
    assert findings(ADDED.format(name="ask()")) == []


def test_a_parameter_is_one_name() -> None:
    assert findings(ADDED.format(name="name")) == ["redundant-add-adapter"]


KIND_OF_CHECKPOINT = """\
def kind(folder):
    if (folder / "manifest.json").exists():
        return str(json.loads((folder / "manifest.json").read_text()).get("format", "unknown"))
    if (folder / "lora").exists():
        return "lora"
    if (folder / "full.pt").exists():
        return "full"
    raise FileNotFoundError(folder)


def load(folder, model):
    if kind(folder) == "lora":
        model = PeftModel.from_pretrained(model, folder / "lora")
    return model


def main(folder, lora):
    model = AutoModelForCausalLM.from_pretrained("gpt2")
    if kind(folder) == {asked} and lora:
        model = get_peft_model(model, LoraConfig())
    load(folder, model)
"""


def test_a_helper_answers_the_same_question_alike() -> None:
    assert findings(KIND_OF_CHECKPOINT.format(asked='"full"')) == []
    assert findings(KIND_OF_CHECKPOINT.format(asked='"lora"')) == ["wrapped-twice"]


KEYS_OF_A_FILE = """\
weights = load_file("adapter/adapter_model.safetensors")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), PeftConfig.from_pretrained("adapter"))
{renamed}
model.load_state_dict(weights, strict=False)
"""
RENAMED_WHERE_NEEDED = """\
if any(".lora_A.weight" in key for key in weights):
    weights = {key.replace(".lora_A.weight", ".lora_A.default.weight"): weight for key, weight in weights.items()}
"""


def test_keys_that_the_script_has_looked_at_may_be_the_right_ones() -> None:
    assert findings(KEYS_OF_A_FILE.format(renamed=RENAMED_WHERE_NEEDED)) == []
    assert findings(KEYS_OF_A_FILE.format(renamed="")) == ["adapter-keys-unmatched"]


TRAINED = """\
class Run:
    def __init__(self):
        self.model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())

    def save(self):
        self.model.save_pretrained("out")

    def tell(self):
        print(self.model)


run = Run()
model = run.model
zoo.every(10).seconds.do({called})
for batch in zoo.batches():
    model(**batch).loss.backward()
    zoo.step()
"""


@pytest.mark.parametrize(
    "called", ["run.save", "lambda: model.save_pretrained('out')", "partial(Run.save, run)", "run"]
)
def test_what_may_be_called_later_may_save_what_was_trained_by_then(called: str) -> None:
    assert findings("from functools import partial\n\n" + TRAINED.format(called=called)) == []


@pytest.mark.parametrize("called", ["run.tell", "lambda: model.eval()", "print"])
def test_what_saves_nothing_saves_nothing_later(called: str) -> None:
    assert findings(TRAINED.format(called=called)) == ["adapter-never-saved"]


SET = """\
trainee = zoo.Trainee("llama")
config = LoraConfig(task_type="CAUSAL_LM")
trainee.{setter}(get_peft_model(trainee.{attribute}, config, adapter_name="law"))
trainee.model.add_adapter("law", config)
trainer = SFTTrainer(model=trainee.model, peft_config=config, train_dataset=zoo.rows)
trainer.train()
trainer.save_model("out")
"""


def test_a_setter_gives_an_object_the_model_of_its_name() -> None:
    """Both are said: what is needless raises, but without it the script comes to the other."""
    text = "from trl import SFTTrainer\n\n" + SET
    for setter in ("set_model", "reassign_model"):
        assert findings(text.format(setter=setter, attribute="model")) == ["redundant-add-adapter", "wrapped-twice"]


@pytest.mark.parametrize(("setter", "attribute"), [("set_model", "base"), ("set_teacher", "model"), ("use", "model")])
def test_of_another_method_or_attribute_that_is_not_known(setter: str, attribute: str) -> None:
    text = "from trl import SFTTrainer\n\n" + SET
    assert findings(text.format(setter=setter, attribute=attribute)) == []
