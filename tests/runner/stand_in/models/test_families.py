"""Which family a model is of, by its name, its class or the modules that are adapted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import transformers
from tests.runner.conftest import Run
from tests.runner.samples import HEAD

from lora_lint_runner.child.stand_in.models import family, model_names, snapshot
from lora_lint_runner.child.stand_in.models.inputs import batches

FAMILIES = [  # id, Auto class, target modules, the class that is loaded
    ("mistralai/Mistral-7B-v0.1", "AutoModelForCausalLM", "q_proj", "MistralForCausalLM"),
    ("gpt2", "AutoModelForCausalLM", "c_attn", "GPT2LMHeadModel"),
    ("bigscience/bloom-560m", "AutoModelForCausalLM", "query_key_value", "BloomForCausalLM"),
    ("google/flan-t5-base", "AutoModelForSeq2SeqLM", "q", "T5ForConditionalGeneration"),
    ("roberta-base", "AutoModelForSequenceClassification", "query", "RobertaForSequenceClassification"),
    ("acme/private-7b", "AutoModelForCausalLM", "query_key_value", "GPTNeoXForCausalLM"),
]


@pytest.mark.parametrize(("name", "auto", "target", "loaded"), FAMILIES, ids=[f[0] for f in FAMILIES])
def test_the_family_of_a_name(run: Run, name: str, auto: str, target: str, loaded: str) -> None:
    text = f"""\
from transformers import AutoTokenizer, {auto}
from peft import LoraConfig, get_peft_model

model = {auto}.from_pretrained("{name}")
assert type(model).__name__ == "{loaded}", type(model)
tokenizer = AutoTokenizer.from_pretrained("{name}")
assert max(tokenizer("a few words")["input_ids"]) < model.config.vocab_size
model = get_peft_model(model, LoraConfig(target_modules=["{target}"]))
model.save_pretrained("out")
"""
    after = run(text).json["after"]
    assert after["error"] is None
    assert [a["directory"] for a in after["adapters"]] == ["out"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("google/siglip2-base-patch16-224", "siglip"),
        ("google/siglip2-base-patch16-naflex", "siglip2"),
        ("facebook/deit-tiny-patch16-224", "vit"),
        ("facebook/deit-tiny-distilled-patch16-224", "deit"),
        ("facebook/maskformer-swin-base-ade", "maskformer"),
        ("google/mobilebert-uncased", "mobilebert"),
        ("allegro/herbert-base-cased", "bert"),
        ("llava-hf/llama3-llava-next-8b-hf", "llava_next"),
        ("almanach/camembertav2-base", "deberta-v2"),
        ("almanach/moderncamembert-base", "modernbert"),
        ("ibm-granite/granite-embedding-30m-english", "roberta"),
        ("ibm-granite/granite-3.1-1b-a400m-base", "granitemoe"),
        ("allenai/Olmo-3-7B-Instruct", "olmo3"),
    ],
)
def test_a_name_tells_of_a_network_that_it_does_not_spell_out(name: str, kind: str) -> None:
    assert model_names.by_name(name) == kind


@pytest.mark.parametrize(
    ("name", "loads", "kind"),
    [
        ("Gregor/mblip-mt0-xl", ("Blip2ForConditionalGeneration",), "blip-2"),
        ("acme/mamba2-tuned", ("MambaForCausalLM",), "mamba"),
        ("acme/mamba2-tuned", ("MambaForCausalLM", "AutoModelForCausalLM"), "mamba2"),
        ("bert-base-uncased", ("WhisperForConditionalGeneration",), "bert"),
    ],
)
def test_a_tokenizer_goes_with_the_class_that_loads_models(name: str, loads: tuple[str, ...], kind: str) -> None:
    assert family.choose(name, family.Asked("AutoTokenizer", loads)).model_type == kind


ODD = {  # with layers of two kinds, two configs of text, and parts that a default config is without
    "google/gemma-4-E2B-it": "AutoModelForImageTextToText",
    "facebook/musicgen-small": "MusicgenForConditionalGeneration",
    "google/diffusiongemma-26B-A4B-it": "AutoModelForImageTextToText",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_configs_of_an_odd_form_have_a_tiny_model(name: str, tmp_path: Path) -> None:
    kind = family.choose(name, family.Asked(ODD[name]))
    made = snapshot.write(str(tmp_path), name, kind, ODD[name], None)
    assert made.parameters < 20_000_000
    loaded = getattr(transformers, made.architecture).from_pretrained(tmp_path)
    assert sum(weight.numel() for weight in loaded.parameters()) == made.parameters


SPELT_OUT = {
    "state-spaces/mamba-2.8b-hf": "mamba",
    "AntonV/mamba2-130m-hf": "mamba2",
    "facebook/detr-resnet-50": "detr",
    "microsoft/conditional-detr-resnet-50": "conditional_detr",
    "PekingU/rtdetr_v2_r18vd": "rt_detr_v2",
    "facebook/mask2former-swin-tiny-coco-instance": "mask2former",
    "facebook/vit-mae-base": "vit_mae",
    "google/timesfm-2.0-500m-pytorch": "timesfm",
    "allenai/scibert_scivocab_uncased": "bert",
    "nvidia/Llama-3.1-Nemotron-70B": "llama",
    "openbmb/MiniCPM-V-4.6": "minicpmv4_6",  # with dashes of its own
    "acme/mamba-2.8b-tuned": "mamba",  # of 2.8 billion weights
}


@pytest.mark.parametrize("name", SPELT_OUT)
def test_a_name_that_spells_out_its_family(name: str) -> None:
    assert family.choose(name, family.Asked(None)).model_type == SPELT_OUT[name]


def test_a_class_that_loads_no_models_of_text_has_one_that_it_loads() -> None:
    """Also for a name that says that the model's code lies on the hub."""
    asked = family.Asked("AutoModelForImageTextToText")
    assert family.choose("openbmb/MiniCPM-Llama3-V-2_5", asked).model_type == "llava"


