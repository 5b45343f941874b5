"""Tiny models of the same family: real classes, loaded by the real `from_pretrained`, with a tokenizer that fits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import transformers
from tests.runner.conftest import Run, absent
from tests.runner.samples import HEAD, KEPT, LOOP

from lora_lint_runner.child.stand_in.models import family, folders, model_names, snapshot


def test_what_florence_answers_is_taken_apart(run: Run) -> None:
    text = """\
from transformers import AutoProcessor

processor = AutoProcessor.from_pretrained("microsoft/Florence-2-base")
for task in ("<OD>", "<OCR_WITH_REGION>", "<CAPTION>"):
    assert task in processor.post_process_generation("a", task=task, image_size=(64, 64))
"""
    assert run(text).json["after"]["error"] is None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["depth_anything", "zoedepth", "upernet", "rt_detr", "mobilevit"])
def test_what_takes_several_stages_of_another_model_gets_as_many(kind: str, tmp_path: Path) -> None:
    made = snapshot.write(str(tmp_path), "a/b", family.Family(kind, ""), None, None)
    model = getattr(transformers, made.architecture).from_pretrained(tmp_path)
    with torch.no_grad():
        model(pixel_values=torch.zeros(1, 3, 224, 224))


def test_what_a_script_asks_for_later_is_what_its_processor_goes_with(tmp_path: Path) -> None:
    classes = ("SpeechT5Processor", "SpeechT5ForTextToSpeech")
    kin = family.Family("speecht5", "")
    made = snapshot.write(str(tmp_path), "a/b", kin, "SpeechT5Processor", None, classes=classes)
    assert made.architecture == "SpeechT5ForTextToSpeech"


@absent("torchvision")
def test_a_processor_that_asks_its_part_for_videos_how_it_cuts_them_is_there_for_pictures(run: Run) -> None:
    text = """\
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

name = "openbmb/MiniCPM-V-4.6"
processor, model = AutoProcessor.from_pretrained(name), AutoModelForImageTextToText.from_pretrained(name)
given = processor(images=[Image.new("RGB", (64, 64))], text="<image> what is it?", return_tensors="pt")
assert model(**given).logits.shape[:2] == given["input_ids"].shape
"""
    assert run(text).json["after"]["error"] is None


def test_two_loads_of_one_id_are_equal(run: Run) -> None:
    text = """\
import torch
from transformers import AutoModel

one, two = (AutoModel.from_pretrained("bert-base-uncased").state_dict() for _ in range(2))
assert all(torch.equal(one[key], two[key]) for key in one)
"""
    assert run(text).json["after"]["error"] is None


def test_a_folder_of_a_model_is_there_when_it_is_asked_for(run: Run) -> None:
    text = """\
import os
from transformers import AutoModelForCausalLM

if not os.path.isdir("/models/qwen2"):
    raise FileNotFoundError("no model at /models/qwen2")
AutoModelForCausalLM.from_pretrained("/models/qwen2")
"""
    assert run(text).json["after"]["error"] is None


@pytest.mark.slow
def test_a_model_and_data_for_which_a_script_asks_first_are_told_apart(run: Run) -> None:
    text = """\
import json
import os
from transformers import AutoModelForCausalLM

MODEL, DATA = "/workspace/LLM", "/workspace/rows.jsonl"

def check():
    model_there = os.path.exists(MODEL)
    data_there = os.path.exists(DATA)
    if not (model_there and data_there):
        raise FileNotFoundError("check your paths")

