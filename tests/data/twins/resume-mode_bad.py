import argparse

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--mode", choices=["train", "eval"], default="train")
parser.add_argument("--adapter", default="tiny-lora")
args = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
base = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = PeftModel.from_pretrained(base, args.adapter, is_trainable=args.mode == "eval")  # expect: adapter-not-trainable
batch = tokenizer(["one two"], return_tensors="pt")
if args.mode == "train":
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(3):
        model(**batch, labels=batch["input_ids"]).loss.backward()
        optimizer.step()
    model.save_pretrained("out")
else:
    model.eval()
    print(model(**batch).logits.shape)
