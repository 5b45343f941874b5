"""The module names of each family in the tables, against a model of that family built without weights."""

from __future__ import annotations

import pytest
from tests.knowledge.families import modules_of

from lora_lint.knowledge.families import ENDINGS, IRREGULAR, MODULES, STEMS, class_of, family_of, is_pretrained_only

NAMES = {
    "llama": "meta-llama/Llama-2-7b-hf",
    "mistral": "mistralai/Mistral-7B-v0.1",
    "mixtral": "mistralai/Mixtral-8x7B-v0.1",
    "qwen2": "Qwen/Qwen2.5-0.5B",
    "qwen3": "Qwen/Qwen3-0.6B",
    "phi3": "microsoft/Phi-3-mini-4k-instruct",
    "gpt2": "openai-community/gpt2",
    "gpt_neox": "EleutherAI/pythia-70m",
    "bloom": "bigscience/bloom-560m",
    "falcon": "tiiuae/falcon-7b",
    "opt": "facebook/opt-350m",
    "t5": "google-t5/t5-small",
}


@pytest.mark.parametrize("family", sorted(STEMS))
def test_the_class_of_a_family_is_the_one_that_transformers_makes(family: str) -> None:
    autos = pytest.importorskip("transformers.models.auto.modeling_auto")
    for auto in {*ENDINGS, *(auto for auto, _ in IRREGULAR)}:
        made = getattr(autos, auto)._model_mapping._model_mapping.get(family)
        told = class_of(auto, NAMES[family])
        assert told in ("", made), auto
        assert told or not made or auto not in ENDINGS, auto


def test_a_name_that_tells_no_family_tells_no_class() -> None:
    assert class_of("AutoModelForCausalLM", "my-model") == ""
    assert class_of("AutoModelForMaskedLM", "facebook/opt-350m") == ""


@pytest.mark.parametrize(
    "name",
    [
        "Qwen/Qwen3-30B-A3B",
        "Qwen/Qwen2-57B-A14B-Instruct",
        "llama-moe/LLaMA-MoE-v1-3_5B-2_8",
        "unsloth/phi-4",
        "meta-llama/Llama-4-Scout-17B-16E",
        "meta-llama/Llama-3.2-11B-Vision",
    ],
)
def test_what_only_begins_as_a_family_is_not_of_it(name: str) -> None:
    assert family_of(name) is None


@pytest.mark.parametrize("name", ["unsloth/Llama-3.2-3B-Instruct-bnb-4bit", "codellama/CodeLlama-34b-hf"])
def test_numbers_in_a_name_are_not_all_versions(name: str) -> None:
    assert family_of(name) == "llama"


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(MODULES))
def test_no_module_of_the_family_is_missing(family: str) -> None:
    pytest.importorskip("transformers")
    linear, embeddings = modules_of(family)
    assert not (linear | embeddings) - MODULES[family]


def test_encoders_for_a_field_have_no_head_for_labels() -> None:
    for name in ("emilyalsentzer/Bio_ClinicalBERT", "allenai/scibert_scivocab_uncased", "bert-base-chinese"):
        assert family_of(name) == "bert"
        assert is_pretrained_only(name)
    assert is_pretrained_only("cardiffnlp/twitter-roberta-base")
    assert not is_pretrained_only("cardiffnlp/twitter-roberta-base-sentiment-latest")
    assert not is_pretrained_only("someone/Bio_ClinicalBERT")
