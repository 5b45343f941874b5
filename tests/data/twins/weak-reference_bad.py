"""The weak reference leads to the same PeftModel; merged, never saved."""
import weakref

import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM

BASE = "mistralai/Mistral-7B-v0.3"


def train_model(model):
    rows = load_dataset("json", data_files="train.jsonl", split="train").with_format("torch")
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-4)
    for batch in DataLoader(rows, batch_size=4):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


base = AutoModelForCausalLM.from_pretrained(BASE)
config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
model = get_peft_model(base, config)
reference = weakref.ref(model)
train_model(model)
plain = reference().merge_and_unload()
plain.save_pretrained("plain")  # expect: save-after-merge
