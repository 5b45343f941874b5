"""What counted in older releases and no single name or argument tells: taken as it was meant, and said."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.conftest import Run, carried, lacking
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE

from lora_lint_runner.child.patching import Patches
from lora_lint_runner.child.stand_in.older import taking
from lora_lint_runner.child.stand_in.older.known import RELEASES
from lora_lint_runner.child.stand_in.older.models import config_settings, features, listed_names, rotary


@pytest.mark.slow
def test_attributes_of_older_tokenizers(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer, Idefics2Processor

tokens = Idefics2Processor.from_pretrained("HuggingFaceM4/idefics2-8b").tokenizer
print(tokens.additional_special_tokens_ids[tokens.additional_special_tokens.index("<image>")])
tokens = AutoTokenizer.from_pretrained("EleutherAI/pythia-410m")
assert tokens._pad_token is None
tokens.pad_token = tokens.eos_token
found = tokens(["a", "a word"], max_length=9, pad_to_max_length=True, return_tensors="pt")
assert found["input_ids"].shape == (2, 9)
"""
    ran = run(text + KEPT + "assert base.config.max_length == 20\n")
    assert ran.exit == 0, ran.json["reason"]


def test_a_config_of_the_scripts_own_kind_was_asked_for_generation_as_well() -> None:
    from transformers import PretrainedConfig

    class OwnConfig(PretrainedConfig):
        model_type = "own"

    with pytest.raises(AttributeError) as met:
        _ = OwnConfig().max_length
    assert config_settings.lacking(met.value) == "max_length"


def test_generation_that_is_set_on_the_config(run: Run) -> None:
    text = """\
model.config.num_beams = 2
print(model.generate(input_ids=torch.tensor([[1, 2]]), max_new_tokens=2))
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert "generates by model.generation_config alone" in ran.json["reason"]


def test_names_that_the_hub_and_inner_modules_had(run: Run) -> None:
    text = """\
from huggingface_hub import HfFolder
from peft import AdaLoraConfig
from transformers.trainer_utils import EvaluationStrategy
from transformers.utils.import_utils import is_torch_bf16_available

print(AdaLoraConfig(), is_torch_bf16_available(), EvaluationStrategy.STEPS == "steps")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_modules_of_diffusers_are_found_where_they_are_now(run: Run) -> None:
    pytest.importorskip("diffusers")
    text = """\
from diffusers.models.unet_2d_condition import UNet2DConditionModel
from diffusers.models.vae import DiagonalGaussianDistribution
from diffusers.pipelines.controlnet.multicontrolnet import MultiControlNetModel

print(UNet2DConditionModel, DiagonalGaussianDistribution, MultiControlNetModel)
"""
    assert "now diffusers.models.unets.unet_2d_condition" in carried(run(text + KEPT))


def test_a_unet_saves_and_loads_its_lora_with_its_attention_processors(run: Run) -> None:
    pytest.importorskip("diffusers")
    text = """\
import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

def unet():
    return UNet2DConditionModel.from_pretrained("runwayml/stable-diffusion-v1-5", subfolder="unet")

model = unet()
model.requires_grad_(False)
model.add_adapter(LoraConfig(r=4, target_modules=["to_q", "to_v"]))
words = torch.randn(1, 7, model.config.cross_attention_dim)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for step in range(3):
    model(torch.randn(1, 4, 8, 8), step, words).sample.mean().backward()
    optimizer.step()
model.save_attn_procs("out")
unet().load_attn_procs("out")
"""
    ran = run(text)
    assert "save_attn_procs() of diffusers" in ran.json["reason"], ran.json["reason"]
    assert "the adapter files appear" in ran.json["reason"]


def test_trainers_that_are_gone_are_only_missed_where_they_are_used(run: Run) -> None:
    text = "from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "has no PPOTrainer; one of its releases 0.9 to 0.24 has it" in str(ran.json["after"]["lacking"])
    ran = run(text + HEAD + "PPOTrainer(model=model)\n" + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 3
    assert "With stand-ins for that: train.py:9: trl" in ran.json["reason"]


def test_what_has_moved_is_found_also_where_its_new_home_imports_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `pad_to_length` of trl 1.16: `trl.experimental.utils` imports `trl.trainer.utils`, where it was."""
    (tmp_path / "new_home.py").write_text("import old_home\ndef moved(): ...\n")
    (tmp_path / "old_home.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setitem(RELEASES["names"], "old_home.moved", "new_home.moved")
    patches = Patches()
    taking.SERVED["name"](SimpleNamespace(patches=patches), {"kind": "name", "home": "old_home", "name": "moved"})
    patches.install()
    new = importlib.import_module("new_home")
    assert importlib.import_module("old_home").moved is new.moved


def test_modules_that_seq2seq_models_have_choose_among_them(run: Run) -> None:
    text = """\
from transformers import AutoModelForSeq2SeqLM
from peft import LoraConfig, get_peft_model

base = AutoModelForSeq2SeqLM.from_pretrained("company/unheard-of")
get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="SEQ_2_SEQ_LM"))
"""
    assert run(text).json["after"]["error"] is None


def test_a_chat_that_a_collator_is_given_was_its_ids(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer, DataCollatorForLanguageModeling

tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B")
ids = tokenizer.apply_chat_template([{"role": "user", "content": "Hello"}])
rows = [{"input_ids": dict(ids) if isinstance(ids, dict) else ids}]
print(DataCollatorForLanguageModeling(tokenizer, mlm=False)(rows))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_texts_end_to_end(run: Run) -> None:
    text = """\