@pytest.mark.parametrize(("kind", "keys"), [("llama", 4), ("mistral", 2)])
def test_heads_share_keys_where_those_of_the_real_model_do(kind: str, keys: int, tmp_path: Path) -> None:
    """Attention that was written for the first Llamas has a key for each head."""
    snapshot.write(str(tmp_path), "a/b", family.Family(kind, ""), None, None)
    config = transformers.AutoConfig.from_pretrained(tmp_path)
    assert (config.num_attention_heads, config.num_key_value_heads) == (4, keys)


OF_OTHER_WORDS = {
    "emilyalsentzer/Bio_ClinicalBERT": "bert",  # not albert
    "cognitivecomputations/dolphin-2.9-llama3-8b": "llama",  # not phi
    "someone/distilled-gpt2": "gpt2",  # not led
    "google/medgemma-4b-it": "gemma3",  # not gemma4
    "hfl/chinese-roberta-wwm-ext": "bert",  # by its config.json, whatever its name says
}


@pytest.mark.parametrize("name", OF_OTHER_WORDS)
def test_a_family_whose_name_is_part_of_another_word(name: str) -> None:
    assert family.choose(name, family.Asked(None)).model_type == OF_OTHER_WORDS[name]


def test_a_family_that_cannot_see_here_reads() -> None:
    assert family.only_text("gemma3n", family.Asked("AutoModelForCausalLM")) == ["gemma3n_text"]
    assert family.only_text("gemma3n", family.Asked("AutoModelForImageTextToText")) == []


def test_a_processor_is_of_its_own_model_beside_an_auto_class_for_another() -> None:
    asked = family.Asked("AutoProcessor", ("AutoModelForSequenceClassification", "BlipForConditionalGeneration"))
    assert family.choose("Salesforce/blip-image-captioning-base", asked).model_type == "blip"


@pytest.mark.parametrize("kind", ["detr", "deformable_detr", "pvt", "levit", "efficientnet", "florence2"])
def test_families_of_several_stages_are_built(kind: str, tmp_path: Path) -> None:
    """Of a backbone in other hands all stages stay; where smaller numbers do not fit, the usual ones are taken."""
    assert snapshot.write(str(tmp_path), "a/b", family.Family(kind, ""), None, None).parameters < 50_000_000


