import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM


def evaluate(model, loader):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for batch in loader:
            total += model(**batch).loss.item()
    return total / len(loader)


raw = load_dataset("json", data_files={"train": "a.json", "dev": "b.json"}).with_format("torch")
train, dev = DataLoader(raw["train"], batch_size=4), DataLoader(raw["dev"], batch_size=4)
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=8, task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
best, patience = float("inf"), 0
while patience < 3:
    model.train()
    for batch in train:
        model(**batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    score = evaluate(model, dev)
    if score < best:
        best, patience = score, 0
        model.save_pretrained("best")
    else:
        patience += 1
merged = model.merge_and_unload()
merged.save_pretrained("merged")
