"""A complete little repository for a model id: config, weights, tokenizer, processor. Weights are seeded by the id."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from .family import AUTO_MAPS, Family
from .inputs import processors
from .inputs.vocabulary import Vocabulary
from .model_names import inside
from .shrink import TOKENS, fit, shrunk

# what a published checkpoint usually is; a classification head on top is new to it, as it is in real life
HEADS = (
    "MODEL_FOR_SPEECH_SEQ_2_SEQ", "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM", "MODEL_FOR_IMAGE_TEXT_TO_TEXT",
    "MODEL_FOR_MASKED_LM", "MODEL_FOR_CAUSAL_LM", "MODEL_FOR_CTC", "MODEL_FOR_ZERO_SHOT_IMAGE_CLASSIFICATION",
    "MODEL_FOR_IMAGE_CLASSIFICATION", "MODEL_FOR_PRETRAINING", "MODEL_FOR_OBJECT_DETECTION",
    "MODEL_FOR_ZERO_SHOT_OBJECT_DETECTION", "MODEL_FOR_UNIVERSAL_SEGMENTATION", "MODEL_FOR_DEPTH_ESTIMATION",
    "MODEL_FOR_TIME_SERIES_PREDICTION", "MODEL_FOR_TEXT_TO_WAVEFORM", "MODEL_FOR_TEXT_TO_SPECTROGRAM", "MODEL",
    "MODEL_FOR_SEMANTIC_SEGMENTATION",
)  # fmt: skip
BEARABLE = 40_000_000  # weights
NEW = r"For(Sequence|Token|Image|Audio|AudioFrame|Video)Classification$|For(QuestionAnswering|MultipleChoice)$|Model$"


class Made(NamedTuple):
    """What was written: the architecture's class and its size."""

    architecture: str
    parameters: int


def write(
    folder: str, name: str, family: Family, asker: str | None, known: dict[str, Any] | None, room: int = 0,
    deep: bool = False, classes: tuple[str, ...] = (), wide: int = 0, labels: int | None = None,
    modules: frozenset[str] = frozenset(),
) -> Made:  # fmt: skip
    """Writes a tiny model of `family` under the name `name`; `known` is the real config.json where it is at hand,
    `room` a number of rows of the embedding beyond the usual ones; `deep` keeps the number of layers, `wide` a
    width up to that; `classes` are those that the script names, and `labels` how many a classifier of this name
    tells apart, None where it is not known to be one; `modules` are the LoRA targets.

    Raises whatever building the model raises: the caller says that this architecture has no stand-in.
    """
    import torch

    os.makedirs(folder, exist_ok=True)
    vocabulary = Vocabulary(family.model_type, name)
    whole = _config(family.model_type, known, inside(family.model_type, name, modules))
    config = shrunk(whole, vocabulary.size + room, vocabulary.ids(), deep, wide=wide)
    _tidy(config, family.model_type, vocabulary.tokens)
    if labels:
        config.num_labels = labels
    cls = (_classifier(family.model_type) if labels else None) or _architecture(family.model_type, asker, classes)
    with seeded(name), torch.no_grad():
        model = _made(cls, config, whole)
        config = model.config
        _still(model)
        _languages(model, vocabulary.tokens)
        model.should_save_on_this_rank = lambda *args: True  # of several processes each has stand-ins of its own
        model.save_pretrained(folder)
        if hasattr(cls, "load_speakers"):  # Qwen2.5-Omni, as it is loaded (transformers 5.23)
            torch.save({}, os.path.join(folder, "spk_dict.pt"))
    if hasattr(_of_text(config), "vocab_size") or getattr(model.config, "is_encoder_decoder", False):
        vocabulary.write(folder, length=TOKENS.get(family.model_type) or _positions(config))
    if processors.write(folder, family.model_type, config):
        vocabulary.write_chat(folder)
    return Made(cls.__name__, sum(p.numel() for p in model.parameters()))


def _made(cls: Any, config: Any, whole: Any) -> Any:
    """The tiny model; where its numbers do not go together, the one of the usual size, if a laptop can bear it."""
    import torch

    try:
        return cls(config)
    except Exception:
        with contextlib.suppress(Exception), torch.device("meta"):
            weights = sum(p.numel() for p in cls(whole).parameters())
            whole = whole if weights < BEARABLE else None
        try:
            made = cls(whole)
        except Exception:
            made = None
        if made is None:
            raise
        return made


def _of_text(config: Any) -> Any:
    """The part of a config that is about text; of two that are, the one that reads it."""
    try:
        return config.get_text_config()
    except ValueError:
        return getattr(config, "text_encoder", config)


