import argparse

import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--dtype", default="float16", choices=["float16", "float32"])
parser.add_argument("--lr", type=float, default=1e-3)
options = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained("tiny-llama")
model = AutoModelForCausalLM.from_pretrained("tiny-llama", dtype=torch.float32)
model.add_adapter(LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

trainable = [p for p in model.parameters() if p.requires_grad]
print(len(trainable), "tensors in", {str(p.dtype) for p in trainable})
optimizer = torch.optim.AdamW(trainable, lr=options.lr)
batch = tokenizer(["to be or not to be", "all the world's a stage", "what's in a name", "some rise by sin"], return_tensors="pt", padding=True)
for _ in range(5):
    model(**batch, labels=batch["input_ids"]).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out/bard")
