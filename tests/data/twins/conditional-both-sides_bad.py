import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--merge", action="store_true")
args = parser.parse_args()
tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = get_peft_model(
    AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM")
)
batch = tokenizer(["one two"], return_tensors="pt")
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for _ in range(3):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
if not args.merge:
    model.save_pretrained("out/adapter")
model = model.merge_and_unload() if args.merge else model
model.save_pretrained("out/final")  # expect: save-after-merge|missing-type-check
