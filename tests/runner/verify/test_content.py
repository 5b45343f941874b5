"""What was saved is judged by what is in it: moved tensors, keys, values, and what it answers when it is loaded
anew."""

from __future__ import annotations

from typing import Any

import pytest
from tests.runner.conftest import Ran, Run
from tests.runner.samples import HEAD, KEPT, LOOP, LOST, SAVE, TRAINED


def adapter(ran: Ran, directory: str = "out") -> dict[str, Any]:
    return next(a for a in ran.json["after"]["adapters"] if a["directory"] == directory)


def with_config(text: str, config: str) -> str:
    return text.replace("LoraConfig(target_modules", f"{config}(target_modules").replace(
        "import LoraConfig,", f"import {config},"
    )


@pytest.mark.parametrize("config", ["LoHaConfig", "LoKrConfig", "OFTConfig"])
def test_other_methods_are_judged_by_their_own_tensors(run: Run, config: str) -> None:
    ran = run(with_config(KEPT, config))
    assert ran.exit == 0, ran.json["reason"]
    assert (adapter(ran)["trained"], adapter(ran)["reloads"]) == (True, True)


def test_an_adapter_that_another_one_has_overwritten_is_told(run: Run) -> None:
    start = KEPT.index("base = ")
    body = KEPT[start:].replace("\n", "\n    ")
    ran = run(f"{KEPT[:start]}for fold in range(3):\n    {body}\n")
    assert (ran.exit, adapter(ran)["notes"]) == (0, ["2 other adapters were saved here before, and overwritten"])
    assert ran.json["reason"] == (
        "the adapter files appear (2 other adapters were saved in out before, and overwritten)"
    )


def test_a_base_that_a_random_estimate_has_changed_is_not_compared(run: Run) -> None:
    """A fast SVD gives another base at each load: what the two answer tells nothing."""
    ran = run(KEPT.replace("LoraConfig(target", 'LoraConfig(init_lora_weights="pissa_niter_4", target'))
    assert ran.exit == 0, ran.json["reason"]
    assert adapter(ran)["reloads"] is None


def test_ia3_starts_at_one(run: Run) -> None:
    text = KEPT.replace("LoraConfig(", "IA3Config(feedforward_modules=[], ").replace(
        "import LoraConfig", "import IA3Config"
    )
    assert adapter(run(text))["trained"] is True


def test_a_prompt_is_held_against_how_it_began(run: Run) -> None:
    text = KEPT.replace(
        'LoraConfig(target_modules=["q_proj", "v_proj"]',
        "PromptTuningConfig(num_virtual_tokens=4, token_dim=768, num_layers=12",
    ).replace("import LoraConfig", "import PromptTuningConfig")
    assert adapter(run(text))["trained"] is True
    frozen = text.replace("lr=1e-3", "lr=float('0')")
    assert adapter(run(frozen))["problems"] == ["not trained: every tensor is as it was at the start"]


def test_dora_reloads(run: Run) -> None:
    ran = run(KEPT.replace("LoraConfig(", "LoraConfig(use_dora=True, "))
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True)


def test_a_model_of_pictures_with_a_model_of_words_beside_it_reloads(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageClassification

base = AutoModelForImageClassification.from_pretrained("google/siglip2-base-patch16-224", num_labels=3)
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], modules_to_save=["classifier"]))
size = base.config.vision_config.image_size
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(4):
    model(pixel_values=torch.rand(2, 3, size, size), labels=torch.tensor([0, 1])).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
    ran = run(text + SAVE)
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True), ran.json["reason"]


TRAINER = """\
from datasets import Dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer(
    "meta-llama/Llama-3.2-1B",
    args=SFTConfig("runs", max_steps=2, save_strategy="no", report_to="none"),
    train_dataset=Dataset.from_dict({"text": ["one two three", "four five six"] * 4}),
    peft_config=LoraConfig(task_type="CAUSAL_LM"),
)
trainer.train()
trainer.save_model("out")
"""


def test_a_trainer_with_a_forward_of_its_own_is_asked_as_a_fresh_base_is(run: Run) -> None:
    """trl's forward answers with `fused_lm_head=True` as no other model does."""
    ran = run(TRAINER)
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True), ran.json["reason"]


def test_a_reload_that_was_not_tried_is_said(run: Run) -> None:
    varying = LOOP.replace("model(input_ids", "base.model.norm.register_forward_hook(noise)\n    model(input_ids")
    noise = "def noise(module, given, out):\n    return out + torch.rand_like(out) * torch.rand(1, generator=chance)\n"
    text = HEAD + "chance = torch.Generator()\n" + noise + varying + 'model.save_pretrained("out")\n'
    ran = run(text)
    assert (ran.exit, adapter(ran)["reloads"], adapter(ran)["unread"]) == (0, None, "its answers vary")
    assert "trained, reload not tried: its answers vary" in run(text, form="text").out


