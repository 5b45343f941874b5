"""Scripts that are right, each beside the mistake that it looks like."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import pickle
from functools import singledispatch

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, BertForSequenceClassification

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""
WRAP = "model = get_peft_model(model, LoraConfig())\n"
TRAIN = "model(**batch).loss.backward()\noptimizer.step()\n"
SAVE = 'model.save_pretrained("out")\n'
NEVER = ["adapter-never-saved"]


def found(body: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(HEAD + body)]


ITERATORS = [
    "filter(lambda p: p.requires_grad, model.parameters())",
    "(p for p in model.parameters() if p.requires_grad)",
    "model.parameters()",
]


@pytest.mark.parametrize("params", ITERATORS)
def test_an_iterator_gives_what_is_there_when_it_is_gone_through(params: str) -> None:
    kept, made, step = f"params = {params}\n", "optimizer = torch.optim.SGD(params)\n", TRAIN
    assert found(kept + WRAP + made + step + SAVE) == []
    assert found(kept + made + WRAP + step + SAVE) == ["optimizer-before-wrap"]
    assert found(f"params = list({params})\n" + WRAP + made + step + SAVE) == ["optimizer-before-wrap"]


GROUPS = [
    'optimizer.param_groups[0]["params"] = [p for p in model.parameters() if p.requires_grad]',
    'optimizer.param_groups.append({"params": list(model.parameters()), "lr": 1e-3})',
    'optimizer.param_groups = [{"params": list(model.parameters())}]',
    'for group in optimizer.param_groups:\n    group["params"] = list(model.parameters())',
]


@pytest.mark.parametrize("change", GROUPS)
def test_an_optimizer_may_be_given_parameters_by_way_of_its_groups(change: str) -> None:
    made, step = "optimizer = torch.optim.SGD(model.parameters())\n", TRAIN
    assert found(f"{made}{WRAP}{change}\n{step}{SAVE}") == []


def test_the_learning_rate_of_a_group_gives_it_no_parameters() -> None:
    made, step = "optimizer = torch.optim.SGD(model.parameters())\n", TRAIN
    change = 'for group in optimizer.param_groups:\n    group["lr"] = 1e-4\n'
    assert found(made + WRAP + change + step + SAVE) == ["optimizer-before-wrap"]


def test_layers_that_are_opened_by_way_of_the_modules() -> None:
    frozen = f"{WRAP}model.requires_grad_(False)\n"
    opened = 'for module in model.modules():\n    if hasattr(module, "lora_A"):\n        module.lora_A.{}\n'
    assert found(frozen + opened.format("requires_grad_(True)") + TRAIN + SAVE) == []
    assert found(frozen + opened.format("to(device)") + TRAIN + SAVE) == ["frozen-adapter"]


KEPT = [
    'pickle.dump({"config": config, "weights": get_peft_model_state_dict(model)}, file)',
    'np.savez("a.npz", **{k: v.numpy() for k, v in get_peft_model_state_dict(model).items()})',
]


@pytest.mark.parametrize("save", KEPT)
def test_weights_that_are_written_by_other_means(save: str) -> None:
    assert found(f"{WRAP}{TRAIN}{save}\n") == []


def test_a_function_that_is_one_of_several_by_its_arguments() -> None:
    finish = '@singledispatch\ndef finish(m):\n    m.save_pretrained("out")\n\n\n@finish.register\n'
    finish += 'def _(m: PeftModel):\n    m.save_pretrained("a")\n    m.merge_and_unload().save_pretrained("out")\n'
    assert found(f"{finish}if lora:\n    {WRAP}{TRAIN}finish(model)\n") == []


def head(load: str, config: str = "") -> list[str]:
    return found(f"model = {load}\nmodel = get_peft_model(model, LoraConfig({config}))\n{TRAIN}{SAVE}")


AUTO = "AutoModelForSequenceClassification.from_pretrained"


@pytest.mark.parametrize("name", ["bert-base-uncased", "google-bert/bert-base-uncased", "meta-llama/Llama-3.2-1B"])
def test_every_head_on_a_pretrained_model_is_new(name: str) -> None:
    assert head(f'{AUTO}("{name}")') == head(f'{AUTO}("{name}", num_labels=2)') == ["head-not-saved"]


@pytest.mark.parametrize(
    "name",
    ["textattack/bert-base-uncased-SST-2", "./my-classifier", "me/bert-base-uncased", "facebook/bart-large-mnli"],
)
def test_a_finetuned_model_may_have_its_head(name: str) -> None:
    assert head(f'{AUTO}("{name}", num_labels=2)') == []


@pytest.mark.parametrize(
    ("name", "labels", "lost"),
    [
        ("google/vit-base-patch16-224", 1000, False),
        ("google/vit-base-patch16-224", 10, True),
        ("google/vit-base-patch16-224-in21k", 1000, True),
    ],
)
def test_a_model_of_imagenet_has_a_head_for_its_classes(name: str, labels: int, lost: bool) -> None:
    text = "from transformers import AutoModelForImageClassification\n"
    text += f'model = AutoModelForImageClassification.from_pretrained("{name}", num_labels={labels})\n'
    text += f"model = get_peft_model(model, LoraConfig())\n{TRAIN}{SAVE}"
    assert found(text) == (["head-not-saved"] if lost else [])


TRAINER = """\
from elsewhere import Saver, callbacks
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments


class Asks(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step % 100 == 0:
            control.should_save = True


class Named(Saver):
    folder = "out"


trainer = Trainer(model=model, args=TrainingArguments("c", save_strategy="no"), train_dataset=data{})
{}trainer.train()
"""
SAVING = [", callbacks=[Saver()]", ", callbacks=[Named()]", ", callbacks=callbacks()", ", callbacks=[Asks()]"]


@pytest.mark.parametrize("given", SAVING)
def test_a_callback_that_is_not_seen_or_asks_for_a_checkpoint_may_save(given: str) -> None:
    assert found(WRAP + TRAINER.format(given, "")) == []
    assert found(WRAP + TRAINER.format("", "trainer.add_callback(Saver)\n")) == []
    sometimes_more = "trainer.add_callback(Saver)\nif check:\n    trainer.add_callback(EarlyStoppingCallback())\n"
    assert found(WRAP + TRAINER.format("", sometimes_more)) == []
    nothing = TRAINER.format(", callbacks=[EarlyStoppingCallback()]", "")
    assert found(WRAP + nothing) == ["adapter-never-saved"]


CLASSIFIER = f'{AUTO}("{{}}", num_labels=2)'


@pytest.mark.parametrize(
    ("name", "named", "lost"),
    [
        ("bert-base-uncased", "score", True),
        ("bert-base-uncased", "embed_tokens", True),
        ("bert-base-uncased", "classifier", False),
        ("roberta-base", "classifier.out_proj", False),
        ("meta-llama/Llama-3.2-1B", "classifier", True),
        ("meta-llama/Llama-3.2-1B", "model.score", False),
        ("bert-large-of-mine", "score", False),
    ],
)
def test_a_head_is_saved_under_the_name_that_it_has(name: str, named: str, lost: bool) -> None:
    assert head(CLASSIFIER.format(name), f'modules_to_save=["{named}"]') == (["head-not-saved"] if lost else [])
    assert head(CLASSIFIER.format(name), f'task_type="SEQ_CLS", modules_to_save=["{named}"]') == []


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


WEIGHTS = "get_peft_model_state_dict(model)"
WITH_CONFIG = [
    f'torch.save({{"weights": {WEIGHTS}, "config": model.peft_config["default"]}}, "a.pt")\n',
    f'torch.save({{"weights": {WEIGHTS}, "config": model.peft_config["default"].to_dict()}}, "a.pt")\n',
    f'torch.save({WEIGHTS}, "a.pt")\nmodel.peft_config["default"].save_pretrained("a")\n',
]


@pytest.mark.parametrize("save", WITH_CONFIG)
def test_tensors_may_have_their_config_beside_them(save: str) -> None:
    assert found(WRAP + TRAIN + save) == []
    without = save.replace('model.peft_config["default"]', "settings")
    assert found(WRAP + TRAIN + without) == ["state-dict-only"]


CHECKPOINT = """\
def fill(checkpoint, model, with_config):
    if with_config and hasattr(model, "peft_config"):
        state = {{name: tensor for name, tensor in model.named_parameters() if "lora_" in name}}
        if state:
            checkpoint["state"], checkpoint["config"] = state, {}


checkpoint = {{"epoch": 1}}
fill(checkpoint, model, options.lora)
torch.save(checkpoint, "best.pt")
"""


def test_a_checkpoint_is_filled_with_tensors_and_their_config_where_there_is_an_adapter() -> None:
    assert found(WRAP + TRAIN + CHECKPOINT.format("model.peft_config")) == []
    assert found(WRAP + TRAIN + CHECKPOINT.format("options")) == ["state-dict-only"]


NETWORK = """\
class Network(torch.nn.Module):
    def __init__(self, base):
        super().__init__()
        self.base = base
        self.head = {}

    def forward(self, batch):
        return self.head(self.base(**batch).logits)


network = Network(model)
network(batch).mean().backward()
optimizer.step()
"""
LAYERS = ["torch.nn.Linear(8, 2)", "torch.nn.Sequential(torch.nn.Linear(8, 2), torch.nn.ReLU())"]


@pytest.mark.parametrize("saved", ["network.state_dict()", '{"network": network.state_dict(), "step": 1}'])
def test_a_network_with_a_head_of_its_own_is_saved_whole(saved: str) -> None:
    save = f'torch.save({saved}, "network.pt")\n'
    for layers in LAYERS:
        assert found(WRAP + NETWORK.format(layers) + save) == []
    assert found(WRAP + NETWORK.format("torch.nn.Dropout(0.1)") + save) == ["state-dict-only"]
    assert found(WRAP + NETWORK.format(LAYERS[0]) + save.replace("network.", "model.")) == ["state-dict-only"]


INSIDE = """\
def inside(network):
    return network.module if hasattr(network, "module") else network


size = inside(network).size() if hasattr(network, "module") else network.size()
inner = inside(network)
inner.base.save_pretrained("out")
"""


def test_a_network_that_nothing_was_put_around_is_its_own_inside() -> None:
    assert found(WRAP + NETWORK.format("torch.nn.Linear(8, 2)") + INSIDE) == []
    around = "network.module = anything\n"
    assert found(WRAP + NETWORK.format("torch.nn.Linear(8, 2)") + around + INSIDE) == ["adapter-never-saved"]


OLD = 'torch.load({} + "/adapter_model.bin")\n'


@pytest.mark.parametrize("folder", ['"runs/2023"', "options.resume"])
def test_a_folder_from_long_ago_may_have_the_old_file(folder: str) -> None:
    script = WRAP + TRAIN
    assert found(script + SAVE + OLD.format(folder)) == []
    assert found(script + f"model.save_pretrained({folder})\n" + OLD.format(folder)) == ["adapter-bin-expected"]


def test_a_checkpoint_that_a_training_resumes_is_no_folder_from_long_ago() -> None:
    resumed = """\
if os.path.exists(options.resume + "/adapter_model.bin"):
    load(options.resume)
Trainer(model, args=TrainingArguments("out")).train(resume_from_checkpoint={})
model.save_pretrained("out")
"""
    imports = "import os\nfrom transformers import Trainer, TrainingArguments\n"
    assert found(imports + WRAP + resumed.format("options.resume")) == ["adapter-bin-expected"]
    assert found(imports + WRAP + resumed.format("None")) == []


REFERENCE = """\
class Reference:
    def __enter__(self):
        self.off = model.disable_adapter()
        self.off.__enter__()

    def __exit__(self, *error):
        self.off.__exit__(*error)


with Reference():
    {}
"""


def test_a_context_manager_may_be_entered_by_hand() -> None:
    assert found(WRAP + REFERENCE.format("model(**batch)") + TRAIN + SAVE) == []
    assert found(WRAP + REFERENCE.format("model(**batch).loss.backward(); optimizer.step()") + SAVE) == [
        "train-while-disabled"
    ]


PERTURBED = """\
for batch in batches:
    embedded = model.get_input_embeddings()(batch["input_ids"])
    {}
    model.disable_adapter_layers()
    model(inputs_embeds=embedded, labels=batch["labels"]).loss.backward()
    model.enable_adapter_layers()
    model(inputs_embeds=embedded + embedded.grad.sign(), labels=batch["labels"]).loss.backward()
    optimizer.step()
"""


def test_a_pass_without_the_adapter_may_be_made_for_the_gradient_of_its_input() -> None:
    for asked in ("embedded.requires_grad_(True)", "embedded.requires_grad = True"):
        assert found(WRAP + PERTURBED.format(asked) + SAVE) == []
    assert found(WRAP + PERTURBED.format("print(embedded)") + SAVE) == ["train-while-disabled"]
    unread = PERTURBED.format("embedded.requires_grad_(True)").replace("embedded.grad", "embedded")
    assert found(WRAP + unread + SAVE) == ["train-while-disabled"]


def test_the_first_of_a_list_that_grew_keeps_its_number() -> None:
    """`configs[0]` is renamed, and passed over in the loop that adds the others."""
    grown = 'configs = [{"name": "a"}]\nfor row in rows:\n    configs.append({"name": row})\n'
    renamed = f'{grown}configs[0]["name"] = "default"\n{WRAP}'
    added = (
        'for i, config in enumerate(configs):\n    if i > 0:\n        model.add_adapter(config["name"], LoraConfig())\n'
    )
    assert found(renamed + added + SAVE) == []
    assert found(renamed + added.replace("i > 0", "i == 0") + SAVE) == ["redundant-add-adapter"]


COMPARISON = """\
class Comparison:
    def made(self):
        return {"model": get_peft_model(model, LoraConfig()), "rank": 8}

    def run(self, rows):
        results = {}
        made = self.made()
        optimizer = torch.optim.AdamW(made["model"].parameters())
        for batch in rows:
            made["model"](**batch).loss.backward()
            optimizer.step()
        results["lora"] = {"made": made}
        return {"results": results}
"""


def test_a_model_is_handed_out_in_the_results_of_a_method_that_nobody_calls() -> None:
    assert found(COMPARISON) == []
    assert found(COMPARISON.replace('{"made": made}', '{"rank": made["rank"]}')) == ["adapter-never-saved"]


RECORDS = ['figure.write_html("losses.html")', "file.write(text)", 'wandb.log({"loss": loss})']


@pytest.mark.parametrize("record", RECORDS)
def test_an_experiment_looks_at_what_has_become_of_the_weights(record: str) -> None:
    trained = f"import wandb\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    looked = "norms = [p.detach().norm() for p in model.parameters()]\n"
    assert found(trained + looked + record) == []
    assert found(trained + record) == ["adapter-never-saved"]
    unknown = "cls = class_of(model)\nmodel = cls.from_pretrained('gpt2')\n"
    assert found(unknown + trained + looked + record) == []
    assert found(unknown + trained + record) == ["adapter-never-saved"]


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


def test_an_experiment_wants_no_more_than_its_results() -> None:
    trained = f"import argparse, json\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    results = 'with torch.no_grad():\n    loss = model(**rows).loss\njson.dump(loss.item(), open("loss.json", "w"))\n'
    option = 'parser = argparse.ArgumentParser()\nparser.add_argument("--output-dir")\nargs = parser.parse_args()\n'
    assert found(trained + results) == []
    assert found(trained + results + 'tokenizer.save_pretrained("out")\n') == ["adapter-never-saved"]
    assert found(option + trained + results) == ["adapter-never-saved"]
    assert found(option + trained + results + "plot(args.output_dir)\n") == []
    drawn = results.replace('json.dump(loss.item(), open("loss.json", "w"))', "pyplot.plot(loss)\n{}")
    draws = "from matplotlib import pyplot\n" + trained + drawn
    assert found(draws.format('pyplot.savefig("loss.png")\n')) == []
    assert found(draws.format("pyplot.show()\n")) == ["adapter-never-saved"]
    profiled = "from torch.profiler import profile\n\nwith profile() as seen:\n    model(**batch).loss.backward()\n"
    assert found(WRAP + profiled) == []


@pytest.mark.parametrize("decorator", ["torch.no_grad()", "torch.no_grad", "torch.set_grad_enabled(False)"])
def test_an_experiment_may_be_evaluated_by_a_decorated_function(decorator: str) -> None:
    trained = f"import json\n{WRAP}optimizer = torch.optim.SGD(model.parameters())\n{TRAIN}"
    evaluate = "def evaluate(model):\n    return sum(model(**batch).loss.item() for batch in loader)\n"
    record = 'json.dump(evaluate(model), open("loss.json", "w"))\n'
    assert found(f"@{decorator}\n{evaluate}{trained}{record}") == []
    assert found(f"{evaluate}{trained}{record}") == ["adapter-never-saved"]
    method = evaluate.replace("\n    ", "\n        ").replace("(model)", "(self, model)")
    probe = f"class Probe:\n    @{decorator}\n    {method}"
    assert found(probe + trained + record.replace("evaluate(", "Probe().evaluate(")) == []


@pytest.mark.parametrize(
    ("name", "names"), [("train.py", NEVER), ("latest.py", NEVER), ("test_qlora.py", []), ("memory_test.py", [])]
)
def test_a_script_that_is_named_as_a_test_tries_whether_training_runs(name: str, names: list[str]) -> None:
    findings = lora_lint.check_source(HEAD + WRAP + TRAIN, filename=name)
    assert [finding.name for finding in findings] == names


HEAD_OPENED = """\
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)
model = get_peft_model(model, LoraConfig())
for parameter in model.classifier.parameters():
    parameter.requires_grad = True
