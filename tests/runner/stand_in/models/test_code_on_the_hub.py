"""Models whose code lies on the hub: their next of kin stands in for them, and it is said."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_a_model_whose_code_lies_on_the_hub_has_the_modules_that_are_adapted(run: Run) -> None:
    text = """from transformers import AutoModel, AutoTokenizer
from peft import LoraConfig, get_peft_model

model = AutoModel.from_pretrained("THUDM/chatglm2-6b", trust_remote_code=True)
get_peft_model(model, LoraConfig(target_modules=["query_key_value", "dense_h_to_4h"])).save_pretrained("out")
assert AutoTokenizer.from_pretrained("THUDM/chatglm2-6b").pad_token
"""
    assert run(text).json["after"]["error"] is None


def test_an_argument_of_the_models_own_code_is_left_to_that(run: Run) -> None:
    loaded = 'AutoModel.from_pretrained("THUDM/chatglm2-6b", trust_remote_code=True, empty_init=False)'
    text = f"from transformers import AutoModel\n{loaded}\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument empty_init: for the model's own code, which is not here" in ran.json["after"]["neutralised"]
    assert "empty_init" in run(text.replace("trust_remote_code=True, ", "") + KEPT).json["reason"]


def test_what_code_on_the_hub_brings_along_is_there(run: Run) -> None:
    text = """from transformers import AutoModel, AutoTokenizer

words = AutoTokenizer.from_pretrained("THUDM/chatglm3-6b", trust_remote_code=True)
model = AutoModel.from_pretrained("THUDM/chatglm3-6b", trust_remote_code=True)
asked = words.build_chat_input("How are you?", history=[], role="user")
assert model(asked["input_ids"]).logits.shape[1] == asked["input_ids"].shape[1]
assert words.get_command("<|user|>") >= 0
answer, history = model.chat(words, "How are you?", history=[])
model.config.layernorm_at_the_end
"""
    said = str(run(text).json["after"]["error"])
    assert "layernorm_at_the_end" in said
    assert said.endswith("its own code on the hub may have that: --full runs it)")


def test_modules_of_code_on_the_hub_have_the_names_that_are_adapted(run: Run) -> None:
    text = KEPT.replace("meta-llama/Llama-3.2-1B", "baichuan-inc/Baichuan2-7B-Base").replace(
        '"q_proj", "v_proj"', '"W_pack"'
    )
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("module W_pack: a q_proj under its name") for said in ran.json["after"]["neutralised"])


def test_a_model_with_code_of_its_own_has_a_head_whatever_class_loads_it(run: Run) -> None:
    text = """\
from accelerate import init_empty_weights
from transformers import AutoModel

with init_empty_weights():
    model = AutoModel.from_pretrained("THUDM/chatglm3-6b", trust_remote_code=True, device_map="auto")
assert model.hf_device_map and model.get_output_embeddings() is not None and not model.device.type == "meta"
"""
    assert run(text).json["after"]["error"] is None


def test_a_model_whose_code_lies_on_github_is_named(run: Run) -> None:
    found = 'import torch\nmodel = torch.hub.load("facebookresearch/dinov2", "dinov2_vits14")\n'
    assert "no stand-in for dinov2_vits14 of facebookresearch/dinov2" in run(found + KEPT).json["reason"]


def test_a_tokenizer_of_texts_with_pictures_writes_them_as_the_real_one_does(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("/data/qwen/Qwen-VL-Chat", trust_remote_code=True)
words.pad_token_id = words.eod_id
said = words.from_list_format([{"image": "a.jpg"}, {"text": "What is it?"}])
assert said == "Picture 1: <img>a.jpg</img>\\nWhat is it?"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_tokenizer_with_code_of_its_own_is_called_as_there(run: Run) -> None:
    text = """\
import torch
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("Qwen/Qwen-7B-Chat", trust_remote_code=True)
if words.__class__.__name__ == "QWenTokenizer":
    words.bos_token_id = words.eod_id
ids = words("How are you?").input_ids
torch.tensor([words.bos_token_id] + ids)
words.save_pretrained("words")
assert AutoTokenizer.from_pretrained("words")("How are you?").input_ids == ids
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
