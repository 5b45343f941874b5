"""Processors of a stand-in: images and sounds in the sizes that its tiny config has."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from typing import Any

Settings = dict[str, Any]

# what image processors are told, by family; `size` is the edge of an image in the config
SHORTEST = ("clip", "llava", "llava_next", "dinov2", "convnext", "convnextv2", "git", "chinese_clip")
IMAGES: dict[str, Callable[[Any, int], Settings]] = {
    **dict.fromkeys(SHORTEST, lambda config, size: {**_square(size), "size": {"shortest_edge": size}}),
    "paligemma": lambda config, size: {**_square(size), "image_seq_length": _patches(config.vision_config)},
    "gemma3": lambda config, size: {**_square(size), "image_seq_length": config.mm_tokens_per_image},
    "florence2": lambda config, size: {**_square(SMALL), "image_seq_length": (SMALL // 32) ** 2 + 1},
    "vilt": lambda config, size: {"size": {"shortest_edge": size}, "size_divisor": 32},
    "sam": lambda config, size: {
        "size": {"longest_edge": size}, "pad_size": {"height": size, "width": size},
        "mask_size": {"longest_edge": size // 4}, "mask_pad_size": {"height": size // 4, "width": size // 4},
    },
    "idefics2": lambda config, size: {"size": {"longest_edge": 64, "shortest_edge": 32}, "do_image_splitting": False},
    "idefics3": lambda config, size: {
        "size": {"longest_edge": 64}, "max_image_size": {"longest_edge": 64}, "do_image_splitting": False,
    },
    **dict.fromkeys(
        ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"),
        lambda config, size: {
            "patch_size": config.vision_config.patch_size, "min_pixels": 784, "max_pixels": 3136,
            "size": {"shortest_edge": 784, "longest_edge": 3136},
        },
    ),
}  # fmt: skip
SMALL = 64  # the edge of an image where the config has none
SHORT = ("detr", "conditional_detr", "deformable_detr", "rt_detr", "table-transformer", "mask2former", "maskformer")
UNSIZED: dict[str, Settings] = {
    "segformer": {"size": {"height": SMALL, "width": SMALL}},
    **{name: {"size": {"shortest_edge": SMALL, "longest_edge": SMALL}} for name in SHORT},
}
# what Florence-2 answers, as its processor takes it apart
FLORENCE = (
    "phrase_grounding", "pure_text", "description_with_bboxes", "description_with_polygons", "polygons", "bboxes",
    "description_with_bboxes_or_polygons",
)  # fmt: skip
WORDS = "(.+?)" + r"<loc_(\d+)>" * 8
# what the processors around them are told
WHOLE: dict[str, Callable[[Any], Settings]] = {
    "llava": lambda config: {"num_additional_image_tokens": 1},
    "llava_next": lambda config: {"num_additional_image_tokens": 1},
    "llava_onevision": lambda config: {"num_image_tokens": _patches(config.vision_config)},
    "gemma3": lambda config: {"image_seq_length": config.mm_tokens_per_image},
    "florence2": lambda config: {
        "post_processor_config": {task: {} for task in FLORENCE} | {"ocr": {"PATTERN": WORDS}}
    },
    "idefics2": lambda config: {"image_seq_len": config.perceiver_config.resampler_n_latents},
    "idefics3": lambda config: {"image_seq_len": _patches(config.vision_config) // config.scale_factor**2},
    "blip-2": lambda config: {"num_query_tokens": getattr(config, "num_query_tokens", 4)},
    "instructblip": lambda config: {"num_query_tokens": getattr(config, "num_query_tokens", 4)},
}
SOUNDS = {"wav2vec2-bert": "SeamlessM4TFeatureExtractor"}  # as on the hub; by its type transformers has another one
WITHOUT_CHAT = ("paligemma", "blip-2", "instructblip", "whisper")


def write(folder: str, model_type: str, config: Any) -> bool:
    """Writes preprocessor_config.json and processor_config.json where the family takes images, sounds or both beside
    text. Returns whether it has a processor that takes chats."""
    images = _known("image_processing_auto", "IMAGE_PROCESSOR")
    image = images.get(model_type) or images.get(getattr(getattr(config, "encoder", None), "model_type", ""))
    audio = SOUNDS.get(model_type) or _known("feature_extraction_auto", "FEATURE_EXTRACTOR").get(model_type)
    found: Settings = {}
    if image:
        names = list(image.values()) if isinstance(image, dict) else list(image)
        size = _image_size(config)
        found = {"image_processor_type": next(n for n in names if n), **_sized(model_type, config, size)}
    elif audio:
        found = {"feature_extractor_type": audio if isinstance(audio, str) else audio[0]}
        if model_type == "whisper":
            found["feature_size"] = getattr(config, "num_mel_bins", 80)
        if model_type == "clap" and not config.audio_config.enable_fusion:
            found["truncation"] = "rand_trunc"
        if model_type == "audio-spectrogram-transformer":
            found.update(max_length=config.max_length, num_mel_bins=config.num_mel_bins)
    processor = _known("processing_auto", "PROCESSOR").get(model_type) if found else None
    if processor:
        found["processor_class"] = processor
        _dump(_whole(processor, model_type, config), folder, "processor_config.json")
    if found:
        _dump(found, folder, "preprocessor_config.json")
    return bool(processor) and model_type not in WITHOUT_CHAT


def _sized(model_type: str, config: Any, size: int | None) -> Settings:
    """What an image processor is told of the sizes of images."""
    if size is None:
        return UNSIZED.get(model_type, {})
    settings = IMAGES.get(model_type)
    return _square(size) if settings is None else settings(config, size)


def _known(module: str, kind: str) -> Any:
    """The names of classes that transformers has for each family."""
    return getattr(importlib.import_module(f"transformers.models.auto.{module}"), f"{kind}_MAPPING_NAMES")


def _whole(name: str, model_type: str, config: Any) -> Settings:
    found: Settings = {"processor_class": name}
    vision = getattr(config, "vision_config", None)
    if vision is not None and getattr(vision, "patch_size", None) is not None and not model_type.startswith("blip"):
        strategy = getattr(config, "vision_feature_select_strategy", "default")
        found |= {"patch_size": vision.patch_size, "vision_feature_select_strategy": strategy}
    more = WHOLE.get(model_type)
    return {**found, **(more(config) if more is not None else {})}


def _square(size: int) -> Settings:
    return {"size": {"height": size, "width": size}, "crop_size": {"height": size, "width": size}}


def _patches(vision: Any) -> int:
    size = vision.image_size[0] if isinstance(vision.image_size, (list, tuple)) else vision.image_size
    return int(size // vision.patch_size) ** 2


def _image_size(config: Any) -> int | None:
    for holder in (config, getattr(config, "vision_config", None), getattr(config, "encoder", None)):
        size = getattr(holder, "image_size", None)
        if isinstance(size, (list, tuple)) and size:
            size = size[0]
        if isinstance(size, int):
            return size
    return 56 if getattr(config, "vision_config", None) is not None else None


def _dump(found: Settings, folder: str, name: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(found, file)
