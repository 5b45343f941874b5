"""Batches as models take them, by their classes and their configs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.stand_in.models import diffusion, family, snapshot
from lora_lint_runner.child.stand_in.models.inputs import batches, drawn
from lora_lint_runner.child.stand_in.models.inputs.undecided import MadeUp
from lora_lint_runner.child.stand_in.training import fitting


def test_a_batch_is_a_tensor_alone_where_the_script_asks_it_as_one() -> None:
    torch = pytest.importorskip("torch")
    batch = batches.Batch({"input_ids": torch.ones(2, 16)})
    assert batch.to("cpu").size(0) == 2
    assert batch.shape == (2, 16)


def test_a_model_that_hears_by_a_picture_of_the_sound_is_given_one() -> None:
    pytest.importorskip("torch")
    heard = SimpleNamespace(max_length=64, num_mel_bins=16)
    assert drawn.sound(heard, 2)["input_values"].shape == (2, 64, 16)
    assert drawn.sound(SimpleNamespace(), 2)["input_values"].ndim == 2


def test_a_model_with_a_learned_prompt_is_fed_as_the_whole_model_is() -> None:
    """Its base model is the whole one, not a tuner around it."""
    transformers, peft = pytest.importorskip("transformers"), pytest.importorskip("peft")
    config = transformers.OPTConfig(
        vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, word_embed_proj_dim=16
    )
    options = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2)
    model = peft.get_peft_model(transformers.OPTForCausalLM(config), options)
    assert "labels" in batches.batch_for(model, 2)


@pytest.mark.slow
@pytest.mark.parametrize("family", [f for f in diffusion.TABLE["families"] if "transformer" in f["components"]])
def test_latents_are_as_the_transformer_takes_them(family: dict[str, Any]) -> None:
    diffusers = pytest.importorskip("diffusers")
    row = diffusion._row(family["components"]["transformer"])
    model = getattr(diffusers, row["class"])(**row["config"])
    batch = batches.batch_for(model, 2)
    assert len(model(**batch.data, return_dict=False)[0]) == 2


def test_what_was_passed_over_is_as_many_as_what_it_goes_with() -> None:
    torch = pytest.importorskip("torch")
    diffusers = pytest.importorskip("diffusers")
    row = diffusion._row(diffusion.choose("sd3", None, ())["components"]["transformer"])
    model = getattr(diffusers, row["class"])(**row["config"])
    given = {"hidden_states": torch.rand(3, 16, 32, 32), "encoder_hidden_states": MadeUp("made-up rows")}
    assert len(fitting.fitted(model, (), given)[1]["encoder_hidden_states"]) == 3


def test_a_model_that_is_to_go_on_from_nothing_is_given_a_prompt() -> None:
    pytest.importorskip("torch")
    config = SimpleNamespace(vocab_size=32)
    model = SimpleNamespace(main_input_name="input_ids", config=config, forward=lambda input_ids: input_ids)
    generate = fitting._prompting(lambda self, *args, **options: options)
    assert generate(model, max_new_tokens=8)["input_ids"].ndim == 2


def test_a_text_that_was_to_be_embedded_by_the_script_is_one_of_tokens() -> None:
    """And what goes with it is as long, though the script has made a mask as long as nothing."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(vocab_size=64, **sizes))
    given = {"inputs_embeds": MadeUp("made-up rows"), "attention_mask": torch.ones(2, 0), "return_dict": True}
    found = fitting.fitted(model, (), given)[1]
    assert found.keys() == {"input_ids", "attention_mask", "return_dict"}
    assert model(**found).logits.shape[:2] == found["attention_mask"].shape


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("Salesforce/blip-vqa-base", "BlipForQuestionAnswering"),
        ("dandelin/vilt-b32-finetuned-vqa", "ViltForQuestionAnswering"),
        ("google/siglip-base-patch16-224", "SiglipModel"),
        ("MCG-NJU/videomae-base", "VideoMAEForVideoClassification"),
        ("facebook/vjepa2-vitl-fpc16-256-ssv2", "VJEPA2ForVideoClassification"),
        ("facebook/bart-base", "BartForSequenceClassification"),
        ("google-bert/bert-base-uncased", "BertForMultipleChoice"),
        ("facebook/wav2vec2-base", "Wav2Vec2ForAudioFrameClassification"),
        ("nvidia/parakeet-ctc-1.1b", "ParakeetForCTC"),
    ],
)
def test_a_model_learns_of_what_it_does_not_do_without(name: str, cls: str, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    snapshot.write(str(tmp_path), name, family.choose(name, family.Asked(cls)), cls, None)
    loaded = getattr(transformers, cls).from_pretrained(tmp_path)
    assert loaded(**batches.batch_for(loaded, 2).data).loss.requires_grad