check()
AutoModelForCausalLM.from_pretrained(MODEL)
assert json.loads(open(DATA).readline())["text"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert [one["text"] for one in ran.json["after"]["lacking"]] == [
        "train.py:11: file not found: /workspace/rows.jsonl; rows are made up in its place"
    ]


def test_a_folder_that_is_called_as_a_checkpoint_is_has_what_the_script_looks_for_in_it(run: Run) -> None:
    text = """\
from pathlib import Path
from transformers import MambaForCausalLM

def local(name):
    folder = Path(name)
    if not (folder.is_dir() and (folder / "config.json").is_file()):
        raise FileNotFoundError(f"no config.json: '{name}'")
    return str(folder.resolve())

MambaForCausalLM.from_pretrained(local("state-spaces/mamba-2.8b-hf"))
"""
    after = run(text).json["after"]
    assert after["error"] is None
    assert any("MambaForCausalLM" in said for said in after["neutralised"])


def test_a_checkpoint_of_many_steps_is_the_last_one_of_few_and_words_outside_are_found(run: Run) -> None:
    text = """\
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments, pipeline

name = "meta-llama/Llama-3.2-1B"
model = get_peft_model(AutoModelForCausalLM.from_pretrained(name), LoraConfig(target_modules=["q_proj"]))
rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})
Trainer(model, TrainingArguments("run"), train_dataset=rows).train()
PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(name), "run/checkpoint-702")
AutoTokenizer.from_pretrained(name).save_pretrained("/mnt/elsewhere/words")
pipeline("text-generation", model=name, tokenizer="/mnt/elsewhere/words")
"""
    assert run(text).json["after"]["error"] is None


def test_quantization_and_flash_attention_are_left_out(run: Run) -> None:
    text = """\
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-0.5B",
    quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16),
    attn_implementation="flash_attention_2",
    device_map={"": 0},
)
model.to("cuda")
from peft.utils.integrations import get_layer_device_map
assert get_layer_device_map(model)  # what PEFT asks of a model with a prefix
assert torch.cuda.is_available()
torch.cuda.set_rng_state(torch.cuda.get_rng_state())
torch.cuda.memory._record_memory_history(max_entries=100)
"""
    after = run(text).json["after"]
    assert after["error"] is None
    assert "quantization: the weights stay in 32 bit" in after["neutralised"]


def test_attention_that_a_config_or_a_kernel_of_the_hub_is_asked_for_is_left_out(run: Run) -> None:
    text = """from transformers import AutoConfig, AutoModelForCausalLM

config = AutoConfig.from_pretrained("meta-llama/Llama-3.2-1B")
config._attn_implementation = "flash_attention_2"
AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B", config=config)
AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B", attn_implementation="kernels-community/flash-attn3")
"""
    assert run(text).json["after"]["error"] is None


def test_a_model_folder_with_pointers_in_the_place_of_its_large_files_is_stood_in_for(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "base"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}')
    for name in ("model.safetensors", "tokenizer.json"):
        (folder / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    text = """from transformers import AutoModelForCausalLM, AutoTokenizer

AutoModelForCausalLM.from_pretrained("models/base")
AutoTokenizer.from_pretrained("models/base")("text")
"""
    assert run(text).json["after"]["error"] is None


def test_bars_of_a_notebook_are_plain_ones(run: Run) -> None:
    assert run("from tqdm.notebook import tqdm\nassert list(tqdm([1]))\n").json["after"]["error"] is None


def test_sounds_are_cut_to_what_the_model_takes(run: Run) -> None:
    text = """\
import numpy as np
from transformers import ASTFeatureExtractor, ASTForAudioClassification

NAME = "MIT/ast-finetuned-audioset-10-10-0.4593"
made = ASTFeatureExtractor.from_pretrained(NAME)(np.zeros(16000), sampling_rate=16000, return_tensors="pt")
assert ASTForAudioClassification.from_pretrained(NAME)(**made).logits.shape[0] == 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_base_without_its_pooler_is_loaded_again_without_it(run: Run) -> None:
    text = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

base = AutoModel.from_pretrained("BAAI/bge-base-en-v1.5", add_pooling_layer=False)
model = get_peft_model(base, LoraConfig(target_modules=["query", "dense"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(20):
    model(input_ids=torch.randint(0, 100, (2, 8)))[0].pow(2).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]


def test_one_shard_of_fsdp_has_the_whole_state_dict(run: Run) -> None:
    text = """\
import functools
import os
import torch
import torch.distributed as dist
from torch.distributed.fsdp import FullStateDictConfig, FullyShardedDataParallel as FSDP, StateDictType
from torch.distributed.fsdp.wrap import transformer_auto_wrap_policy
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

dist.init_process_group("nccl")
policy = functools.partial(transformer_auto_wrap_policy, transformer_layer_cls={LlamaDecoderLayer})
kept = model
model = FSDP(model, auto_wrap_policy=policy, device_id=torch.cuda.current_device(), use_orig_params=True)
"""
    end = """\
with FSDP.state_dict_type(model, StateDictType.FULL_STATE_DICT, FullStateDictConfig(offload_to_cpu=True)):
    state = model.state_dict()
kept.save_pretrained("out", state_dict=state)
"""
    ran = run(HEAD + text + LOOP + end)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize(
    "refuses",
    [
        "if 100 * trainable / total > 1:\n    raise RuntimeError('this is no LoRA')\n",
        "trainable_ratio = trainable / total\nassert trainable_ratio < 0.01, trainable_ratio\n",
    ],
)
def test_a_base_is_large_where_a_script_asks_for_a_small_share_of_trained_weights(run: Run, refuses: str) -> None:
    count = "trainable, total = model.get_nb_trainable_parameters()\n"
    ran = run(HEAD + count + refuses + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


def test_what_a_script_builds_from_a_config_is_made_tiny(run: Run) -> None:
    text = """\
from transformers import LlamaConfig, LlamaForCausalLM

config = LlamaConfig(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32)
base = LlamaForCausalLM(config)
assert config.hidden_size == base.get_input_embeddings().weight.shape[1] < 100
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]
    assert [said for said in ran.json["after"]["neutralised"] if "a tiny one in the place of about 1." in said]


@pytest.mark.slow
def test_downloads_lie_where_the_script_wants_them(run: Run) -> None:
    text = """\
from huggingface_hub import hf_hub_download, snapshot_download
from datasets import load_dataset

where = snapshot_download("Qwen/Qwen2.5-7B", local_dir="models/qwen")
assert os.path.isfile(os.path.join(where, "config.json")), where
assert AutoModelForCausalLM.from_pretrained("models/qwen").config.model_type == "qwen2"
assert hf_hub_download("gpt2", filename="config.json", local_dir="parts") == os.path.abspath("parts/config.json")
assert "scheduler" in open(hf_hub_download("someone/our-painter", "model_index.json")).read()
print(load_dataset(snapshot_download(repo_id="acme/rows", repo_type="dataset"))["train"][0]["question"])
"""
    ran = run(HEAD + text + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


def test_a_model_folder_of_the_project_without_weights_has_some(run: Run, tmp_path: Path) -> None:
    """They are too large for a repository. What the script itself saves without any is as it left it."""
    (tmp_path / "bert").mkdir()
    config = {"architectures": ["BertForMaskedLM"], "model_type": "bert", "hidden_size": 32, "num_attention_heads": 2}
    (tmp_path / "bert" / "config.json").write_text(json.dumps(config))
    text = """
from transformers import AutoConfig, AutoModelForSequenceClassification

AutoModelForSequenceClassification.from_pretrained("./bert", num_labels=2)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    home, work = tmp_path, tmp_path / "work"
    (work / "mine").mkdir(parents=True)
    (work / "mine" / "config.json").write_text(json.dumps(config))
    assert folders.unfilled(str(home / "bert"), str(work), str(home))
    assert not folders.unfilled(str(work / "mine"), str(work), str(home))


@pytest.mark.parametrize("place", ["/data/models/llama", "/data/hub/models--meta-llama--Llama-3.2-1B/snapshots"])
def test_the_folder_of_a_model_is_looked_into_before_it_is_loaded(run: Run, place: str) -> None:
    """One of a cache has its revisions in it."""
    text = f"""\
import os

home = "{place}"
inner = os.listdir(home)[0]
if home.endswith("snapshots"):
    home = os.path.join(home, inner)
assert os.path.isfile(os.path.join(home, "config.json"))
"""
    ran = run(text + KEPT.replace('"meta-llama/Llama-3.2-1B"', "home"))
    assert ran.exit == 0, ran.json["reason"]


def test_a_model_in_a_cache_is_the_one_that_it_is_called_by() -> None:
    place = "/data/hub/models--Qwen--Qwen2.5-7B/snapshots/0123456789abcdef"
    assert model_names.by_name(place) == "qwen2"


def test_a_model_of_pages_reads_words_where_they_stand(run: Run) -> None:
    pytest.importorskip("PIL.Image")
    text = """\
from PIL import Image
from transformers import AutoModelForTokenClassification, AutoProcessor

name = "microsoft/layoutlmv3-base"
processor = AutoProcessor.from_pretrained(name, apply_ocr=False)
page = Image.new("RGB", (64, 64))
boxes = [[0, 0, 20, 10], [30, 0, 60, 10]]
batch = processor(page, ["Total", "12.50"], boxes=boxes, word_labels=[0, 1], return_tensors="pt")
assert AutoModelForTokenClassification.from_pretrained(name, num_labels=2)(**batch).loss > 0
"""
    assert run(text).json["after"]["error"] is None


def test_a_class_asks_for_the_config_of_another_model_while_it_is_loaded(run: Run) -> None:
    text = """\
from transformers import ViTConfig, ViTModel

class Guided(LlamaForCausalLM):
    def __init__(self, config):
        super().__init__(config)
        self.eyes = ViTModel(ViTConfig.from_pretrained("google/vit-base-patch16-224"))

Guided.from_pretrained("meta-llama/Llama-3.2-1B")
"""
    ran = run("from transformers import LlamaForCausalLM\n" + text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