from datasets import load_dataset
from transformers import AutoTokenizer
from trl import SFTConfig, SFTTrainer
from trl.trainer import ConstantLengthDataset
from trl.trainer.utils import SIMPLE_CHAT_TEMPLATE

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = load_dataset("company/answers", split="train", streaming=True)
packed = ConstantLengthDataset(tokenizer, rows, formatting_func=lambda row: row["answer"], seq_length=64)
config = SFTConfig("runs", report_to="none", packing=True)
SFTTrainer(model, config, train_dataset=packed, max_seq_length=None).train()
model.save_pretrained("out")
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("name", ["TextDataset", "LineByLineTextDataset"])
def test_a_file_of_text_is_a_data_set(run: Run, name: str) -> None:
    """It is not here: one is made up."""
    text = f"""\
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, {name}, Trainer, TrainingArguments

words = AutoTokenizer.from_pretrained("gpt2")
words.pad_token = words.eos_token
lines = {name}(tokenizer=words, file_path="notes.txt", block_size=64)
collator = DataCollatorForLanguageModeling(tokenizer=words, mlm=False)
Trainer(model, TrainingArguments("o", report_to="none"), train_dataset=lines, data_collator=collator).train()
"""
    ran = run(HEAD + text + SAVE)
    assert f"has no {name}; now datasets.load_dataset" in carried(ran)
    assert any("notes.txt; rows are made up" in said for said in lacking(ran))


def test_a_pipeline_that_tells_of_all_labels(run: Run) -> None:
    """In their order, for each of several texts and in a list for one."""
    text = """\
from transformers import pipeline

judge = pipeline("sentiment-analysis", model="lvwerra/distilbert-imdb")
more = {"return_all_scores": True, "batch_size": 2}
found = [each[1]["score"] + each[0]["score"] for each in judge(["good", "bad"], **more)]
assert len(found) == 2 and abs(found[0] - 1) < 1e-3
assert [label["label"] for label in judge("good", **more)[0]] == ["LABEL_0", "LABEL_1"]
"""
    assert "have no return_all_scores; now top_k=None" in carried(run(text + KEPT))


def test_a_processor_that_is_given_the_text_first(run: Run) -> None:
    text = """\
from PIL import Image
from transformers import LlavaForConditionalGeneration, LlavaProcessor

base = LlavaForConditionalGeneration.from_pretrained("llava-hf/llava-1.5-7b-hf")
words = LlavaProcessor.from_pretrained("llava-hf/llava-1.5-7b-hf")
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"]))
batch = words("<image> What is it?", Image.new("RGB", (32, 32)), return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
model(**batch, labels=batch["input_ids"]).loss.backward()
optimizer.step()
"""
    assert "LlavaProcessor of transformers" in carried(run(HEAD + text + SAVE))


def test_features_that_were_tensors(run: Run) -> None:
    text = """\
from transformers import CLIPModel

clip = get_peft_model(CLIPModel.from_pretrained("openai/clip-vit-base-patch32"), LoraConfig(target_modules=["q_proj"]))
words = torch.ones(2, 4, dtype=torch.long)
print(torch.nn.functional.normalize(clip.get_text_features(input_ids=words), dim=-1).shape)
features = clip.get_text_features(words)
print(features / features.norm(dim=-1, keepdim=True))
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert "the tensor is its pooler_output" in ran.json["reason"]


def test_features_are_known_by_who_asked_for_them_where_a_function_is_handed_them() -> None:
    """What is caught in the function knows of nothing further out."""

    class BaseModelOutputWithPooling:
        def get_text_features(self) -> Any:
            return self

    def normal(found: Any) -> Any:
        try:
            return found.norm()
        except AttributeError as error:
            return features.entry_of(error)

    entry = normal(BaseModelOutputWithPooling().get_text_features())
    assert entry == {"kind": features.KIND, "home": features.HOME, "name": "get_text_features"}


def test_records_in_a_column_and_pictures_that_are_padded(run: Run) -> None:
    text = """\
from datasets import load_dataset
from transformers import AutoImageProcessor

rows = load_dataset("cppe-5", split="train")
print(rows.features["objects"].feature["category"].names)
processor = AutoImageProcessor.from_pretrained("hustvl/yolos-tiny")
padded = processor.pad([torch.zeros(3, 8, 6), torch.zeros(3, 4, 10)], return_tensors="pt")
assert padded["pixel_values"].shape == (2, 3, 8, 10) and int(padded["pixel_mask"][1].sum()) == 40
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    said = [lack["text"] for lack in ran.json["after"]["lacking"]]
    assert any("has no .feature of a list of records" in text for text in said)
    assert any("takes one image, not a batch" in text for text in said)


