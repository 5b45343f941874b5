"""A complete little repository for a model id: config, weights, tokenizer, processor. Weights are seeded by the id."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from .family import AUTO_MAPS, Family
from .shrink import shrunk
from .vocabulary import Vocabulary

# what a published checkpoint usually is; a classification head on top is new to it, as it is in real life
HEADS = (
    "MODEL_FOR_SPEECH_SEQ_2_SEQ", "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM", "MODEL_FOR_IMAGE_TEXT_TO_TEXT",
    "MODEL_FOR_MASKED_LM", "MODEL_FOR_CAUSAL_LM", "MODEL_FOR_CTC", "MODEL_FOR_IMAGE_CLASSIFICATION",
    "MODEL_FOR_PRETRAINING", "MODEL",
)  # fmt: skip


class Made(NamedTuple):
    """What was written: the architecture's class and its size."""

    architecture: str
    parameters: int


def write(folder: str, name: str, family: Family, asker: str | None, known: dict[str, Any] | None) -> Made:
    """Writes a tiny model of `family` under the name `name`; `known` is the real config.json where it is at hand.

    Raises whatever building the model raises: the caller says that this architecture has no stand-in.
    """
    import torch

    os.makedirs(folder, exist_ok=True)
    vocabulary = Vocabulary(family.model_type, name)
    config = shrunk(_config(family.model_type, known), vocabulary.size, vocabulary.ids())
    _tidy(config, family.model_type, vocabulary.tokens)
    cls = _architecture(family.model_type, asker)
    with seeded(name), torch.no_grad():
        model = cls(config)
        _still(model)
        model.should_save_on_this_rank = lambda *args: True  # of several processes each has stand-ins of its own
        model.save_pretrained(folder)
    if hasattr(model.config.get_text_config(), "vocab_size") or getattr(model.config, "is_encoder_decoder", False):
        vocabulary.write(folder)
    _processors(folder, family.model_type, config)
    return Made(cls.__name__, sum(p.numel() for p in model.parameters()))


def words(folder: str, model_type: str, name: str) -> None:
    """Only the tokenizer."""
    os.makedirs(folder, exist_ok=True)
    Vocabulary(model_type, name).write(folder)


def _config(model_type: str, known: dict[str, Any] | None) -> Any:
    from transformers import AutoConfig

    if known is not None:
        kept = {
            k: v
            for k, v in known.items()
            if k not in ("model_type", "quantization_config", "auto_map", "torch_dtype", "dtype")
        }
        with contextlib.suppress(Exception):
            return AutoConfig.for_model(model_type, **kept)
    if model_type == "vision-encoder-decoder":
        from transformers import TrOCRConfig, VisionEncoderDecoderConfig, ViTConfig

        config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(ViTConfig(), TrOCRConfig())
        config.decoder_start_token_id = config.pad_token_id = 1
        return config
    return AutoConfig.for_model(model_type)


def _tidy(config: Any, model_type: str, tokens: dict[str, int]) -> None:
    """What the shrink leaves at odds with itself, said by the architectures themselves when they are built or run."""
    if model_type in ("roberta", "xlm-roberta", "camembert", "longformer", "mpnet", "xlm-roberta-xl"):
        config.max_position_embeddings = 2048 + 2  # these count positions from behind the padding
    if model_type == "longformer":
        config.attention_window = [16] * config.num_hidden_layers
    if model_type == "led":
        config.attention_window = [16, 16]
    if getattr(config, "is_encoder_decoder", False) and getattr(config, "decoder_start_token_id", None) is None:
        config.decoder_start_token_id = config.pad_token_id if config.pad_token_id is not None else 0
    if model_type in ("idefics2", "idefics3"):
        config.vision_config.image_size, config.vision_config.patch_size = 64, 16
        config.scale_factor = 2
    if model_type == "gemma3":
        config.mm_tokens_per_image = 49
    if model_type == "esm":
        config.pad_token_id, config.mask_token_id = tokens["<pad>"], tokens["<mask>"]
    if model_type in ("blip-2", "instructblip"):
        config.image_token_index = config.image_token_id = tokens["<image>"]
    if model_type == "whisper":
        config.suppress_tokens = config.begin_suppress_tokens = None
        config.forced_decoder_ids = None


