import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def loss_of(model, batch):
    model.eval()
    with torch.no_grad():
        return model(**batch, labels=batch["input_ids"]).loss.item()


def run(rank, tokenizer):
    config = LoraConfig(r=rank, target_modules=["q_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    batch = tokenizer(["one two"], return_tensors="pt")
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return {"rank": rank, "loss": loss_of(model, batch)}


tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
results = [run(rank, tokenizer) for rank in (2, 4, 8)]
Path("results.json").write_text(json.dumps(results))