def test_a_tiny_vocabulary_makes_more_tokens_of_a_text_than_the_one_of_clip(tmp_path: Path) -> None:
    """Its model takes them; what a script cuts is cut to 77 all the same."""
    snapshot.write(str(tmp_path), "openai/clip-vit-base-patch32", family.Family("clip", ""), None, None)
    held = json.loads((tmp_path / "config.json").read_text())["text_config"]["max_position_embeddings"]
    assert (held, json.loads((tmp_path / "tokenizer_config.json").read_text())["model_max_length"]) == (2048, 77)


def test_the_stand_in_of_a_model_of_pictures_and_texts_has_both(run: Run) -> None:
    text = HEAD.replace("AutoModelForCausalLM", "CLIPModel").replace(
        "meta-llama/Llama-3.2-1B", "openai/clip-vit-base-patch32"
    )
    text = text.replace(', task_type="CAUSAL_LM"', "").replace(
        "base = ", "CLIPProcessor.from_pretrained(CLIP)\nbase = "
    )
    text = "CLIP = 'openai/clip-vit-base-patch32'\n" + text.replace(
        "import CLIPModel", "import CLIPModel, CLIPProcessor"
    )
    loop = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
size = base.config.vision_config.image_size
for step in range(20):
    found = model(input_ids=torch.randint(0, 100, (2, 8)), pixel_values=torch.rand(2, 3, size, size))
    found.logits_per_image.sum().backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""
    ran = run(text + loop)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Salesforce/blip2-flan-t5-xl", "t5"),
        ("Salesforce/blip2-opt-2.7b", "opt"),
        ("Salesforce/instructblip-flan-t5-xl", "t5"),
    ],
)
def test_what_writes_the_text_of_a_model_that_sees_is_told_by_its_name(name: str, text: str, tmp_path: Path) -> None:
    cls = "InstructBlipForConditionalGeneration" if "instruct" in name else "Blip2ForConditionalGeneration"
    snapshot.write(str(tmp_path), name, family.choose(name, family.Asked(cls)), cls, None)
    loaded = getattr(transformers, cls).from_pretrained(tmp_path)
    assert loaded.config.text_config.model_type == text
    assert loaded(**batches.batch_for(loaded, 2).data).loss.requires_grad


def test_a_model_that_nobody_named_is_one_of_which_peft_knows_what_to_adapt(run: Run) -> None:
    text = """\
import argparse
from transformers import AutoModelForCausalLM
from peft import IA3Config, LoraConfig, get_peft_model

parser = argparse.ArgumentParser()
parser.add_argument("--model_path", required=True)
parser.add_argument("--method", default="lora")
given = parser.parse_args()
model = AutoModelForCausalLM.from_pretrained(given.model_path)
if given.method == "ia3":
    config = IA3Config(target_modules=["qkv_proj"], feedforward_modules=["down_proj"])
else:
    config = LoraConfig(task_type="CAUSAL_LM")
get_peft_model(model, config).save_pretrained("out")
"""
    after = run(text).json["after"]
    assert after["error"] is None
    assert [a["directory"] for a in after["adapters"]] == ["out"]


def test_a_class_of_the_script_that_says_what_a_name_sounds_like_goes_before_its_targets() -> None:
    """Qwen-7B has its code on the hub; whoever loads it as Qwen2 does not mean the next of kin of its layers."""
    targets = frozenset(("q_proj", "v_proj", "gate_proj"))
    asked = family.Asked(None, ("AutoModelForCausalLM", "Qwen2ForCausalLM"), targets)
    assert family.choose("Qwen/Qwen-7B", asked).model_type == "qwen2"
    assert family.choose("Qwen/Qwen-7B", asked._replace(classes=())).model_type == "llama"


def test_what_writes_the_text_of_a_model_that_sees_has_the_modules_that_are_adapted() -> None:
    assert model_names.inside("instructblip", "./InstructBLIP", frozenset(("query", "q", "v"))) == "t5"
    assert model_names.inside("instructblip", "./InstructBLIP", frozenset(("query", "value"))) is None
    assert model_names.inside("instructblip", "Salesforce/instructblip-vicuna-7b", frozenset(("q", "v"))) == "llama"
