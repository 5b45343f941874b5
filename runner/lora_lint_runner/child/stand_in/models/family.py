"""Which architecture stands in for a model id, when the real config cannot be asked for."""

from __future__ import annotations

import importlib
import re
from typing import Any, NamedTuple

from ..ids import MODEL_ID
from .model_names import TABLE, by_name, in_table, is_remote, types, words_of

AUTO_MAPS = {
    "AutoModelForCausalLM": "MODEL_FOR_CAUSAL_LM",
    "AutoModelForSeq2SeqLM": "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM",
    "AutoModelForSequenceClassification": "MODEL_FOR_SEQUENCE_CLASSIFICATION",
    "AutoModelForTokenClassification": "MODEL_FOR_TOKEN_CLASSIFICATION",
    "AutoModelForQuestionAnswering": "MODEL_FOR_QUESTION_ANSWERING",
    "AutoModelForMultipleChoice": "MODEL_FOR_MULTIPLE_CHOICE",
    "AutoModelForMaskedLM": "MODEL_FOR_MASKED_LM",
    "AutoModelForImageClassification": "MODEL_FOR_IMAGE_CLASSIFICATION",
    "AutoModelForSemanticSegmentation": "MODEL_FOR_SEMANTIC_SEGMENTATION",
    "AutoModelForObjectDetection": "MODEL_FOR_OBJECT_DETECTION",
    "AutoModelForVideoClassification": "MODEL_FOR_VIDEO_CLASSIFICATION",
    "AutoModelForSpeechSeq2Seq": "MODEL_FOR_SPEECH_SEQ_2_SEQ",
    "AutoModelForCTC": "MODEL_FOR_CTC",
    "AutoModelForAudioClassification": "MODEL_FOR_AUDIO_CLASSIFICATION",
    "AutoModelForImageTextToText": "MODEL_FOR_IMAGE_TEXT_TO_TEXT",
    "AutoModelForMultimodalLM": "MODEL_FOR_MULTIMODAL_LM",
    "AutoModelForVision2Seq": "MODEL_FOR_VISION_2_SEQ",
}


LENT = ("llama", "mistral")  # architectures that models of other names have
MEDIA = r"(ImageProcessor(Fast|Pil)?|FeatureExtractor)$"  # of transformers 5, with torchvision and without
SENSES = (
    ("AutoImageProcessor", "image_processing", "IMAGE_PROCESSOR"),
    ("AutoFeatureExtractor", "feature_extraction", "FEATURE_EXTRACTOR"),
    ("AutoProcessor", "processing", "PROCESSOR"),
)
# trainers of trl: they want models that chat
CHATTING = {f"{kind}Trainer" for kind in ("SFT", "DPO", "KTO", "GRPO", "RLOO", "Reward", "ORPO", "CPO", "PPO", "GKD")}


class Asked(NamedTuple):
    """What is known when an id is asked for: the class that asks (or None: a tokenizer, say), and the source's hints.

    `classes` are names of model classes in the script and `modules` names of LoRA targets.
    """

    asker: str | None
    classes: tuple[str, ...] = ()
    modules: frozenset[str] = frozenset()
    known: str | None = None


class Family(NamedTuple):
    """An architecture by its `model_type`, and how it was come by, in words for the report."""

    model_type: str
    why: str


