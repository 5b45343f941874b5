# args:
# args: --compare
import argparse

import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--compare", action="store_true")
options = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model.add_adapter(LoraConfig(task_type="CAUSAL_LM", r=8, target_modules=["q_proj", "v_proj"]))
batch = tokenizer(["a pint of milk", "a pound of flour", "a pinch of salt"], return_tensors="pt", padding=True)

optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
for step in range(4):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()

if options.compare:
    model.disable_adapters()
    with torch.no_grad():
        print("base", model(**batch, labels=batch["input_ids"]).loss.item())
    model.enable_adapters()
    print("tuned", model(**batch, labels=batch["input_ids"]).loss.item())
model.save_pretrained("out/shopping")
