import sys

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

sys.stdout = open("run.log", "w")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters())
for epoch in range(3):
    for row in torch.load("rows.pt"):
        model(**row).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        loss = sum(model(**row).loss.item() for row in torch.load("test.pt"))
    print(epoch, loss)