def choose(name: str, asked: Asked) -> Family:
    """The family that stands in for a model id: a real config's type, the id's own words, the targets, the class."""
    if asked.known is not None:
        kind = TABLE["aliases"].get(asked.known, asked.known)
        if kind in types():
            return Family(kind, "its config in the local cache")
    concrete = [kind for kind in map(type_of_class, _concrete(asked)) if kind is not None]
    chats = [kind for kind in ("llama",) if CHATTING & set(asked.classes)]
    autos = [TABLE["classes"].get(c) for c in _autos(asked)]
    guessed = is_remote(name)
    sounds = guessed and by_name(name) not in concrete  # else a class in the script says the same
    first = [_by_targets(asked.modules), by_name(name)] if sounds else [by_name(name)]
    fitting = [*first, *concrete, _by_targets(asked.modules), *chats, *autos]
    reasons = [
        *(["target_modules", "what its name sounds like"] if sounds else ["its name"]),
        *("the class in the script" for _ in concrete),
        "target_modules",
        *("the trainer" for _ in chats),
        *("the Auto class" for _ in autos),
    ]
    if _is_model_class(asked.asker) and concrete:
        return Family(concrete[0], "the class that loads it")
    closer = _kin_in_script(by_name(name), asked)
    if closer is not None:
        return Family(closer, "the class in the script")
    writes = guessed and owned_by("llama", _autos(asked))
    for kind, why in zip(fitting, reasons):
        fits = kind is not None and kind in types()
        fits = fits and (owned_by(str(kind), _autos(asked)) or (why == "its name" and _senses(str(kind), asked.asker)))
        # a model whose code is on the hub is loaded as one that writes text, whatever it is called, where it can be
        if kind is not None and fits and (not writes or owned_by(kind, ["AutoModelForCausalLM"])):
            return Family(kind, why)
    return Family("llama", "nothing known of it")


def _kin_in_script(named: str | None, asked: Asked) -> str | None:
    """The family of the one class that loads models in the script, where a name of which a tokenizer is asked for first
    sounds like another generation of it: `mblip-mt0-xl` like BLIP, in a script with `Blip2ForConditionalGeneration`."""
    loading = [c for c in asked.classes if c.startswith("AutoModel") or _is_model_class(c)]
    kinds = {type_of_class(c) for c in loading}
    kind = kinds.pop() if len(kinds) == 1 else None
    if named is None or kind is None or kind == named or kind not in types():
        return None
    words, others = (re.sub(r"[\W_]", "", k) for k in (named, kind))
    return kind if words.startswith(others) or others.startswith(words) else None


def candidates(asked: Asked) -> list[str]:
    """Other families worth a try when the chosen one lacks the modules that the script adapts."""
    found = [_by_targets(asked.modules), *(kind for _, kind in TABLE["targets"]), *TABLE["classes"].values()]
    found += [kind for kind, modules in _of_peft().items() if asked.modules.issuperset(modules)]
    return [k for k in dict.fromkeys(found) if k is not None and k in types() and owned_by(k, _autos(asked))]


def only_text(kind: str, asked: Asked) -> list[str]:
    """The part of a family that reads, where what it sees with is not to be had here (Gemma 3n without timm)."""
    part = f"{kind}_text"
    return [part] if part in types() and owned_by(part, _autos(asked)) else []


def _of_peft() -> dict[str, Any]:
    """The modules that PEFT adapts by itself, by architecture."""
    from peft.utils import constants

    return dict(constants.TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING)


def tokens_of(model_type: str, name: str) -> dict[str, Any]:
    """The special tokens that a family's tokenizers really have."""
    rows = TABLE["tokens"]
    if model_type == "llama" and re.search(r"llama-?3|llama3|hermes-3|deepseek-r1-distill-llama", name.lower()):
        model_type = "llama-3"
    if model_type == "siglip" and "siglip2" in name.lower():
        model_type = "siglip2"  # of one size of pictures it is the first one's network, and reads as its own generation
    row = rows.get(model_type)
    if row is None:
        kinds = (("AutoModelForImageTextToText", "seeing"), ("AutoModelForCausalLM", "default"))
        row = rows[next((kind for auto, kind in kinds if owned_by(model_type, [auto])), "bert")]
    while "like" in row:
        row = {**rows[row["like"]], **{k: v for k, v in row.items() if k != "like"}}
    if (name == MODEL_ID or is_remote(name) or in_table(words_of(name)) is None) and row.get("pad") is None:
        row = {**row, "pad": "<pad>"}  # nobody chose this model, or knows it: its tokenizer is one that can pad
    if row.get("pad") is None:
        own = (pad for pattern, pad in TABLE["pads"] if re.search(pattern, name.lower()))
        # of a model that only has the architecture (Yi, Solar, DeepSeek) most tokenizers can pad
        others = model_type.partition("-")[0] in LENT and not any(kind in words_of(name) for kind in LENT)
        row = {**row, "pad": next(own, "<pad>" if others else None)}
    marks: list[str] = next((found for pattern, found in TABLE["own"] if re.search(pattern, name.lower())), [])
    return {**row, "extra": [*row.get("extra", []), *marks]}


