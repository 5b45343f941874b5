"""Libraries that are not installed: a small version of each does what a training script asks of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tests.runner.conftest import Run, absent, confirmed
from tests.runner.samples import HEAD, KEPT, LOOP, TRAINER

from lora_lint_runner.child.stand_in.anything import nothing_class


@absent("optuna")
def test_optuna_tries_an_objective_and_knows_the_best(run: Run) -> None:
    text = """\
import optuna

study = optuna.create_study(direction="minimize")
study.optimize(lambda trial: trial.suggest_float("lr", 0.1, 0.2), n_trials=3)
assert 0.1 <= study.best_params["lr"] <= 0.2
"""
    confirmed(run(text + KEPT))


@absent("optuna")
def test_a_study_that_an_earlier_run_has_filled_knows_the_best(run: Run) -> None:
    text = """\
import optuna

RANKS = {"few": 4, "many": 16}

def suggest(trial):
    rank = trial.suggest_categorical("rank", list(RANKS))
    return {"rank": rank, "lr": trial.suggest_float("lr", 1e-4, 1e-3, log=True)}

study = optuna.create_study(storage="sqlite:///tries.db", load_if_exists=True)
assert study.best_params == {"rank": "few", "lr": 1e-4}
"""
    confirmed(run(text + KEPT))


@absent("wandb")
def test_libraries_go_on_without_what_stands_in(run: Run) -> None:
    text = """\
import mlflow
from accelerate.utils import is_mlflow_available

mlflow.set_experiment("mine")
assert not is_mlflow_available()
"""
    confirmed(run(text + KEPT))


@absent("torchvision")
def test_torchvision_transforms_pictures(run: Run) -> None:
    text = """\
from PIL import Image
from torchvision import transforms

turn = transforms.Compose([transforms.Resize((8, 8)), transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])
assert turn(Image.new("RGB", (20, 10))).shape == (3, 8, 8)
"""
    confirmed(run(text + KEPT))


@absent("sklearn")
def test_sklearn_splits_rows_and_numbers_labels(run: Run) -> None:
    text = """\
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, MultiLabelBinarizer, StandardScaler

train, test, left, right = train_test_split(list(range(10)), list("abababababa")[:10], test_size=0.2)
assert (len(train), len(test), len(left), len(right)) == (8, 2, 8, 2)
assert sorted(train + test) == list(range(10))
assert list(LabelEncoder().fit_transform(["no", "yes", "no"])) == [0, 1, 0]
assert float(f1_score([0], [1])) == 0.5
assert MultiLabelBinarizer().fit_transform([["b"], ["a", "b"]]).tolist() == [[0, 1], [1, 1]]
assert abs(StandardScaler().fit_transform([[1.0], [3.0]])[1][0] - 1) < 1e-3
"""
    confirmed(run(text + KEPT))


@absent("sklearn", "iterstrat")
def test_rows_of_several_labels_are_split_into_folds(run: Run) -> None:
    text = """\
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold

folds = list(MultilabelStratifiedKFold(n_splits=2, shuffle=True).split(range(4), [[0, 1]] * 4))
assert [list(out) for _, out in folds] == [[0, 2], [1, 3]]
"""
    confirmed(run(text + KEPT))


@absent("sklearn")
def test_one_draw_of_rows_leaves_some_of_either_and_keeps_groups_together(run: Run) -> None:
    text = """\
from sklearn.model_selection import GroupKFold, GroupShuffleSplit, StratifiedShuffleSplit