def test_adalora_reloads_though_its_loss_is_one_of_training(run: Run) -> None:
    """Loaded as one does it, it has no adapter that trains, and fails where it is given labels (peft 0.21)."""
    ran = run(KEPT.replace("LoraConfig(", "AdaLoraConfig(total_step=20, ").replace("LoraConfig,", "AdaLoraConfig,"))
    assert (ran.exit, adapter(ran)["reloads"]) == (0, True), adapter(ran)["unread"]


LOADED = """\
import torch
from transformers import AutoModelForCausalLM
from peft import PeftModel

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = PeftModel.from_pretrained(base, "you/adapter", is_trainable=TRAINABLE)
other = torch.nn.Parameter(torch.ones(1))
optimizer = torch.optim.AdamW([other, *(p for p in model.parameters() if p.requires_grad)], lr=1e-3)
for step in range(3):
    ids = torch.randint(0, 100, (2, 8))
    loss = model(input_ids=ids, labels=ids).loss + other.sum()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""


def test_a_loaded_adapter_that_was_trained_on_has_moved(run: Run) -> None:
    ran = run(LOADED.replace("TRAINABLE", "True"))
    assert (ran.exit, adapter(ran)["trained"]) == (0, True)


def test_that_no_token_has_a_label_is_said_where_nothing_has_moved(run: Run) -> None:
    ran = run(HEAD + LOOP.replace("labels=ids", "labels=torch.full_like(ids, -100)") + SAVE)
    why = "no token of any batch had a label (all are -100)"
    assert adapter(ran)["problems"] == [f"not trained: all 4 lora_B are zero, as at the start: {why}"]


def test_a_loaded_adapter_that_stayed_frozen_is_a_perfect_copy_and_no_result(run: Run) -> None:
    ran = run(LOADED.replace("TRAINABLE", "False"), "--ignore", "LL")
    assert adapter(ran)["trained"] is False
    why = "not trained: a copy of the adapter that was loaded, though the script trained: no gradient ever came to it"
    assert why in adapter(ran)["problems"]
    assert ran.exit != 0


def test_nan_is_found(run: Run) -> None:
    ran = run(KEPT.replace(".loss.backward()", ".loss.mul(float('nan')).backward()"))
    assert ran.exit == 1
    assert "hold NaN or Inf" in ran.json["reason"]


def test_a_merged_model_holds_the_adapter(run: Run) -> None:
    ran = run(LOST)
    assert [(m["directory"], m["ok"], m["holds"]) for m in ran.json["after"]["merged"]] == [("out", True, True)]


def test_a_merged_model_in_half_precision_holds_it_too(run: Run) -> None:
    ran = run(
        LOST.replace('model.save_pretrained("out")', 'model = model.to(torch.bfloat16)\nmodel.save_pretrained("out")')
    )
    assert [m["holds"] for m in ran.json["after"]["merged"]] in ([True], [None])
    assert ran.exit == 0


def test_a_merged_model_that_was_overwritten_does_not(run: Run) -> None:
    spoil = "with torch.no_grad():\n    model.model.layers[0].self_attn.q_proj.weight.zero_()\n"
    ran = run(LOST.replace('model.save_pretrained("out")', spoil + 'model.save_pretrained("out")'))
    assert (ran.exit, ran.json["verdict"]) == (1, "failed")
    assert "the merged model in out does not hold the adapter: model.layers.0.self_attn.q_proj" in ran.json["reason"]


def test_training_after_the_merge_is_not_held_against_it(run: Run) -> None:
    text = TRAINED + (
        'model.save_pretrained("adapter")\nmodel = model.merge_and_unload()\nfor '
        "p in model.parameters():\n    p.requires_grad_(True)\n"
    )
    ran = run(text + LOOP + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert [m["holds"] for m in ran.json["after"]["merged"]] == [None]


def test_adapter_and_merged_model_in_one_directory_are_noted(run: Run) -> None:
    text = TRAINED + 'model.save_pretrained("out")\nmodel = model.merge_and_unload()\nmodel.save_pretrained("out")\n'
    ran = run(text, "--ignore", "LL")
    assert any("a full model lies in the same directory" in note for note in adapter(ran)["notes"])


def test_a_target_that_matched_nothing_is_noted(run: Run) -> None:
    ran = run(KEPT.replace('"v_proj"]', '"query_key_value"]'))
    assert "target_modules names query_key_value, but no tensor is of it" in adapter(ran)["notes"]


def test_a_head_that_is_not_saved_is_found_by_its_answer(run: Run) -> None:
    text = HEAD + "for p in model.base_model.model.lm_head.parameters():\n    p.requires_grad_(True)\n" + LOOP
    ran = run(text.replace("lr=1e-3", "lr=0.5") + 'model.save_pretrained("out")\n', "--ignore", "LL")
    assert ran.exit == 1
    assert "part of what was trained is not in the files: lm_head.weight of the base has" in ran.json["reason"]


def test_a_head_that_is_saved_in_a_file_of_its_own_is_not_missed(run: Run) -> None:
    text = HEAD + "for p in model.base_model.model.lm_head.parameters():\n    p.requires_grad_(True)\n" + LOOP
    saves = 'model.save_pretrained("out")\ntorch.save(model.base_model.model.lm_head.state_dict(), "out/head.pt")\n'
    ran = run(text.replace("lr=1e-3", "lr=0.5") + saves, "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed")
    assert adapter(ran)["unread"] == "lm_head.weight of the base trains, too, and is in head.pt"


def test_a_zero_with_a_sign_is_no_training(run: Run) -> None:
    text = """\