def pads(name: str) -> None:
    """From now on the tokenizer of this id, or of a folder that is called so, has a token to pad with."""
    TABLE["pads"].insert(0, [f"(^|/){re.escape(name.lower())}$", "<pad>"])


def _by_targets(modules: frozenset[str]) -> str | None:
    for needed, kind in TABLE["targets"]:
        if modules.issuperset(needed):
            return str(kind)
    return None


def _autos(asked: Asked) -> list[str]:
    """The Auto classes that have to own the family: the one that asks, else those in the script."""
    if asked.asker is not None and asked.asker.startswith("AutoModel"):
        return [asked.asker]
    if _is_model_class(asked.asker) or _takes_media(asked.asker):
        return []
    named = [c for c in asked.classes if c.startswith("AutoModel")]
    heads = [c for c in named if c != "AutoModel"]
    if asked.asker in ("AutoImageProcessor", "AutoFeatureExtractor", "AutoProcessor") and not named:
        return [asked.asker]
    return heads or named


def _concrete(asked: Asked) -> list[str]:
    if _is_model_class(asked.asker) and asked.asker is not None:
        return [asked.asker]
    if asked.asker is not None and asked.asker.startswith("AutoModel"):
        return []
    # a tokenizer, config or processor of its own says as much as a model class
    own = [asked.asker] if asked.asker is not None and not asked.asker.startswith("Auto") else []
    return [*own, *(c for c in asked.classes if not c.startswith("Auto"))]


def _takes_media(name: str | None) -> bool:
    """A processor of images or sounds of a family's own: it may go with another model than the script's Auto class."""
    return name is not None and not name.startswith("Auto") and bool(re.search(rf"{MEDIA}|Processor$", name))


def _senses(kind: str, asker: str | None) -> bool:
    """Is a processor asked for, and has the family one? It may go with another model than those of the Auto classes."""
    for auto, home, table in SENSES:
        if asker == auto:
            module = importlib.import_module(f"transformers.models.auto.{home}_auto")
            return kind in getattr(module, f"{table}_MAPPING_NAMES")
    return False


def _is_model_class(name: str | None) -> bool:
    return name is not None and not name.startswith("Auto") and bool(re.search(r"(Model|LMHead|For[A-Z]\w+)$", name))


def loads(name: str) -> bool:
    """Is it a class of transformers that loads models of a task, an Auto class or one of a family?"""
    return name in AUTO_MAPS or (_is_model_class(name) and type_of_class(name) is not None)


def type_of_class(name: str) -> str | None:
    """The model_type of a concrete class of transformers, by its name."""
    import transformers

    try:
        config = getattr(getattr(transformers, name, None), "config_class", None)
    except ImportError:  # a class that needs a package which is not here
        return None
    if config is not None and getattr(config, "model_type", None):
        return str(config.model_type)
    stem = re.sub(rf"(TokenizerFast|Tokenizer|Config|{MEDIA[:-1]}|Processor)$", "", name)
    if stem != name:
        config = getattr(transformers, stem + "Config", None)
        return str(config.model_type) if config is not None and getattr(config, "model_type", None) else None
    return None


def owned_by(kind: str, autos: list[str]) -> bool:
    """Does one of these Auto classes have a class for this family? True where there is no Auto class to ask."""
    maps = _mappings()
    tables = [maps[AUTO_MAPS[a]] for a in autos if a in AUTO_MAPS and AUTO_MAPS[a] in maps]
    return not tables or any(kind in table for table in tables)


def _mappings() -> dict[str, Any]:
    from transformers.models.auto import modeling_auto

    end = "_MAPPING_NAMES"
    return {name[: -len(end)]: getattr(modeling_auto, name) for name in dir(modeling_auto) if name.endswith(end)}