def _architecture(model_type: str, asker: str | None) -> Any:
    """The class whose checkpoint this would be: what asks if it is a class of its own, else the pretraining head."""
    import transformers
    from transformers.models.auto import modeling_auto

    if asker is not None and not asker.startswith("Auto"):
        cls = getattr(transformers, asker, None)
        if cls is not None and getattr(getattr(cls, "config_class", None), "model_type", None) == model_type:
            if hasattr(cls, "save_pretrained"):
                return cls
    first = [h for a, h in AUTO_MAPS.items() if a == asker and h in HEADS]
    for head in (*first, *HEADS):
        names = getattr(modeling_auto, head + "_MAPPING_NAMES", {})
        found = names.get(model_type)
        found = found[0] if isinstance(found, (list, tuple)) else found
        cls = getattr(transformers, found, None) if found else None
        if cls is not None:
            return cls
    raise LookupError(f"transformers has no model class for {model_type}")


def _still(model: Any) -> None:
    """Generation settings that name tokens of the big vocabulary are left out."""
    settings = getattr(model, "generation_config", None)
    if settings is None:
        return
    for name in ("suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids"):
        if hasattr(settings, name):
            setattr(settings, name, None)


def _processors(folder: str, model_type: str, config: Any) -> None:
    """preprocessor_config.json (and processor_config.json) where the family has image, audio or mixed input."""
    from transformers.models.auto import feature_extraction_auto, image_processing_auto, processing_auto

    found: dict[str, Any] = {}
    image = vars(image_processing_auto)["IMAGE_PROCESSOR_MAPPING_NAMES"].get(model_type)
    size = _image_size(config)
    if image:
        names = list(image.values()) if isinstance(image, dict) else [n for n in image if n]
        found["image_processor_type"] = next(n for n in names if n)
        if size is not None:
            found |= {"size": {"height": size, "width": size}, "crop_size": {"height": size, "width": size}}
        if model_type in ("clip", "llava", "llava_next", "dinov2", "convnext", "convnextv2", "git", "chinese_clip"):
            found["size"] = {"shortest_edge": size or 32}
        if model_type == "paligemma":
            found["image_seq_length"] = (config.vision_config.image_size // config.vision_config.patch_size) ** 2
        if model_type == "gemma3":
            found["image_seq_length"] = config.mm_tokens_per_image
        if model_type in ("idefics2", "idefics3"):
            found = {"image_processor_type": found["image_processor_type"], "size": {"longest_edge": 64}}
            found |= {"max_image_size": {"longest_edge": 64}, "do_image_splitting": False}
        if model_type.startswith("qwen"):
            found = {"image_processor_type": found["image_processor_type"], "min_pixels": 784, "max_pixels": 3136}
    audio = vars(feature_extraction_auto)["FEATURE_EXTRACTOR_MAPPING_NAMES"].get(model_type)
    if audio and not image:
        found["feature_extractor_type"] = audio if isinstance(audio, str) else audio[0]
        if model_type == "whisper":
            found |= {"feature_size": getattr(config, "num_mel_bins", 80)}
    if found:
        processor = vars(processing_auto)["PROCESSOR_MAPPING_NAMES"].get(model_type)
        if processor:
            found["processor_class"] = processor
            _processor(folder, processor, config, size)
        with open(os.path.join(folder, "preprocessor_config.json"), "w", encoding="utf-8") as file:
            json.dump(found, file)


def _processor(folder: str, name: str, config: Any, size: int | None) -> None:
    found: dict[str, Any] = {"processor_class": name}
    vision: Any = getattr(config, "vision_config", None)
    if vision is not None and getattr(vision, "patch_size", None) is not None:
        found["patch_size"] = vision.patch_size
        found["vision_feature_select_strategy"] = getattr(config, "vision_feature_select_strategy", "default")
        if name == "LlavaProcessor":
            found["num_additional_image_tokens"] = 1
    if name == "Gemma3Processor":
        found["image_seq_length"] = config.mm_tokens_per_image
    if name == "Idefics3Processor":
        found["image_seq_len"] = (vision.image_size // vision.patch_size) ** 2 // config.scale_factor**2
    if name in ("Blip2Processor", "InstructBlipProcessor"):
        found = {"processor_class": name, "num_query_tokens": getattr(config, "num_query_tokens", 4)}
    with open(os.path.join(folder, "processor_config.json"), "w", encoding="utf-8") as file:
        json.dump(found, file)


def _image_size(config: Any) -> int | None:
    for holder in (config, getattr(config, "vision_config", None), getattr(config, "encoder", None)):
        size = getattr(holder, "image_size", None)
        if isinstance(size, (list, tuple)) and size:
            size = size[0]
        if isinstance(size, int):
            return size
    return None


@contextlib.contextmanager
def seeded(name: str) -> Iterator[None]:
    """The same weights for the same name, and the script's own random numbers as if nothing had been drawn."""
    import torch

    state = torch.get_rng_state()
    torch.manual_seed(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    try:
        yield
    finally:
        torch.set_rng_state(state)
