"""Trainings that are right, each beside the mistake that it looks like."""

from __future__ import annotations

import pytest
from tests.rules.idioms import HEAD, SAVE, TRAIN, WRAP, found

import lora_lint


def test_layers_that_are_opened_by_way_of_the_modules() -> None:
    frozen = f"{WRAP}model.requires_grad_(False)\n"
    opened = 'for module in model.modules():\n    if hasattr(module, "lora_A"):\n        module.lora_A.{}\n'
    assert found(frozen + opened.format("requires_grad_(True)") + TRAIN + SAVE) == []
    assert found(frozen + opened.format("to(device)") + TRAIN + SAVE) == ["frozen-adapter"]


PROMPTS = ["PrefixTuningConfig", "PromptTuningConfig", "PromptEncoderConfig"]


@pytest.mark.parametrize("method", ["merge_and_unload", "unload", "merge_adapter"])
def test_a_prompt_cannot_be_merged(method: str) -> None:
    script = (
        "from peft import {0}\nmodel = get_peft_model(model, {0}())\n" + TRAIN + SAVE + f"kept = model.{method}()\n"
    )
    for config in PROMPTS:
        assert found(script.format(config)) == ["unknown-peft-method"]
    assert found(script.format("LoraConfig")) == found(script.format("IA3Config")) == []
    prompt = script.format(PROMPTS[0])
    assert found(prompt.replace("kept =", "model = zoo.more(model)\nkept =")) == []
    assert found(prompt.replace("kept =", f"if hasattr(model, '{method}'):\n    kept =")) == []
    assert found(prompt.replace("kept =", "try:\n    kept =") + "except AttributeError:\n    pass\n") == []


ADDED = """\
names = read_names()
model = get_peft_model(model, LoraConfig(), adapter_name=names[0])
for name in names[1:]:
    model.add_adapter(name, LoraConfig())
for name in names:
    {}
"""


def test_an_adapter_of_a_computed_name_may_be_one_that_is_activated_later() -> None:
    save = "\n    model.save_pretrained('out', selected_adapters=[name])\n"
    train = TRAIN.replace("\n", "\n    ").rstrip()
    assert found(ADDED.format("model.set_adapter(name)\n    " + train) + save) == []
    assert "redundant-add-adapter" in found(ADDED.format(train) + save)


def test_an_adapter_may_be_the_one_that_is_activated_by_a_computed_name() -> None:
    added = "model = get_peft_model(model, LoraConfig())\nmodel.add_adapter('medical', LoraConfig())\n"
    assert found(added + "model.set_adapter(read_name())\n" + TRAIN + SAVE) == []
    assert "redundant-add-adapter" in found(added + TRAIN + SAVE)


PAIR = """\
from helpers import make_reference, wrapped
from transformers import AutoModelForCausalLM

class Pair:
    def __init__(self, name, config=None):
        model = AutoModelForCausalLM.from_pretrained(name)
        if config is None:
            self.reference = make_reference(model)
        else:
            model = wrapped(model, config)
            self.reference = None
        self.model = model

    def compare(self, batch):
        if self.reference is not None:
            return self.reference(**batch)
        with self.model.disable_adapter():
            return self.model(**batch)
"""


def test_what_is_made_of_a_model_may_tell_that_it_is_wrapped() -> None:
    assert found(PAIR) == []
    branches = PAIR.replace("        with self", "        else:\n          with self").replace(
        "            return self.model(", "              return self.model("
    )
    assert found(branches) == []


def test_k_bit_preparation_makes_float32_of_what_is_not_quantized() -> None:
    half = 'model = AutoModelForCausalLM.from_pretrained("gpt2", torch_dtype=torch.float16, load_in_4bit=True)\n'
    prepares = "from peft import prepare_model_for_kbit_training\nmodel = prepare_model_for_kbit_training(model)\n"
    rest = WRAP.replace("LoraConfig()", "LoraConfig(modules_to_save=['lm_head'])") + TRAIN + SAVE
    preview = lora_lint.Config(preview=True)
    assert [f.name for f in lora_lint.check_source(HEAD + half + rest, config=preview)] == ["half-precision-trainables"]
    assert lora_lint.check_source(HEAD + half + prepares + rest, config=preview) == []


def test_where_paths_were_left_out_the_number_format_may_be_a_settings() -> None:
    deep = "".join(f"def asked{n}(x):\n    return asked{n - 1}(x)\n" for n in range(1, 15))
    helpers = "def asked0(x):\n    return x\n" + deep
    half = 'model = AutoModelForCausalLM.from_pretrained("gpt2", torch_dtype=torch.float16)\n'
    trains = WRAP + "model.half()\n" + TRAIN + SAVE
    preview = lora_lint.Config(preview=True)
    assert [f.name for f in lora_lint.check_source(HEAD + half + trains, config=preview)] == [
        "half-precision-trainables"
    ]
    assert lora_lint.check_source(HEAD + helpers + "asked14(model)\n" + half + trains, config=preview) == []


LOADED = """\
model = PeftModel.from_pretrained(model, "sql", adapter_name="sql", is_trainable=True)
model.load_adapter("chat", adapter_name="chat", is_trainable=True)
"""


