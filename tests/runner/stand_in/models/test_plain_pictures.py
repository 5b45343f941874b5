"""Image processors that transformers has for torchvision alone, where that is not installed."""

from __future__ import annotations

import importlib.util

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import SAVE

SEES = """\
import torch
from PIL import Image
from peft import LoraConfig, get_peft_model
from transformers import Sam2Model, Sam2Processor

name = "facebook/sam2-hiera-tiny"
processor, base = Sam2Processor.from_pretrained(name), Sam2Model.from_pretrained(name)
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"]))
seen = processor(Image.new("RGB", (30, 20)), input_points=[[[[3, 4]]]], input_labels=[[[1]]], return_tensors="pt")
assert seen["original_sizes"].tolist() == [[20, 30]]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
sizes = seen.pop("original_sizes")
found = model(**seen, multimask_output=False)
found.pred_masks.mean().backward()
optimizer.step()
assert processor.post_process_masks(found.pred_masks.detach(), sizes)[0].shape[-2:] == (20, 30)
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torchvision") is not None, reason="the model's own is there")
def test_a_plain_one_makes_pictures_of_the_size_that_the_model_sees(run: Run) -> None:
    ran = run(SEES + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "a plain image processor in the place of the model's own" in str(ran.json["after"]["neutralised"])