for draws in (GroupShuffleSplit(n_splits=1, test_size=0.2), StratifiedShuffleSplit(n_splits=1), GroupKFold(2)):
    kept, out = next(draws.split(range(12), [0, 1] * 6, groups=list("aabbccddeeff")))
    assert len(kept) and len(out) and sorted([*kept, *out]) == list(range(12))
    assert not {place // 2 for place in kept} & {place // 2 for place in out}
"""
    confirmed(run(text + KEPT))


@absent("addict", "Bio")
def test_records_with_attributes_and_sequences_of_letters(run: Run) -> None:
    text = """\
from addict import Dict
from Bio import SeqIO

settings = Dict({"model": {"rank": 8}, "lists": [{"a": 1}]})
settings.model.alpha = 16
assert not settings.nothing and not settings.model.nothing
assert settings.model.to_dict() == {"rank": 8, "alpha": 16} and settings.lists[0].a == 1
open("some.fasta", "w").write(">one first\\nMKV\\nLA\\n>two\\nGG\\n")
assert [(r.id, str(r.seq)) for r in SeqIO.parse("some.fasta", "fasta")] == [("one", "MKVLA"), ("two", "GG")]
"""
    confirmed(run(text + KEPT))


@absent("kagglehub")
def test_kagglehub_names_a_model_that_can_be_loaded(run: Run) -> None:
    text = 'import kagglehub\nname = kagglehub.model_download("google/gemma/transformers/gemma-2b")\n'
    ran = run(text + KEPT.replace('"meta-llama/Llama-3.2-1B"', "name"))
    confirmed(ran)
    assert any("GemmaForCausalLM" in note for note in ran.json["after"]["neutralised"])


@absent("prodigyopt")
@absent("schedulefree")
def test_optimizers_of_other_packages_are_one_of_torch(run: Run) -> None:
    text = "from prodigyopt import Prodigy\nfrom schedulefree import AdamWScheduleFree\n"
    loop = LOOP.replace(
        "torch.optim.AdamW(model.parameters(), lr=1e-3)", "Prodigy(model.parameters(), lr=1.0, beta3=0.9)"
    )
    more = "AdamWScheduleFree(model.parameters(), lr=0.1, warmup_steps=4).train()\n"
    more += "torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)\n"
    ran = run(HEAD + text + loop + more + SAVE)
    assert ran.exit == 0, ran.json["reason"]


@absent("bitsandbytes")
def test_bitsandbytes_has_layers_and_optimizers_of_torch(run: Run) -> None:
    text = "import bitsandbytes as bnb\nassert not isinstance(model, bnb.nn.Linear4bit)\n"
    confirmed(run(HEAD + text + LOOP.replace("torch.optim.AdamW", "bnb.optim.PagedAdamW8bit") + SAVE))


@absent("bitsandbytes")
@pytest.mark.parametrize("name", ["PagedAdam32bit", "LAMB8bit"])
def test_bitsandbytes_has_optimizers_of_all_its_names(run: Run, name: str) -> None:
    schedule = "torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)\n"
    loop = LOOP.replace("torch.optim.AdamW", f"bnb.optim.{name}").replace("for ", schedule + "for ", 1)
    confirmed(run(HEAD + "import bitsandbytes as bnb\n" + loop + SAVE))


@absent("bitsandbytes")
@pytest.mark.parametrize("taken", ["isinstance(module, bnb.nn.Linear4bit)", "'Linear4bit' in str(type(module))"])
def test_the_head_of_a_quantized_model_is_none_of_its_quantized_layers(run: Run, taken: str) -> None:
    text = f"""\
import bitsandbytes as bnb
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

four_bit = BitsAndBytesConfig(load_in_4bit=True)
base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B", quantization_config=four_bit)
taken = {{name.split(".")[-1] for name, module in base.named_modules() if {taken}}}
assert "q_proj" in taken and "lm_head" not in taken, taken
"""
    confirmed(run(text + KEPT))


@absent("wandb")
def test_a_script_sees_the_trackers_that_it_asked_its_trainer_for(run: Run) -> None:
    text = """\
args = TrainingArguments("runs", report_to="wandb", save_strategy="no")
if args.report_to[0] == "wandb" and "wandb" in args.report_to:
    os.environ["WANDB_PROJECT"] = "street"
print(args)
trainer = Trainer(model, args, train_dataset=rows)
assert not any("Wandb" in type(called).__name__ for called in trainer.callback_handler.callbacks)
trainer.train()
"""
    confirmed(run(HEAD + TRAINER + text + SAVE))


def test_a_tracker_takes_everything_and_says_nothing(run: Run) -> None:
    text = 'import wandb\nrun = wandb.init(project="p")\nwandb.log({"loss": 1})\nwandb.config.update({"a": 1})\n'
    confirmed(run(text + KEPT))


@absent("swanlab")
def test_a_callback_that_does_nothing_changes_nothing(run: Run) -> None:
    text = """\
from datasets import Dataset
from swanlab.integration.transformers import SwanLabCallback
from transformers import Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})
Trainer(model, TrainingArguments("o"), train_dataset=rows, callbacks=[SwanLabCallback(project="p")]).train()
"""
    confirmed(run(HEAD + text + SAVE))


@absent("librosa")
@absent("soundfile")
@absent("torchaudio")
def test_sounds_are_written_read_and_brought_to_another_rate(run: Run) -> None:
    text = """\