def test_sounds_under_their_older_name(run: Run) -> None:
    text = """\
import torch
from transformers import ClapModel, ClapProcessor

processor = ClapProcessor.from_pretrained("laion/clap-htsat-unfused")
heard = processor(text=["a bell"], audios=[[0.0] * 48000], sampling_rate=48000, return_tensors="pt")
assert torch.isfinite(ClapModel.from_pretrained("laion/clap-htsat-unfused")(**heard).logits_per_audio).all()
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "take no audios; now audio" in ran.json["reason"]


def test_paths_in_a_table_of_pandas_become_sounds(run: Run) -> None:
    text = """\
import pandas
from datasets import Audio, Dataset

table = pandas.DataFrame({"audio": ["a.wav", "b.wav"]}).astype({"audio": pandas.StringDtype("pyarrow")})
rows = Dataset.from_pandas(table).cast_column("audio", Audio(sampling_rate=16000, decode=False))
assert rows[0]["audio"]["path"] == "a.wav"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "makes no Audio of the texts of pandas 3; cast the column to string first" in carried(ran)


def test_a_tokenizer_is_of_the_type_that_its_files_tell(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

assert AutoTokenizer.from_pretrained("huggyllama/llama-7b", tokenizer_type="llama")("one")["input_ids"]
"""
    assert "knows no tokenizer_type 'llama'; leave it out" in carried(run(text + KEPT))


def test_the_config_of_llama_has_a_token_to_pad_with(run: Run) -> None:
    text = """\
from transformers import AutoTokenizer

words = AutoTokenizer.from_pretrained("meta-llama/Llama-2-7b-hf")
words.add_special_tokens({"unk_token": words.convert_ids_to_tokens(model.config.pad_token_id)})
"""
    asked = HEAD.replace("meta-llama/Llama-3.2-1B", "meta-llama/Llama-2-7b-hf")
    assert "has no pad_token_id of its own" in carried(run(asked + text + LOOP + 'model.save_pretrained("out")\n'))


def test_what_a_config_said_of_its_text_is_asked_of_the_texts_own(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageTextToText

model = AutoModelForImageTextToText.from_pretrained("Qwen/Qwen2-VL-2B-Instruct")
probe = torch.nn.Linear(model.config.hidden_size, 1)
model = get_peft_model(model, LoraConfig(target_modules=["q_proj"]))
"""
    ran = run(text + LOOP + SAVE)
    assert "Qwen2VLConfig of transformers" in (why := carried(ran))
    assert "has no hidden_size; now get_text_config().hidden_size" in why


def test_a_table_of_attentions_has_the_one_that_is_left(run: Run) -> None:
    text = """\
from transformers.models.whisper.modeling_whisper import WHISPER_ATTENTION_CLASSES, WhisperAttention

class Mine(WHISPER_ATTENTION_CLASSES["sdpa"]):
    pass

assert issubclass(Mine, WhisperAttention)
"""
    assert "has no WHISPER_ATTENTION_CLASSES" in carried(run(text + KEPT))


def test_layers_of_a_scripts_own_ask_a_config_for_its_rotary_embeddings(run: Run) -> None:
    text = """\
class Attention(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        self.theta, self.scaling = config.rope_theta, config.rope_scaling

asked = Attention(model.config)
assert (asked.theta, asked.scaling) == (10000.0, None)
print(model.generate(input_ids=torch.tensor([[1, 2]]), max_new_tokens=2))
"""
    assert 'now rope_parameters["rope_theta"]' in carried(run(HEAD + text + LOOP + SAVE))


def test_layers_of_a_scripts_own_ask_a_config_how_it_scales_what_it_does_not(run: Run) -> None:
    text = """\
def scaled(config):
    return None if config.rope_scaling is None else config.rope_scaling["type"]

assert scaled(model.config) is None
"""
    assert "have rope_scaling where nothing is scaled, which was None" in carried(run(HEAD + text + LOOP + SAVE))


def test_an_error_that_names_no_key_is_of_no_rotary_embeddings() -> None:
    assert rotary.entry_of(KeyError()) is None
    assert rotary.entry_of(KeyError("type")) is None


def test_the_names_of_a_family_in_one_list(run: Run) -> None:
    text = """\
import transformers

assert "LlamaTokenizer" in transformers._import_structure["models.llama"], "reinstall it"
"""
    assert "has no models.llama" in carried(run(text + KEPT))


def test_a_key_that_transformers_knows_too_is_the_scripts_own_where_it_asks_something_else() -> None:
    """Its modules have such names: `data`, `models`, `utils`."""
    pytest.importorskip("transformers")
    with pytest.raises(KeyError) as lacking_key:
        {}["data"]
    assert listed_names.entry_of(lacking_key.value) is None
