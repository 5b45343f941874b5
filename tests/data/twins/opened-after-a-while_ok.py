import argparse

import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--wait", type=int, default=0)
args = parser.parse_args()

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
head = torch.nn.Linear(50257, 2)
optimizer = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=1e-3)
if args.wait > 0:
    for param in model.parameters():
        param.requires_grad_(False)
for step, batch in enumerate(load_dataset("rows", split="train"), start=1):
    head(model(**batch).logits).mean().backward()
    optimizer.step()
    optimizer.zero_grad()
    if step == args.wait:
        for name, param in model.named_parameters():
            if "lora_" in name:
                param.requires_grad_(True)
model.save_pretrained("out")
torch.save(head.state_dict(), "head.pt")