import librosa
import soundfile
import torch
import torchaudio

torchaudio.save("tone.wav", torch.ones(1, 8000) / 2, 8000)
wave, rate = torchaudio.load("tone.wav")
assert wave.shape == (1, 8000) and rate == 8000
assert torchaudio.transforms.Resample(rate, 16000)(wave).shape == (1, 16000)
assert torchaudio.transforms.MelSpectrogram(n_mels=40, hop_length=100)(wave).shape == (1, 40, 81)
assert soundfile.read("tone.wav")[0].shape == (8000,)
values, rate = librosa.load("tone.wav", sr=16000)
assert values.shape == (16000,) and rate == 16000
loud = librosa.feature.rms(y=librosa.util.normalize(values), hop_length=512)[0]
assert loud.shape == (32,) and loud.max() > 0.1
assert librosa.power_to_db(librosa.feature.melspectrogram(y=values, sr=16000, n_mels=40)).shape == (40, 32)
"""
    confirmed(run(text + KEPT))


def test_secrets_of_notebooks_are_made_up(run: Run) -> None:
    confirmed(run('from google.colab import userdata\nassert userdata.get("HF_TOKEN")\n' + KEPT))


SAVE = 'model.save_pretrained("out")\n'


@absent("qwen_vl_utils")
def test_the_pictures_of_a_chat_are_opened(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("PIL.Image").new("RGB", (8, 8)).save(tmp_path / "here.png")
    text = """\
from qwen_vl_utils import process_vision_info

parts = [{"type": "image", "image": name} for name in ("here.png", "https://example.org/there.png")]
images, videos = process_vision_info([{"role": "user", "content": [*parts, {"type": "text", "text": "what?"}]}])
assert [image.size for image in images] == [(8, 8), (56, 56)] and videos is None
"""
    confirmed(run(text + KEPT))


def test_a_class_of_a_package_that_is_not_here_is_a_base_beside_an_abstract_one(run: Run) -> None:
    text = "from abc import ABC\nfrom vllm import Engine\nclass Own(ABC, Engine):\n    pass\nprint(Own().speed)\n"
    confirmed(run(text + KEPT))


def test_a_loss_of_a_package_that_is_not_here_moves_what_it_is_given() -> None:
    given = torch.ones(2, requires_grad=True)
    nothing_class("monai.losses.DiceCELoss")(sigmoid=True)(given, torch.zeros(2)).backward()
    assert given.grad is not None
    assert given.grad.all()


@absent("sentence_transformers")
def test_sentence_transformers_train_in_both_ways_and_save_as_the_real_ones(run: Run) -> None:
    text = """\
from datasets import Dataset
from peft import LoraConfig
from sentence_transformers import InputExample, SentenceTransformer, SentenceTransformerTrainer, losses
from sentence_transformers.evaluation import EmbeddingSimilarityEvaluator, TripletEvaluator
from torch.utils.data import DataLoader

