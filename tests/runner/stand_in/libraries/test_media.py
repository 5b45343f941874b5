"""Libraries of pictures, videos and the like that are not installed."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import KEPT


@absent("cv2")
def test_opencv_reads_scales_and_recolours(run: Run) -> None:
    text = """\
import cv2
import numpy as np

cv2.imwrite("a.png", np.full((8, 6, 3), (10, 20, 30), dtype="uint8"))
image = cv2.cvtColor(cv2.resize(cv2.imread("a.png"), (4, 2)), cv2.COLOR_BGR2RGB)
assert image.shape == (2, 4, 3) and image[0, 0].tolist() == [30, 20, 10]
assert cv2.imread("b.png") is None
"""
    confirmed(run(text + KEPT))


@absent("albumentations")
def test_changes_that_are_put_together_anew_and_done_again(run: Run) -> None:
    text = """\
import albumentations as A
import numpy

near = A.ReplayCompose([A.Rotate(limit=45, p=0.2), A.Resize(8, 8)])
both = A.ReplayCompose([*near.transforms, A.GaussNoise(p=0.1)])
done = both(image=numpy.zeros((16, 16, 3), dtype="uint8"))
assert done["image"].shape == (8, 8, 3)
again = A.ReplayCompose.replay(done["replay"], image=numpy.zeros((16, 16, 3), dtype="uint8"))
assert again["image"].shape == (8, 8, 3)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
@absent("cv2")
@absent("albumentations")
def test_images_and_their_masks_are_scaled_together(run: Run) -> None:
    text = """\
import albumentations as A
import cv2
import os
from albumentations.pytorch import ToTensorV2

change = A.Compose([A.Resize(8, 8), A.HorizontalFlip(p=0.5), A.Normalize(), ToTensorV2()])
for name in os.listdir("cracks/images"):
    image = cv2.imread(os.path.join("cracks/images", name.replace(".jpg", ".png")))
    mask = cv2.imread(os.path.join("cracks/masks", name), cv2.IMREAD_GRAYSCALE)
    made = change(image=image, mask=(mask > 1).astype("uint8"))
    assert made["image"].shape == (3, 8, 8) and made["mask"].shape == (8, 8)
"""
    confirmed(run(text + KEPT, "--made-up-rows"))


@absent("torchvision")
def test_torchvision_reads_a_folder_of_classes(run: Run) -> None:
    text = """\
from torchvision import datasets, transforms

found = datasets.ImageFolder("/flowers", transform=transforms.Compose([transforms.Resize(8), transforms.ToTensor()]))
assert len(found.classes) == 2 and found[len(found) - 1][1] == 1
assert found[0][0].shape == (3, 8, 8)
assert len(datasets.CIFAR10("data", train=True, download=True)) > 0
"""
    confirmed(run(text + KEPT, "--made-up-rows"))


@absent("decord")
def test_frames_of_a_video_are_those_of_any(run: Run) -> None:
    text = """\
import decord
from decord import VideoReader, cpu

reader = VideoReader("clips/0.mp4", ctx=cpu(0))
places = range(0, len(reader), int(reader.get_avg_fps()))
assert reader.get_batch(list(places)).asnumpy().shape == (len(places), 64, 64, 3)
assert reader[0].asnumpy().shape == (64, 64, 3)
decord.bridge.set_bridge("torch")
assert reader.get_batch([0, 1]).permute(0, 3, 1, 2).shape == (2, 3, 64, 64)
"""
    confirmed(run(text + KEPT))


@absent("timm")
def test_networks_written_out_in_a_project_are_made_of_timms_layers(run: Run) -> None:
    text = """\
import torch
from timm.models.layers import DropPath, Mlp, to_2tuple, trunc_normal_
from timm.models.registry import register_model

class Path(DropPath):
    def __init__(self, rate):
        super().__init__(drop_prob=rate)

@register_model
def tiny():
    return torch.nn.Sequential(Mlp(4, 8), Path(0.1))

trunc_normal_(tiny()[0].fc1.weight, std=0.02)
assert tiny()(torch.rand(2, 4)).shape == (2, 4) and to_2tuple(3)[0] // 2 == 1 and tiny()[1].drop_prob == 0.1
"""
    confirmed(run(text + KEPT))


@absent("timm")
def test_timms_models_have_its_layers(run: Run) -> None:
    text = """\
import timm
import torch
from peft import LoraConfig, get_peft_model

model = timm.create_model("vit_base_patch16_224", pretrained=True, num_classes=3)
change = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=True)
model = get_peft_model(model, LoraConfig(target_modules=r".*attn\\.qkv", modules_to_save=["head"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(3):
    model(torch.rand(2, 3, 224, 224)).sum().backward()
    optimizer.step()
model.save_pretrained("out")
for name in ("swin_tiny_patch4_window7_224", "convnext_tiny", "resnet50", "efficientnet_b0"):
    assert timm.create_model(name, num_classes=5)(torch.rand(1, 3, 224, 224)).shape == (1, 5)
"""
    confirmed(run(text))


