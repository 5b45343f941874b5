"""The names of linear modules by model family, and how a family shows in a model's name.

Names seen on the tiny models that transformers 5.23.0 builds from each family's config (docs/facts.md). Names that a
family had in earlier releases are listed too: a script for those is not wrong everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lora_lint.knowledge.encoders import ENCODERS

_LLAMA = "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj"

# family -> the last parts of its linear and embedding modules
MODULES: dict[str, frozenset[str]] = {
    name: frozenset(f"{names} lm_head".split())
    for name, names in {
        "llama": f"{_LLAMA} embed_tokens",
        "mistral": f"{_LLAMA} embed_tokens",
        "mixtral": "q_proj k_proj v_proj o_proj gate w1 w2 w3 experts gate_up_proj down_proj embed_tokens",
        "qwen2": f"{_LLAMA} embed_tokens",
        "qwen3": f"{_LLAMA} embed_tokens",
        "gemma": f"{_LLAMA} embed_tokens",
        "phi3": "qkv_proj o_proj gate_up_proj down_proj embed_tokens",
        "gpt2": "c_attn c_proj c_fc wte wpe",
        "gpt_neox": "query_key_value dense dense_h_to_4h dense_4h_to_h embed_in embed_out",
        "bloom": "query_key_value dense dense_h_to_4h dense_4h_to_h word_embeddings",
        "falcon": "query_key_value dense dense_h_to_4h dense_4h_to_h word_embeddings",
        "opt": "q_proj k_proj v_proj out_proj fc1 fc2 project_in project_out embed_tokens embed_positions",
        "t5": "q k v o wi wi_0 wi_1 wo shared embed_tokens relative_attention_bias",
        "bert": "query key value dense word_embeddings position_embeddings token_type_embeddings classifier decoder "
        "qa_outputs seq_relationship",
        "distilbert": "q_lin k_lin v_lin out_lin lin1 lin2 word_embeddings position_embeddings classifier "
        "pre_classifier vocab_transform vocab_projector qa_outputs",
        "deberta-v2": "query_proj key_proj value_proj pos_key_proj pos_query_proj dense word_embeddings "
        "position_embeddings token_type_embeddings rel_embeddings embed_proj conv classifier decoder qa_outputs",
        "bart": "q_proj k_proj v_proj out_proj fc1 fc2 shared embed_tokens embed_positions dense qa_outputs",
        "roberta": "query key value dense word_embeddings position_embeddings token_type_embeddings classifier "
        "out_proj decoder",
    }.items()
}

# what the head of a classifier is called, where it is one of several names
# what is adapted of the attention where nothing is asked, in one family or another (peft 0.21.2:
# TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING)
ADAPTED = frozenset(
    "q_proj k_proj v_proj o_proj qkv_proj query_proj value_proj in_proj c_attn query_key_value query value q v "
    "Wqkv".split()
)
# modules that are linear layers (or GPT-2's Conv1D, which is taken for one) in whichever family they occur
LINEAR = frozenset(
    f"{_LLAMA} qkv_proj gate_up_proj query_key_value dense dense_h_to_4h dense_4h_to_h out_proj c_attn c_proj "
    "c_fc q k v o wi wi_0 wi_1 wo query key value q_lin k_lin v_lin out_lin lin1 lin2 query_proj key_proj value_proj "
    "lm_head".split()
)
# families in which models of more than one `model_type` are built alike (gemma2, xlm-roberta), as others are called
OF_SEVERAL_TYPES = frozenset({"gemma", "roberta"})
_ENCODERS = ("bert", "distilbert", "deberta-v2", "roberta")
_DECODERS = (
    "llama",
    "mistral",
    "mixtral",
    "qwen2",
    "qwen3",
    "gemma",
    "phi3",
    "gpt2",
    "gpt_neox",
    "bloom",
    "falcon",
    "opt",
)
HEADS: dict[tuple[str, str], str] = {
    **{(family, task): "classifier" for family in _ENCODERS for task in ("SEQ_CLS", "TOKEN_CLS")},
    **{(family, "SEQ_CLS"): "score" for family in _DECODERS},
    **{(family, "QUESTION_ANS"): "qa_outputs" for family in (*_ENCODERS, *_DECODERS, "bart", "t5")},
}
# modules of a classifier that no checkpoint holds and no task type covers: for SEQ_CLS PEFT takes what is called
# `classifier` or `score` alone. Seen with peft 0.21.2 and transformers 5.23.0: keys that a load of pretrained weights
# misses, and that do not train in the PeftModel
BEYOND_TASK: dict[tuple[str, str], tuple[str, ...]] = {
    ("deberta-v2", "SEQ_CLS"): ("pooler",),
    ("bart", "SEQ_CLS"): ("classification_head",),
    ("t5", "SEQ_CLS"): ("classification_head",),
}
BEFORE_CLASSIFIER = ("projector",)  # the same of models that hear, under any task type or none

# what a repository's name (behind the slash) says of its family; the first match counts
MOST_NAMES = 500  # of models, that are remembered: a script asks for the same again and again
PATTERNS = (  # compiled when a name is held against them, as all below: most scripts come to the first few
    (r"^(meta-|code|tiny-?|open_?|sheared-)?llama(?!-?4)(?!.*(vision|vl|guard-4))", "llama"),
    (r"tinyllama|vicuna|^alpaca-7b|smollm2", "llama"),
    (r"mixtral", "mixtral"),
    (r"^mistral-7b|zephyr-7b|^mistral-nemo", "mistral"),
    (r"^qwen3-\d+(\.\d+)?b", "qwen3"),
    (r"^qwen(2|2\.5)-\d+(\.\d+)?b", "qwen2"),
    (r"^gemma-(2-)?\d+b", "gemma"),
    (r"^phi-3-mini|^phi-3\.5-mini|^phi-4$", "phi3"),
    (r"(^|[-_]|distil)gpt2(-medium|-large|-xl)?$", "gpt2"),
    (r"^pythia-|gpt-neox", "gpt_neox"),
    (r"^bloomz?-", "bloom"),
    (r"^falcon-(7b|40b|rw)", "falcon"),
    (r"^opt-\d", "opt"),
    (r"^(flan-)?t5-(small|base|large|3b|11b|xl|xxl)$|^t5-v1_1-", "t5"),
    (r"^(xlm-)?roberta-(base|large)$", "roberta"),
    (r"^bert-(base|large)-(multilingual-)?(un)?cased$", "bert"),
    (r"^distilbert-base-(multilingual-)?(un)?cased$", "distilbert"),
    (r"^(m?deberta-v3|deberta-v2)-(x?small|base|large|xx?large)$", "deberta-v2"),
    (r"^bart-(base|large)(-cnn|-xsum|-mnli)?$", "bart"),
)

# uploads under a family's name whose modules were split or fused anew (unsloth's Phi models are built like Llama), and
# mixtures of experts, which the name of their dense kin begins: Qwen3-30B-A3B is qwen3_moe
REBUILT = r"^unsloth/phi-|moe|-a\d+(\.\d+)?[bm](?![a-z])"

# family -> how the names of its classes begin. Those whose pattern covers more than one are not here
STEMS = {
    "llama": "Llama",
    "mistral": "Mistral",
    "mixtral": "Mixtral",
    "qwen2": "Qwen2",
    "qwen3": "Qwen3",
    "phi3": "Phi3",
    "gpt2": "GPT2",
    "gpt_neox": "GPTNeoX",
    "bloom": "Bloom",
    "falcon": "Falcon",
    "opt": "OPT",
    "t5": "T5",
}
BEHIND_STEM = ("For", "LMHead", "Model", "Encoder")
# how they end, by Auto class, and those that end otherwise
ENDINGS = {
    "AutoModel": "Model",
    "AutoModelForCausalLM": "ForCausalLM",
    "AutoModelForSequenceClassification": "ForSequenceClassification",
}
IRREGULAR = {
    ("AutoModelForCausalLM", "gpt2"): "GPT2LMHeadModel",
    ("AutoModelForCausalLM", "t5"): "",
    ("AutoModelForSeq2SeqLM", "t5"): "T5ForConditionalGeneration",
}


def class_of(auto: str, name: str) -> str:
    """The class that an Auto class makes of a model of this name, "" where the name does not tell."""
    family = family_of(name)
    if family not in STEMS:
        return ""
    regular = STEMS[family] + ENDINGS[auto] if auto in ENDINGS else ""
    return IRREGULAR.get((auto, family), regular)


# models whose input and output embedding are one weight, and those that have two, by what the name tells
TIED = (
    r"(^|[-_/])tied|gpt2|^opt-|^bloom|^gemma|smollm2|^falcon-7b|(^|-)t5-(small|base|large)|^qwen2(\.5)?-(0\.5|1\.5|3)b"
    r"|^qwen3-(0\.6|1\.7|4)b|llama-3\.2-[13]b"
)


@lru_cache(MOST_NAMES)
def ties_embeddings(name: str) -> bool | None:
    """True where a model of this name is known to tie its embeddings, None where the name does not tell."""
    return True if re.search(TIED, name.rstrip("/").rpartition("/")[2], re.IGNORECASE) else None


EMBEDDINGS = ("embed_tokens", "wte", "shared", "word_embeddings", "embed_in", "lm_head", "embed_out")


def embeddings_of(name: str) -> tuple[str, ...]:
    """The input and output embedding of the family that a name tells; where it tells none, what most call them."""
    family = family_of(name)
    known = MODULES[family] if family is not None else frozenset({"embed_tokens", "lm_head"})
    found = [module for module in EMBEDDINGS if module in known]
    return tuple(found[:1] + [module for module in found[1:] if module in ("lm_head", "embed_out")])


# who uploads the families above as they were pretrained; what they have finetuned themselves says so in its name
PUBLISHERS = frozenset(
    "google-bert distilbert facebookai google-t5 openai-community google microsoft meta-llama huggyllama mistralai "
    "qwen facebook eleutherai bigscience tiiuae".split()
)
# models of speech that were pretrained only, and have no head of letters: what they were finetuned on is in the name
# (-960h, -ls960-ft, -plus-sv, mms-1b-all)
SPEECH = (
    r"^(wav2vec2-(base|large(-lv60|-xlsr-53)?|large-robust|xls-r-\d+[mb]|conformer-rel-pos-large|conformer-rope-large)"
    r"|w2v-bert-2\.0|hubert-(base-ls960|large-ll60k|xlarge-ll60k)|wavlm-(base|base-plus|large)|mms-(300m|1b)"
    r"|data2vec-audio-(base|large)|unispeech-sat-(base|base-plus|large))$"
)
# those that write what they hear, which have no layers of a classifier either (transformers 5.23.0)
WRITERS = (
    r"^(facebook|microsoft)/(wav2vec2|hubert|wavlm|data2vec-audio|unispeech).*-(10m|100h|960h|ft)(-|$)"
    r"|^openai/whisper-(tiny|base|small|medium|large)"
)
FINETUNED = r"mnli|cnn|xsum|sst|squad|ner|reward|finetuned|classif|-lid-"


IMAGENET = 1000  # classes
OF_IMAGENET = (
    r"^(?!.*(2[12]k|mae|msn|dino|hybrid))"
    r"(vit-(tiny|small|base|large|huge)-patch|deit-|beit-|swin|convnext|resnet|mobile)"
)


def tells_pictures_apart(name: str) -> bool:
    """Has a checkpoint of this name a head for the classes of ImageNet?"""
    return re.search(OF_IMAGENET, name.rpartition("/")[2], re.IGNORECASE) is not None


# detectors whose head is called class_labels_classifier (transformers 5.23.0), with one for the classes of COCO
DETECTORS = r"^((conditional-)?detr-resnet-(50|101)(-dc5)?|yolos-(tiny|small|small-dwr|small-300|base))$"
OF_DETECTORS = frozenset("facebook microsoft hustvl".split())
COCO = 91  # classes
# the encoders of Segformer as they were pretrained: no checkpoint of these has a decode_head
WITHOUT_SEGMENTS = r"^nvidia/mit-b[0-5]$"


@lru_cache(MOST_NAMES)
def detects(name: str) -> bool:
    """Is a name that of such a detector, as its publisher has it?"""
    owner, _, last = name.rpartition("/")
    return owner.lower() in OF_DETECTORS and re.search(DETECTORS, last, re.IGNORECASE) is not None


@lru_cache(MOST_NAMES)
def lacks_segments(name: str) -> bool:
    """True where a name is that of an encoder without a head that tells the classes of points."""
    return re.search(WITHOUT_SEGMENTS, name, re.IGNORECASE) is not None


def is_pretrained_only(name: str) -> bool:
    """True where a repository of the family's publisher, or one without an owner, holds no head for labels."""
    return may_lack_head(name) and family_of(name) is not None


