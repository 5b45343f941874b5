"""Adapters that are saved in ways of their own, each beside the loss that it looks like."""

from __future__ import annotations

import pytest
from tests.rules.idioms import NETWORK, SAVE, TRAIN, WRAP, found

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


INSIDE = """\
def inside(network):
    return network.module if hasattr(network, "module") else network


size = inside(network).size() if hasattr(network, "module") else network.size()
inner = inside(network)
inner.base.save_pretrained("out")
"""


def test_a_network_that_nothing_was_put_around_is_its_own_inside() -> None:
    assert found(WRAP + NETWORK.format("torch.nn.Identity()") + INSIDE) == []
    around = "network.module = anything\n"
    assert found(WRAP + NETWORK.format("torch.nn.Identity()") + around + INSIDE) == ["adapter-never-saved"]


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


def test_a_unet_kept_its_lora_with_its_attention_processors() -> None:
    by_accelerator = """\
from accelerate import Accelerator
from diffusers import UNet2DConditionModel

accelerator = Accelerator()
unet = UNet2DConditionModel.from_pretrained("stable-diffusion-v1-5/stable-diffusion-v1-5", subfolder="unet")
unet.add_adapter(LoraConfig(target_modules=["to_q"]))
optimizer = torch.optim.SGD(unet.parameters())
unet, optimizer = accelerator.prepare(unet, optimizer)
accelerator.backward(unet(batch).sample.mean())
optimizer.step()
"""
    assert found(by_accelerator + 'accelerator.unwrap_model(unet).save_attn_procs("out")\n') == []
    assert found(by_accelerator + "accelerator.unwrap_model(unet).eval()\n") == ["adapter-never-saved"]


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


UNWRAPPING = ["transformers.modeling_utils.unwrap_model", "accelerate.utils.extract_model_from_parallel"]


@pytest.mark.parametrize("name", UNWRAPPING)
def test_what_a_library_takes_out_of_its_wrappers_is_the_model(name: str) -> None:
    module, _, function = name.rpartition(".")
    taken = f"from {module} import {function}\ninside = {function}(model)\n"
    assert found(WRAP + TRAIN + taken + 'inside.save_pretrained("out")\n') == []
    assert found(WRAP + TRAIN + taken + 'inside.get_base_model().save_pretrained("out")\n') == ["base-model-saved"]


BEST = """\
best, seen = {first}, []
for epoch in range(10):
    for batch in batches():
        model(**batch).loss.backward()
        optimizer.step()
    score = evaluate()
    if {better}:
        best = score
        model.save_pretrained("best")
"""
MERGED = 'model = model.merge_and_unload()\nmodel.save_pretrained("merged")\n'


TESTS = [
    ('float("-inf")', "score > best"),
    ('float("inf")', "score < best"),
    ("-math.inf", "score > best"),
    ("0.0", "score > best"),
    ("-1", "score > best"),
    ("None", "best is None or score > best"),
    ('float("inf")', "best - score > 1e-4"),
    ('float("nan")', "not score >= best"),
    ("0.0", "seen.append(score) or score == max(seen)"),
]


@pytest.mark.parametrize(("first", "better"), TESTS)
def test_the_last_round_is_merged_and_the_best_one_is_kept(first: str, better: str) -> None:
    script = BEST.format(first=first, better=better)
    assert found(f"import math\n{WRAP}{script}{MERGED}") == []
    nowhere = script.replace('model.save_pretrained("best")', "print(best)")
    assert found(f"import math\n{WRAP}{nowhere}{MERGED}") == ["save-after-merge"]