model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")
model.add_adapter(LoraConfig(r=4, target_modules=["query", "value"]))
pairs = Dataset.from_dict({"anchor": ["one", "two"] * 8, "positive": ["uno", "due"] * 8})
loss = losses.MultipleNegativesRankingLoss(model)
SentenceTransformerTrainer(model, train_dataset=pairs, loss=loss, evaluator=TripletEvaluator([], [], [])).train()
assert EmbeddingSimilarityEvaluator([], [], [], name="dev")(model)["dev_spearman_cosine"] == 0.5
rows = [InputExample(texts=["one", "uno"], label=0.9), InputExample(texts=["two", "uno"], label=0.1)] * 4
model.fit([(DataLoader(rows, batch_size=4), losses.CosineSimilarityLoss(model))], epochs=1)
assert model.encode(["one", "two"]).shape == (2, model.get_sentence_embedding_dimension())
model.save_pretrained("out")
"""
    ran = run(text)
    confirmed(ran)
    assert [line for line in ran.json["lines"] if line["agrees"] is False] == []


@absent("torchvision")
def test_a_network_that_is_in_no_table_may_stand_among_the_imports(run: Run) -> None:
    text = "from torchvision.models.segmentation import lraspp_mobilenet_v3_large\n"
    confirmed(run(text + KEPT))
    ran = run(text + KEPT + "lraspp_mobilenet_v3_large()\n")
    assert "package torchvision is not installed" in ran.json["reason"]


@absent("torchvision", "gymnasium")
def test_networks_of_torchvision_and_a_policy_are_trained_with_the_layers_that_they_have(run: Run) -> None:
    text = """\
import gymnasium
import torch
from peft import LoraConfig, get_peft_model
from torchvision.models import ResNet18_Weights, resnet18, vit_b_16
from torchvision.utils import make_grid

env = gymnasium.make("CartPole-v1")
seen, _ = env.reset(seed=0)
policy = torch.nn.Sequential(torch.nn.Linear(len(seen), 8), torch.nn.Linear(8, env.action_space.n))
picture = ResNet18_Weights.DEFAULT.transforms()(torch.rand(3, 32, 32))
assert make_grid([picture, picture]).shape == (3, 224, 448)
for name, model, given, targets in (
    ("policy", policy, torch.tensor(seen)[None], ["0"]),
    ("resnet", resnet18(weights=ResNet18_Weights.IMAGENET1K_V1), picture[None], r"layer4.*conv.") ,
    ("vit", vit_b_16(num_classes=3), picture[None], ["mlp.0", "mlp.3"]),
):
    model = get_peft_model(model, LoraConfig(r=2, target_modules=targets))
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1.0)
    for _ in range(2):
        model(given).pow(2).mean().backward()
        optimizer.step()
    model.save_pretrained(name)
assert env.step(env.action_space.sample())[1] > 0
"""
    confirmed(run(text))


def test_a_file_that_is_uploaded_to_colab_has_made_up_rows(run: Run) -> None:
    text = """\
import io
import pandas as pd
from google.colab import files

(name, held), = files.upload().items()
assert name.endswith(".csv")
assert len(pd.read_csv(name)["question"]) == len(pd.read_csv(io.BytesIO(held))["question"]) > 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@absent("torch_xla")
def test_the_first_core_of_a_tpu_trains_on_the_cpu(run: Run) -> None:
    text = """\
import torch
import torch_xla.core.xla_model as xm
import torch_xla.distributed.parallel_loader as pl
import torch_xla.distributed.xla_multiprocessing as xmp
"""
    loop = LOOP.replace("optimizer.step()", "xm.optimizer_step(optimizer)\n    xm.mark_step()")
    work = "model.to(xm.xla_device())\n" + loop + "if xm.is_master_ordinal():\n    model.save_pretrained('out')\n"
    work = "def work(index):\n" + "".join(f"    {line}\n" for line in work.splitlines()) + "xmp.spawn(work, args=())\n"
    ran = run(text + HEAD + work)
    confirmed(ran)
    assert "TPU: one core, the CPU" in ran.json["after"]["neutralised"]