"""
KEPT_BY_HAND = ['torch.save(model.classifier.state_dict(), "head.pt")\n', 'keep(model, "head.pt")\n']


@pytest.mark.parametrize("kept", KEPT_BY_HAND)
def test_a_head_that_is_opened_by_hand_may_be_saved_by_hand(kept: str) -> None:
    assert found(HEAD_OPENED + TRAIN + SAVE) == ["head-not-saved"]
    assert found(HEAD_OPENED + TRAIN + kept + SAVE) == []


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


KEEPS_BEST = """\
from safetensors.torch import save_file

best, kept = 0.0, []
for epoch in range(3):
    for batch in rows:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
    if loss > best:
        kept.append({name: p for name, p in model.named_parameters() if p.requires_grad})
for i, weights in enumerate(kept):
    save_file(weights, f"best-{i}.safetensors")
"""


def test_weights_that_a_list_has_on_some_paths_are_saved_out_of_it() -> None:
    assert found(WRAP + KEEPS_BEST) == ["state-dict-only"]
    assert found(WRAP + KEEPS_BEST.replace("save_file(weights", "print(weights")) == ["adapter-never-saved"]


def test_what_is_picked_out_of_the_parameters_of_a_network_that_is_not_seen_may_be_its_adapter() -> None:
    unseen = 'import networks\n\nmodel = networks.Encoder("base").to("cuda")\n' + WRAP
    assert found(unseen + KEEPS_BEST) == []
    assert found(unseen + KEEPS_BEST.replace("save_file(weights", "print(weights")) == ["adapter-never-saved"]


def test_the_head_of_a_task_trains_where_only_lora_is_frozen() -> None:
    """PEFT copies it into the adapter and saves it with it: the training neither raises nor is it in vain."""
    loads = 'model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased", num_labels=3)\n'
    wraps = 'model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))\n'
    freezes = 'for name, p in model.named_parameters():\n    p.requires_grad = "lora_" not in name\n'
    assert found(loads + wraps + freezes + TRAIN + SAVE) == []
    assert found(loads + wraps + "for p in model.parameters():\n    p.requires_grad = False\n" + TRAIN + SAVE) == [
        "frozen-adapter"
    ]


def test_k_bit_preparation_makes_float32_of_what_is_not_quantized() -> None:
    half = 'model = AutoModelForCausalLM.from_pretrained("gpt2", torch_dtype=torch.float16, load_in_4bit=True)\n'
    prepares = "from peft import prepare_model_for_kbit_training\nmodel = prepare_model_for_kbit_training(model)\n"
    rest = WRAP.replace("LoraConfig()", "LoraConfig(modules_to_save=['lm_head'])") + TRAIN + SAVE
    preview = lora_lint.Config(preview=True)
    assert [f.name for f in lora_lint.check_source(HEAD + half + rest, config=preview)] == ["half-precision-trainables"]
    assert lora_lint.check_source(HEAD + half + prepares + rest, config=preview) == []


FUSED = """\
from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5")
unet = pipe.unet
unet.add_adapter(LoraConfig(target_modules=["to_q"]))
optimizer = torch.optim.SGD(unet.parameters())
unet(batch).sample.mean().backward()
optimizer.step()
pipe.fuse_lora()
pipe.unload_lora_weights()
pipe.save_pretrained("out")
"""


def test_a_pipeline_is_saved_with_what_was_fused_into_its_parts() -> None:
    assert found(FUSED) == ["save-after-merge"]
    assert found(FUSED.replace("pipe.fuse", "unet.save_lora_adapter('lora')\npipe.fuse")) == []
    assert found(FUSED.replace("pipe.fuse_lora()\n", "").replace('pipe.save_pretrained("out")\n', "")) == [
        "adapter-never-saved"
    ]


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


SEARCHES = [
    'next(Path("out").glob("adapter_model.bin"))',
    'list(Path("runs").rglob("adapter_model.bin"))',
    'list(Path("runs").glob("*/adapter_model.bin"))',
    'glob.glob("runs/**/adapter_model.bin", recursive=True)',
]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_for_the_old_file_finds_none(search: str) -> None:
    script = "import glob\nfrom pathlib import Path\n" + WRAP
    saved = 'model.save_pretrained("out")\nmodel.save_pretrained("runs/last")\n'
    assert found(script + saved + search + "\n") == ["adapter-bin-expected"]
    assert found(script + saved + search.replace(".bin", ".*") + "\n") == []
    for other in ("*.safetensors", "adapter_model.*"):
        assert found(script + saved + search + f'\nlist(Path("out").glob("{other}"))\n') == []
    assert found(script + saved + f"for old in [{search}]:\n    old.unlink()\n") == []
    assert found(script + saved.replace('")', '", safe_serialization=False)') + search + "\n") == []
    assert found(script + 'model.save_pretrained("elsewhere")\n' + search + "\n") == []


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


PICKED = [
    "params = [p for p in model.parameters() if p.ndim > 1]\n",
    "params = [p for n, p in model.named_parameters() if wanted(n)]\n",
    "params = list({p for p in model.parameters() if p.numel() > 1})\n",
    "params = list(filter(lambda p: p.dim() > 1, model.parameters()))\n",
]


@pytest.mark.parametrize("pick", PICKED)
def test_what_was_picked_before_the_wrap_has_no_parameter_of_the_adapter(pick: str) -> None:
    made = "optimizer = torch.optim.SGD(params)\n"
    imports = "import elsewhere\nfrom elsewhere import wanted\n"
    assert found(imports + pick + WRAP + made + TRAIN + SAVE) == ["optimizer-before-wrap"]
    assert found(imports + WRAP + pick + made + TRAIN + SAVE) == []
    for more in ("params += list(model.parameters())\n", "params.extend(elsewhere.adapter_of(model))\n"):
        assert found(imports + pick + WRAP + more + made + TRAIN + SAVE) == []


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
    assert found(imports + freeze + embedding + apply + made + TRAIN + SAVE) == []


UNWRAPPING = ["transformers.modeling_utils.unwrap_model", "accelerate.utils.extract_model_from_parallel"]


@pytest.mark.parametrize("name", UNWRAPPING)
def test_what_a_library_takes_out_of_its_wrappers_is_the_model(name: str) -> None:
    module, _, function = name.rpartition(".")
    taken = f"from {module} import {function}\ninside = {function}(model)\n"
    assert found(WRAP + TRAIN + taken + 'inside.save_pretrained("out")\n') == []
    assert found(WRAP + TRAIN + taken + 'inside.get_base_model().save_pretrained("out")\n') == ["base-model-saved"]


MADE_UP = ["torch.randint(0, 100, (1, 8))", 'torch.randint(0, 100, (1, 8)).to("cuda")', "torch.ones(1, 8)"]


@pytest.mark.parametrize("tensor", MADE_UP)
def test_what_is_trained_on_made_up_tensors_is_only_tried(tensor: str) -> None:
    step = f"{WRAP}ids = {tensor}\nmodel(input_ids=ids, labels={{labels}}).loss.backward()\noptimizer.step()\n"
    assert found(step.format(labels="ids")) == []
    assert found(step.format(labels='batch["labels"]')) == NEVER
    assert found(step.format(labels="ids") + TRAIN) == NEVER


PUT_INTO = """\
class Speech(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.decoder = AutoModelForCausalLM.from_pretrained(config.decoder)

speech = Speech.from_pretrained("speech")
speech.decoder = get_peft_model(speech.decoder, LoraConfig())
optimizer = torch.optim.AdamW({params})
speech.decoder(**batch).loss.backward()
optimizer.step()
speech.decoder.save_pretrained("out")
"""


@pytest.mark.parametrize(
    ("params", "names"), [("speech.parameters()", []), ("model.parameters()", ["optimizer-before-wrap"])]
)
def test_what_is_put_into_a_model_is_trained_with_it(params: str, names: list[str]) -> None:
    assert found("from transformers import PreTrainedModel\n" + PUT_INTO.format(params=params)) == names