with torch.no_grad():
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            weight.mul_(-0.0)
"""
    ran = run(TRAINED + text + 'model.save_pretrained("out")\n')
    assert ran.exit == 1
    assert "not trained: all 4 lora_B are zero" in ran.json["reason"]


ON_MERGED = TRAINED + (
    "model = model.merge_and_unload()\nSAVED"
    'model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))\n'
)


def on_merged(saved: str) -> str:
    text = ON_MERGED.replace("SAVED", saved) + LOOP + 'model.save_pretrained("out")\n'
    return text.replace("lr=1e-3", "lr=0.1")


def test_an_adapter_on_a_merged_model_that_nobody_has_is_of_no_use(run: Run) -> None:
    ran = run(on_merged(""), "--ignore", "LL")
    assert ran.exit == 1
    assert "the merged model that it was trained on is saved nowhere" in ran.json["reason"]


def test_where_the_merged_model_is_saved_it_is(run: Run) -> None:
    ran = run(on_merged('model.save_pretrained("merged")\n'), "--ignore", "LL")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed")


def test_an_adapter_whose_config_names_another_base_is_noted(run: Run) -> None:
    text = 'model.peft_config["default"].base_model_name_or_path = "openai-community/gpt2"\n'
    ran = run(TRAINED + text + 'model.save_pretrained("out")\n')
    told = "names openai-community/gpt2 as its base, and it was trained on meta-llama/Llama-3.2-1B"
    assert any(told in note for note in adapter(ran)["notes"])


def test_modules_that_the_script_has_put_into_the_base_are_in_no_fresh_one(run: Run) -> None:
    text = """\
class Scaled(torch.nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, states):
        return 0.9 * self.inner(states)

base.model.layers[0].mlp = Scaled(base.model.layers[0].mlp)
model = """
    ran = run(KEPT.replace("model = ", text, 1).replace('"v_proj"', '"up_proj"'))
    assert (ran.exit, adapter(ran)["trained"]) == (0, True), ran.json["reason"]
    assert adapter(ran)["unread"] == "the script has put modules of its own into the base: no fresh one has these"


def test_modules_that_the_script_has_put_others_in_the_place_of_are_in_no_fresh_base(run: Run) -> None:
    text = """\
for layer in base.model.layers:
    layer.mlp = torch.nn.Linear(base.config.hidden_size, base.config.hidden_size)
model = """
    ran = run(KEPT.replace("model = ", text, 1).replace('"v_proj"', '"mlp"'))
    assert (ran.exit, adapter(ran)["trained"]) == (0, True), ran.json["reason"]
    told = "the script has put other modules in the place of some of the base's: no fresh one has these"
    assert adapter(ran)["unread"] == told


CHANGES = {
    "a hook": "base.model.norm.register_forward_hook(lambda module, inputs, output: 0.5 * output)",
    "a method": "before = base.model.norm.forward\nbase.model.norm.forward = lambda states: 0.5 * before(states)",
    "a setting": "base.model.layers[0].self_attn.scaling = 5.0",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_base_that_the_script_has_made_to_answer_otherwise_says_nothing_of_the_files(run: Run, change: str) -> None:
    ran = run(KEPT.replace("model = ", f"{CHANGES[change]}\nmodel = ", 1))
    assert (ran.exit, adapter(ran)["trained"]) == (0, True), ran.json["reason"]
    told = "the script has changed how its base computes: no fresh one answers as it does"
    assert adapter(ran)["unread"] == told


def test_a_weight_of_the_base_that_was_changed_by_hand_is_named(run: Run) -> None:
    ran = run(KEPT.replace("model = ", "base.lm_head.weight.data.mul_(0.5)\nmodel = ", 1))
    assert ran.exit == 1
    assert ran.json["reason"].endswith("apart): lm_head.weight of the base is not as it is loaded")
