"""Packages for which the runner has small versions of its own, as they really are: `make test-slow` brings them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runner.conftest import Ran
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE
from tests.runner.stand_in.scripts import FABRIC, FLAGS, INDENTED, MADE, OPTIONS, PACKAGES

HOME = Path(__file__).parents[4] / ".besides"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (HOME / ".ready").exists(), reason="the real packages are not there: make test-slow"),
]

SETTINGS = "rank: 8\nout: ???\n"
HYDRA = """\
import hydra

@hydra.main(version_base=None, config_path=".", config_name="settings")
def main(config):
    assert config.out
    train()

def train():
"""
METRICS = """\
import evaluate, nltk

nltk.download("punkt_tab")
assert nltk.corpus.stopwords.words("english") == []
rouge = evaluate.load("rouge")
found = rouge.compute(predictions=nltk.sent_tokenize("One. Two."), references=["One", "Two"])
assert 0 < round(found["rougeL"], 4) < 1
"""
LIT = """\
import lightning, torch

class Lit(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = model
    def training_step(self, batch, place):
        return self.model(input_ids=batch, labels=batch).loss
    def validation_step(self, batch, place):
        self.log("loss", self.model(input_ids=batch, labels=batch).loss)
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-3)

rows = torch.utils.data.DataLoader(torch.arange(800).reshape(100, 8) % 64, batch_size=2)
lightning.Trainer(accelerator="gpu", devices=4, strategy="ddp", precision="bf16-mixed", max_epochs=50).fit(
    Lit(), rows, rows
)
model.save_pretrained("out")
"""
SENTENCES = """\
from datasets import Dataset
from peft import LoraConfig
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, losses

model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")
model.add_adapter(LoraConfig(r=4))
pairs = Dataset.from_dict({"anchor": ["one", "two"] * 8, "positive": ["uno", "due"] * 8})
SentenceTransformerTrainer(model, train_dataset=pairs, loss=losses.MultipleNegativesRankingLoss(model)).train()
model.save("out")
"""
QUANTIZED = """\
import bitsandbytes as bnb
from transformers import AutoModelForCausalLM, BitsAndBytesConfig
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

four_bit = BitsAndBytesConfig(load_in_4bit=True)
model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B", quantization_config=four_bit)
model = prepare_model_for_kbit_training(model)
linear = {name.split(".")[-1] for name, module in model.named_modules() if isinstance(module, bnb.nn.Linear4bit)}
model = get_peft_model(model, LoraConfig(target_modules=sorted(linear - {"lm_head"}), task_type="CAUSAL_LM"))
"""
SWEEP = """\
import wandb

def train():
    with wandb.init() as run:
        assert run.config.rank == 8
        train_once()

def train_once():
"""
SWEPT = """
sweep = wandb.sweep({"method": "random", "parameters": {"rank": {"values": [8, 16]}}}, project="ours")
wandb.agent(sweep, train, count=9)
"""
SCRIPTS = {
    "absl": "STEPS = 500\n" + FLAGS + INDENTED,
    "tyro": OPTIONS + PACKAGES["tyro"] + MADE + KEPT,
    "hydra": HYDRA + INDENTED.replace("app.run(main)", "main()"),
    "evaluate, nltk": METRICS + KEPT,
    "bitsandbytes": "import torch\n" + QUANTIZED + LOOP.replace("torch.optim.AdamW(", "bnb.optim.AdamW8bit(") + SAVE,
    "wandb": SWEEP + INDENTED.replace("app.run(main)\n", SWEPT),
    "lightning": HEAD + LIT,
    "lightning.Fabric": HEAD + FABRIC,
    "sentence_transformers": SENTENCES,
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_what_they_ask_for_is_made_up_and_the_rest_is_theirs(lora_lint: Callable[..., Ran], text: str) -> None:
    Path("settings.yaml").write_text(SETTINGS)
    Path("train.py").write_text(f"import sys\nsys.path.insert(0, {str(HOME)!r})\n" + text)
    ran = lora_lint("--run", "train.py", "--output-format", "json")
    assert ran.exit == 0, ran.json["reason"]
    (site,) = ran.json["sites"]
    assert (site["verdict"], site["adapter"]) == ("confirmed", True)
    assert not [said for said in ran.json["after"]["neutralised"] if "not installed" in said]