@lru_cache(MOST_NAMES)
def lacks_letters(name: str) -> bool:
    """True where a name is that of a speech model which was pretrained only."""
    return may_lack_head(name) and re.search(SPEECH, name.rpartition("/")[2], re.IGNORECASE) is not None


@lru_cache(MOST_NAMES)
def never_told_sounds_apart(name: str) -> bool:
    """True where a name is that of a model which hears, and has no layers of a classifier."""
    return lacks_letters(name) or re.search(WRITERS, name, re.IGNORECASE) is not None


@lru_cache(MOST_NAMES)
def may_lack_head(name: str) -> bool:
    """False where a name is that of a directory or of somebody's own upload, or says that the model was finetuned."""
    if name.lower() in ENCODERS or re.search(WRITERS, name, re.IGNORECASE):
        return True
    owner, _, last = name.rpartition("/")
    return owner.lower() in PUBLISHERS | {""} and not re.search(FINETUNED, last, re.IGNORECASE)


@lru_cache(MOST_NAMES)
def family_of(name: str) -> str | None:
    """The family that a model's name or path tells, None where it tells none."""
    if name.lower() in ENCODERS:
        return ENCODERS[name.lower()]
    if re.search(REBUILT, name, re.IGNORECASE):
        return None
    last = name.rstrip("/").rpartition("/")[2]
    return next((family for pattern, family in PATTERNS if re.search(pattern, last, re.IGNORECASE)), None)


def family_of_class(cls: str) -> str | None:
    """The family of a class of transformers, by how its name begins: `T5ForConditionalGeneration`."""
    begun = (name for name, stem in STEMS.items() if cls.startswith(stem) and cls[len(stem) :].startswith(BEHIND_STEM))
    return next(begun, None)


def missing_modules(family: str, targets: tuple[str, ...]) -> list[str]:
    """The target modules that no module of a family ends in. A list that names what is adapted in several families is
    made to go with each of them: where some names match, the usual ones of another family are not missing."""
    known = MODULES[family]
    matched = {name for name in map(_last, targets) if name in known}
    missing = [target for target in targets if _last(target) not in known]
    return [target for target in missing if not matched or not _of_another(_last(target), matched)]


def _last(target: str) -> str:
    return target.rpartition(".")[2]


def _of_another(name: str, matched: set[str]) -> bool:
    """Is a module what is adapted of other families, which have none of the modules that were found?"""
    having = [modules for modules in MODULES.values() if name in modules]
    return name in ADAPTED and bool(having) and not any(matched.intersection(modules) for modules in having)
