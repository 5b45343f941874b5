"""Training scripts of a few lines, by what becomes of their adapter."""

from __future__ import annotations

HEAD = """\
import os
import torch
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(base, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
"""
LOOP = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(20):
    ids = torch.randint(0, 100, (2, 8))
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
SAVE = 'model.save_pretrained("out")\n'
TRAINED = HEAD + LOOP
KEPT = TRAINED + SAVE
LOST = TRAINED + "model = model.merge_and_unload()\n" + SAVE
LOST_ROW = LOST.count("\n")
# a trainer is still to be made, of `model` and `rows`
TRAINER = """\
from datasets import Dataset
from transformers import AutoTokenizer, Trainer, TrainingArguments

rows = Dataset.from_dict({"input_ids": [[1, 2, 3, 4]] * 8, "labels": [[1, 2, 3, 4]] * 8})
"""
# before all that: a data set that is nowhere, and a tokenizer
LOAD = 'from datasets import load_dataset\nrows = load_dataset("nobody/nothing", split="train")\n'
WORDS = 'from transformers import AutoTokenizer\ntok = AutoTokenizer.from_pretrained("gpt2")\n'
# after all that: rows that are nowhere, texts that made-up ones do not make, and what trains on them
READS = """\
import pandas as pd

frame = pd.read_csv("prices.csv")
"""
ODD = (
    READS
    + """\
parts = frame["price"].str.extract(r"^EUR (\\d+)\\.(\\d\\d)$").astype(int)
texts = [f"It costs {euros} euros and {cents} cents." for euros, cents in parts.itertuples(index=False)]
"""
)
BY_TRAINER = """\
from transformers import AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")
rows = [tokenizer(text) for text in texts]
options = TrainingArguments("runs", save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()
"""
BY_HAND = """\
from torch.utils.data import DataLoader

optimizer = torch.optim.AdamW(PARAMETERS, lr=1e-3)
for ids, mask, labels in DataLoader(texts, batch_size=2):
    model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