def _positions(config: Any) -> int | None:
    """How many tokens a model takes, where they are few; some keep two positions for padding."""
    held = getattr(_of_text(config), "max_position_embeddings", None)
    if not isinstance(held, int) or not 16 <= held < 1024:
        return None
    return held - 2 if held % 16 == 2 else held


def words(folder: str, model_type: str, name: str, cls: str | None = None, length: int | None = None) -> None:
    """Only the tokenizer, of a class and for texts of a length."""
    os.makedirs(folder, exist_ok=True)
    Vocabulary(model_type, name).write(folder, cls, length)


def senses(folder: str, model_type: str, name: str, config: Any) -> None:
    """The processor of a model that sees or hears, beside its tokenizer."""
    if processors.write(folder, model_type, config):
        Vocabulary(model_type, name).write_chat(folder)


def _config(model_type: str, known: dict[str, Any] | None, text: str | None) -> Any:
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
    config = AutoConfig.for_model(model_type, **({"text_config": {"model_type": text}} if text is not None else {}))
    sees = getattr(type(config), "sub_configs", {}).get("vision_config")
    if hasattr(sees, "model_type") and getattr(config, "vision_config", sees) is None:
        return AutoConfig.for_model(model_type, vision_config=cast(Any, sees)())  # every checkpoint has one (Gemma 4)
    return config


def _tidy(config: Any, model_type: str, tokens: dict[str, int]) -> None:
    """The ids of tokens that a config has under names of its own."""
    fit(config, model_type)
    for part in (config, getattr(config, "text_config", None)):
        if getattr(part, "is_encoder_decoder", False) and getattr(part, "decoder_start_token_id", None) is None:
            pad = getattr(part, "pad_token_id", None)
            cast(Any, part).decoder_start_token_id = pad if pad is not None else 0
    if model_type == "esm":
        config.pad_token_id, config.mask_token_id = tokens["<pad>"], tokens["<mask>"]
    if model_type in ("blip-2", "instructblip"):
        config.image_token_index = config.image_token_id = tokens["<image>"]


def _classifier(model_type: str) -> Any:
    """The class of a model that tells classes apart. None where the family has none for texts or pictures."""
    import transformers
    from transformers.models.auto import modeling_auto

    for task in ("SEQUENCE", "IMAGE"):
        name = getattr(modeling_auto, f"MODEL_FOR_{task}_CLASSIFICATION_MAPPING_NAMES").get(model_type)
        if isinstance(name, str):
            return getattr(transformers, name, None)
    return None


def _architecture(model_type: str, asker: str | None, classes: tuple[str, ...]) -> Any:
    """The class whose checkpoint this would be: what asks if it is a class of its own, or what the script will ask for
    once it has its processor, else the pretraining head."""
    import transformers
    from transformers.models.auto import modeling_auto

    later = () if (asker or "").startswith("AutoModel") else (c for c in classes if not re.search(NEW, c))
    for name in (asker or "Auto", *later):
        cls = getattr(transformers, name, None) if not name.startswith("Auto") else None
        if cls is not None and getattr(getattr(cls, "config_class", None), "model_type", None) == model_type:
            if hasattr(cls, "save_pretrained"):
                return cls
    first = [h for a, h in AUTO_MAPS.items() if a == asker and h in HEADS]
    for head in (*first, *HEADS):
        names = getattr(modeling_auto, head + "_MAPPING_NAMES", {})
        if head == "MODEL_FOR_MASKED_LM" and model_type in names:  # with its pooler, where it was trained with one
            names = {**names, **modeling_auto.MODEL_FOR_PRETRAINING_MAPPING_NAMES}
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


def _languages(model: Any, tokens: dict[str, int]) -> None:
    """What a multilingual Whisper knows of its languages and tasks: `generate(language=...)` looks it up."""
    settings = getattr(model, "generation_config", None)
    if settings is None or model.config.model_type != "whisper":
        return
    settings._from_model_config = False  # else what is set here is lost when it is loaded
    settings.is_multilingual = True
    settings.task_to_id = {name: tokens[f"<|{name}|>"] for name in ("transcribe", "translate")}
    settings.no_timestamps_token_id = tokens["<|notimestamps|>"]
    settings.lang_to_id = {word: number for word, number in tokens.items() if re.fullmatch(r"<\|[a-z]{2,3}\|>", word)}


@contextlib.contextmanager
def seeded(name: str) -> Iterator[None]:
    """The same weights for the same name, wherever it is asked for, and the script's own random numbers as if nothing
    had been drawn. A class of its own may ask for the config of another model while it is loaded itself: transformers
    (5.23) has its weights made on no device then."""
    import torch

    state = torch.get_rng_state()
    torch.manual_seed(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    try:
        with torch.device("cpu"):
            yield
    finally:
        torch.set_rng_state(state)