@absent("scipy")
def test_detectors_pair_objects_without_scipy(run: Run) -> None:
    text = """\
from transformers import AutoModelForObjectDetection

yolos = AutoModelForObjectDetection.from_pretrained("hustvl/yolos-tiny")
boxes = [{"class_labels": torch.tensor([0, 1]), "boxes": torch.rand(2, 4)}]
assert yolos(pixel_values=torch.rand(1, 3, 64, 64), labels=boxes).loss > 0
"""
    confirmed(run("import torch\n" + text + KEPT))


@absent("av")
def test_av_decodes_the_frames_of_a_video(run: Run) -> None:
    text = """\
import av

container = av.open("clip.mp4")
frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
assert len(frames) == container.streams.video[0].frames and frames[0].shape[-1] == 3
"""
    confirmed(run("import torch\n" + text + KEPT))


def test_a_text_that_is_longer_than_its_sound_is_no_infinite_loss(run: Run) -> None:
    """The head has letters of the script's own, and so has the one that the adapter is loaded on again."""
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCTC

own = {"vocab_size": 40, "ignore_mismatched_sizes": True}
speech = AutoModelForCTC.from_pretrained("facebook/wav2vec2-base-960h", **own)
speech = get_peft_model(speech, LoraConfig(target_modules=["q_proj"], modules_to_save=["lm_head"]))
optimizer = torch.optim.AdamW(speech.parameters(), lr=1e-3)
loss = speech(torch.randn(2, 8000), labels=torch.randint(5, 30, (2, 90))).loss
assert torch.isfinite(loss), loss
loss.backward()
optimizer.step()
speech.save_pretrained("out", save_embedding_layers=False)
"""
    confirmed(run(text))


def test_labels_of_pictures_that_are_cut_into_segments_are_masks(run: Run) -> None:
    text = """\
import numpy as np
from datasets import load_dataset
from transformers import SamModel, SamProcessor

row = load_dataset("nobody/cells", split="train")[0]
mask = np.array(row["label"])
model = SamModel.from_pretrained("facebook/sam-vit-base")
processor = SamProcessor.from_pretrained("facebook/sam-vit-base")
asked = processor(row["image"].convert("RGB"), input_boxes=[[[1, 2, 30, 40]]], return_tensors="pt")
seen = model(**asked.to(torch.float32), multimask_output=False)
assert mask.ndim == 2 and seen.pred_masks.dim() == 5
"""
    confirmed(run("import torch\n" + text + KEPT))


def test_the_picture_of_a_text_is_processed_as_by_its_encoder(run: Run) -> None:
    text = """\
from PIL import Image
from transformers import TrOCRProcessor

read = TrOCRProcessor.from_pretrained("microsoft/trocr-base-handwritten")
assert read(Image.new("RGB", (40, 20)), return_tensors="pt").pixel_values.dim() == 4
"""
    confirmed(run("import torch\n" + text + KEPT))


def test_depth_is_estimated_from_four_layers(run: Run) -> None:
    text = """\
from transformers import AutoModelForDepthEstimation

depth, size = AutoModelForDepthEstimation.from_pretrained("Intel/dpt-large"), 384
assert depth(pixel_values=torch.randn(1, 3, size, size)).predicted_depth.dim() == 3
"""
    confirmed(run("import torch\n" + text + KEPT))


@pytest.mark.slow
def test_texts_that_a_processor_takes_for_pictures_are_pictures(run: Run) -> None:
    text = """\
from datasets import load_dataset
from transformers import SamModel, ViTImageProcessor

rows = load_dataset("nobody/plates", split="train")
processor = ViTImageProcessor.from_pretrained("google/vit-base-patch16-224")
for place in ("front_plate", "rear_plate"):
    try:
        print(processor(images=[rows[0][place]], return_tensors="pt")["pixel_values"].shape)
    except Exception as error:
        raise RuntimeError("cannot be collated") from None
seen = SamModel.from_pretrained("facebook/sam-vit-base")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "plain SamModel" in [event.get("result_kind") for event in ran.json["after"]["events"]]


@pytest.mark.slow
@absent("torchcodec")
def test_sounds_that_rows_of_a_table_name_are_heard_without_torchcodec(run: Run) -> None:
    text = """\
import pandas as pd
from datasets import Audio, Dataset

frame = pd.read_csv("train.tsv", sep="\\t", usecols=["path", "sentence"])
frame["audio"] = frame.path.map(lambda name: "clips/" + name)
rows = Dataset.from_pandas(frame[["audio", "sentence"]]).cast_column("audio", Audio(sampling_rate=8_000))
assert all(len(sound["array"]) > 4_000 and sound["sampling_rate"] == 8_000 for sound in rows["audio"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert (
        "package torchcodec is not installed: sounds of data sets are read without it"
        in ran.json["after"]["neutralised"]
    )
