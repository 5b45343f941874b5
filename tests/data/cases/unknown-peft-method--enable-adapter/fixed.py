# args:
# args: --compare
import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--compare", action="store_true")
options = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", r=8, target_modules=["q_proj", "v_proj"]))
batch = tokenizer(["a pint of milk", "a pound of flour", "a pinch of salt"], return_tensors="pt", padding=True)

optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
for step in range(4):
    loss = model(**batch, labels=batch["input_ids"]).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()

if options.compare:
    with torch.no_grad(), model.disable_adapter():
        print("base", model(**batch, labels=batch["input_ids"]).loss.item())
    print("tuned", model(**batch, labels=batch["input_ids"]).loss.item())
model.save_pretrained("out/shopping")
