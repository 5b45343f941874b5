"""Pipelines of diffusers and transformers: their parts are small, and of the family that the script works with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, LOOP

from lora_lint_runner.child.stand_in.models import diffusion, folders
from lora_lint_runner.child.stand_in.models.inputs import denoisers


def test_a_part_of_a_pipeline_that_no_table_knows_is_small(run: Run) -> None:
    pytest.importorskip("diffusers")
    text = """\
from diffusers import DiTTransformer2DModel

model = DiTTransformer2DModel.from_pretrained("facebook/DiT-XL-2-256", subfolder="transformer")
assert model.num_parameters() < 1e6
"""
    assert run(text).json["after"]["error"] is None


def test_a_part_of_a_pipeline_is_of_the_family_that_the_id_tells(run: Run) -> None:
    """Other pipelines have a model of the same class, with other sizes."""
    pytest.importorskip("diffusers")
    text = """\
from diffusers import UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTextModelWithProjection

name = "stabilityai/stable-diffusion-xl-base-1.0"
unet = UNet2DConditionModel.from_pretrained(name, subfolder="unet")
first = CLIPTextModel.from_pretrained(name, subfolder="text_encoder")
second = CLIPTextModelWithProjection.from_pretrained(name, subfolder="text_encoder_2")
assert unet.config.cross_attention_dim == first.config.hidden_size + second.config.hidden_size
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_tokenizer_of_a_pipeline_is_of_the_class_that_is_asked_for(run: Run) -> None:
    pytest.importorskip("diffusers")
    text = """\
from diffusers import PixArtTransformer2DModel
from transformers import T5Tokenizer

T5Tokenizer.from_pretrained("PixArt-alpha/PixArt-XL-2-512x512", subfolder="tokenizer")("a cat")
"""
    assert run(text).json["after"]["error"] is None


def test_parts_of_flux_2_fit_each_other(run: Run) -> None:
    """It takes no pooled text as FLUX.1 does, but the states of three layers far up, and places of four axes."""
    diffusers = pytest.importorskip("diffusers")
    if not hasattr(diffusers, "Flux2KleinPipeline"):
        pytest.skip("it came with a later release of diffusers")
    text = """\
import torch
from diffusers import AutoencoderKLFlux2, AutoModel, Flux2KleinPipeline

name = "black-forest-labs/FLUX.2-klein-4B"
texts, places = Flux2KleinPipeline.from_pretrained(name, vae=None, transformer=None).encode_prompt("a cat")
latents = AutoencoderKLFlux2.from_pretrained(name, subfolder="vae").encode(torch.rand(1, 3, 32, 32)).latent_dist.mode()
assert latents.shape[1] == 32
painter = AutoModel.from_pretrained(name, subfolder="transformer")
told = {"encoder_hidden_states": texts, "txt_ids": places, "timestep": torch.ones(1)}
print(painter(torch.rand(1, 4, 128), img_ids=torch.zeros(1, 4, 4), **told).sample.shape)
"""
    assert run(text).json["after"]["error"] is None


def test_rows_that_are_fed_to_flux_2_have_places_of_four_axes() -> None:
    diffusers = pytest.importorskip("diffusers")
    if not hasattr(diffusers, "Flux2Transformer2DModel"):
        pytest.skip("it came with a later release of diffusers")
    model = diffusers.Flux2Transformer2DModel(**diffusion.TABLE["parts"]["flux2"]["config"])
    assert model(**denoisers.taken(model, 2)).sample.shape[0] == 2


def test_a_unet_is_of_the_pipeline_that_the_script_saves_to(run: Run) -> None:
    """Of an id that tells nothing: Stable Diffusion has a UNet of the same class, of another width."""
    pytest.importorskip("diffusers")
    text = """\
import argparse
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import WhisperForConditionalGeneration

unet = UNet2DConditionModel.from_pretrained("company/model", subfolder="unet")
assert unet.config.addition_embed_type == "text_time", unet.config
parser = argparse.ArgumentParser()
parser.add_argument("--resolution", type=int, default=1024)
assert parser.parse_args().resolution == 256
speech = WhisperForConditionalGeneration.from_pretrained("openai/whisper-small")
sounds = torch.zeros(1, speech.config.num_mel_bins, 3000)
speech.generate(input_features=sounds, max_new_tokens=2, language="Swahili", task="transcribe")
print(StableDiffusionXLPipeline)
"""
    assert run(HEAD + text + LOOP + 'model.save_pretrained("out")\n').exit == 0


def test_a_pipeline_has_a_model_for_its_task(run: Run) -> None:
    text = """\
from transformers import pipeline

judge = pipeline("sentiment-analysis", model="acme/distilbert-imdb", device=0)
answers = judge(["a", "b c"], batch_size=2, top_k=None)
print([next(a["score"] for a in answer if a["label"] == "POSITIVE") for answer in answers])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any("acme/distilbert-imdb: a tiny random DistilBert" in text for text in ran.json["after"]["neutralised"])


@pytest.mark.parametrize(
    ("config", "unfilled"), [({"architectures": ["LlamaModel"]}, True), ({"_class_name": "A"}, False)]
)
def test_a_part_of_a_pipeline_is_no_model_without_weights(
    config: dict[str, Any], unfilled: bool, tmp_path: Path
) -> None:
    for root in ("home", "work"):
        (tmp_path / root / "model").mkdir(parents=True)
        (tmp_path / root / "model" / "config.json").write_text(json.dumps(config))
    assert folders.unfilled(str(tmp_path / "work/model"), str(tmp_path / "work"), str(tmp_path / "home")) is unfilled


TAKES = {
    "by its name": ("runwayml/stable-diffusion-inpainting", "assert unet.conv_in.in_channels == 9\n"),
    "by what it is given": (
        "nobody/painter",
        "import torch\nstates = torch.rand(1, 4, 32)\nunet(torch.rand(1, 9, 8, 8), 1, encoder_hidden_states=states)\n",
    ),
    "by what is demanded": ("nobody/painter", "assert unet.conv_in.in_channels == 8\n"),
}


@pytest.mark.parametrize(("name", "used"), TAKES.values(), ids=TAKES.keys())
def test_a_unet_takes_as_many_channels_as_the_script_has_for_it(run: Run, name: str, used: str) -> None:
    pytest.importorskip("diffusers")
    text = "from diffusers import UNet2DConditionModel\n"
    text += f'unet = UNet2DConditionModel.from_pretrained("{name}", subfolder="unet")\n'
    assert run(text + used).json["after"]["error"] is None


def test_texts_are_as_wide_as_another_encoder_made_them(run: Run) -> None:
    """Beforehand: the encoder is not in the script."""
    pytest.importorskip("diffusers")
    text = "import torch\nfrom diffusers import PixArtTransformer2DModel\n"
    text += 'part = PixArtTransformer2DModel.from_pretrained("nobody/pixart", subfolder="transformer")\n'
    text += "more = {'resolution': None, 'aspect_ratio': None}\n"
    text += "part(torch.rand(1, 4, 8, 8), torch.rand(1, 6, 96), torch.tensor([1]), added_cond_kwargs=more)\n"
    assert run(text + "assert part.config.caption_channels == 96\n").json["after"]["error"] is None
