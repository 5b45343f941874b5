"""What a PeftModel saves has no keys that a pipeline looks for."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

TRAINED = """\
import torch
from diffusers import {pipeline}
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict

pipe = {pipeline}.from_pretrained("runwayml/stable-diffusion-v1-5")
unet = get_peft_model(pipe.unet, LoraConfig(target_modules=["to_q", "to_v"]))
optimizer = torch.optim.AdamW(unet.parameters(), lr=1e-4)
for batch in batches():
    unet(**batch).sample.mean().backward()
    optimizer.step()
unet.save_pretrained("out")
{then}
"""
OF_ITS_OWN = """\
StableDiffusionPipeline.save_lora_weights("out", unet_lora_layers=get_peft_model_state_dict(unet))
pipe.load_lora_weights("out")
"""


def found(then: str, pipeline: str = "StableDiffusionPipeline") -> list[str]:
    script = TRAINED.format(pipeline=pipeline, then=then)
    return [finding.code for finding in check_source(script, config=Config(preview=True)) if finding.code == "LL505"]


@pytest.mark.parametrize("pipeline", ["StableDiffusionPipeline", "StableDiffusionXLPipeline"])
def test_what_peft_saved_is_passed_over(pipeline: str) -> None:
    """Executed with diffusers 0.42.1 and peft 0.21.2: no layer is put in, and a line in the log says so."""
    assert found('pipe.load_lora_weights("out")', pipeline) == ["LL505"]
    assert found('pipe.load_lora_weights("out", adapter_name="mine")', pipeline) == ["LL505"]


@pytest.mark.parametrize(
    "then",
    [
        OF_ITS_OWN,
        'pipe.load_lora_weights("elsewhere")',
        'pipe.load_lora_weights("out", weight_name="converted.safetensors")',
        'pipe.load_lora_weights("out", prefix=None)',
        'pipe.load_lora_weights("out", **options())',
        'import shutil; shutil.copy("pytorch_lora_weights.safetensors", "out"); pipe.load_lora_weights("out")',
        'save_file(tensors(), "out/mine.safetensors"); pipe.load_lora_weights("out")',
    ],
)
def test_what_else_may_lie_there(then: str) -> None:
    assert found(then) == []


def test_pipelines_of_other_families_rename_the_keys() -> None:
    assert found('pipe.load_lora_weights("out")', "FluxPipeline") == []


@pytest.mark.slow
@pytest.mark.parametrize("pipeline", ["StableDiffusionPipeline", "StableDiffusionXLPipeline"])
def test_no_layer_is_put_in(pipeline: str, tmp_path: object) -> None:
    import diffusers
    from peft import LoraConfig, get_peft_model

    def unet() -> diffusers.UNet2DConditionModel:
        return diffusers.UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=1,
            sample_size=32,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=32,
        )

    get_peft_model(unet(), LoraConfig(target_modules=["to_q"])).save_pretrained(str(tmp_path))
    fresh, cls = unet(), getattr(diffusers, pipeline)
    weights, alphas, *_ = cls.lora_state_dict(str(tmp_path), unet_config=fresh.config)
    assert all(key.startswith("base_model.model.") for key in weights)
    cls.load_lora_into_unet(weights, network_alphas=alphas, unet=fresh)
    assert not any("lora_A" in name for name, _ in fresh.named_modules())