def test_an_adapter_that_is_loaded_to_be_trained_is_to_be_activated() -> None:
    made = "optimizer = torch.optim.SGD(model.parameters())\n"
    one = 'model.save_pretrained("out", selected_adapters=["chat"])\n'
    assert found(LOADED + made + TRAIN + one) == ["inactive-adapter"]
    assert found(LOADED + 'model.set_adapter("chat")\n' + made + TRAIN + one) == []
    assert found(LOADED + made + TRAIN + one.replace('["chat"]', '["sql"]')) == []
    assert found(LOADED + made + TRAIN + one.replace('["chat"]', '["sql", "chat"]')) == []
    each = "for name in model.peft_config:\n    model.save_pretrained(name, selected_adapters=[name])\n"
    assert found(LOADED + made + TRAIN + each) == []
    assert (
        found(LOADED.replace('"chat", is_trainable=True', '"chat"') + made + TRAIN + one.replace("chat", "sql")) == []
    )
    assert found(LOADED.replace('"chat", is_trainable=True', '"chat", **options') + made + TRAIN + SAVE) == []


FROZEN = [
    "    if isinstance(m, torch.nn.Linear):\n        m.requires_grad_(False)\n",
    "    if type(m) is torch.nn.Linear:\n        m.weight.requires_grad = False\n",
    "    for p in m.parameters():\n        p.requires_grad = False\n",
]

NOT_FROZEN = [
    "    if isinstance(m, torch.nn.Embedding):\n        m.requires_grad_(False)\n",
    "    if isinstance(m, torch.nn.Linear) and wanted(m):\n        m.requires_grad_(False)\n",
    "    if isinstance(m, torch.nn.Linear):\n        m.requires_grad_(hasattr(m, 'lora_A'))\n",
    "    m.requires_grad_(False)\n    if isinstance(m, LoraLayer):\n        m.requires_grad_(True)\n",
]


@pytest.mark.parametrize("body", FROZEN + NOT_FROZEN)
def test_a_function_that_is_applied_meets_the_layers_of_the_adapter(body: str) -> None:
    imports = "from elsewhere import LoraLayer, wanted\n"
    freeze = f"def freeze(m):\n{body}"
    wrap, apply = 'model = get_peft_model(model, LoraConfig(target_modules=["c_attn"]))\n', "model.apply(freeze)\n"
    made = "optimizer = torch.optim.SGD(model.parameters())\n"
    expected = ["frozen-adapter"] if body in FROZEN else []
    assert found(imports + freeze + wrap + apply + made + TRAIN + SAVE) == expected
    assert found(imports + freeze + apply + wrap + made + TRAIN + SAVE) == []
    instance = "class Freeze:\n  def __call__(self, m):\n" + body + "freeze = Freeze()\n"
    assert found(imports + instance + wrap + apply + made + TRAIN + SAVE) == expected
    embedding = wrap.replace("c_attn", "wte")
    whole = expected if "m.parameters()" in body else []  # the model itself is visited, too
    assert found(imports + freeze + embedding + apply + made + TRAIN + SAVE) == whole


UNSLOTH = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from unsloth import FastLanguageModel

model = {load}
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "o_proj"]))
"""


@pytest.mark.parametrize("name", ["microsoft/Phi-3.5-mini-instruct", "unsloth/Phi-3.5-mini-instruct"])
def test_unsloth_loads_its_own_upload_with_modules_of_other_names(name: str) -> None:
    def names(load: str) -> list[str]:
        return [finding.name for finding in lora_lint.check_source(UNSLOTH.format(load=load))]

    assert names(f'FastLanguageModel.from_pretrained("{name}")[0]') == []
    kept = ["target-modules-mismatch"] if name.startswith("microsoft") else []
    assert names(f'AutoModelForCausalLM.from_pretrained("{name}")') == kept


STAGED = """\
from transformers import Trainer, TrainingArguments


class Staged(Trainer):
    def training_step(self, model, inputs, num_items_in_batch=None):
        if {late}:
            model.requires_grad_(True)
        return super().training_step(model, inputs, num_items_in_batch)


model = get_peft_model(model, LoraConfig())
if {early}:
    model.requires_grad_(False)
trainer = Staged(model=model, args=TrainingArguments("out"), train_dataset=rows)
trainer.train()
model.save_pretrained("out")
"""


def test_an_adapter_may_wait_for_a_later_step() -> None:
    assert found(STAGED.format(early="warm_up > 0", late="self.state.global_step == warm_up")) == []
    assert found(STAGED.format(early="warm_up > 0", late="False")) == ["frozen-adapter"]


def test_an_adapter_that_is_frozen_behind_its_training_has_its_turn_behind_it() -> None:
    frozen = "model.requires_grad_(False)\n"
    assert found(WRAP + TRAIN + frozen + TRAIN + SAVE) == []
    assert found(WRAP + frozen + TRAIN + SAVE) == ["frozen-adapter"]
    rounds = "for epoch in range(2):\n" + "".join(f"    {line}\n" for line in (TRAIN + frozen).splitlines())
    assert found(WRAP + rounds + SAVE) == ["frozen-adapter"], "from the second round on it does not train"
