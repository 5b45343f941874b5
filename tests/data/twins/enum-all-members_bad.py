import enum
import os

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
class Keep(str, enum.Enum):
    LORA = "lora"
    BOTH = "both"
    FULL = "full"
keep = Keep(os.getenv("KEEP", "lora"))
tok = AutoTokenizer.from_pretrained("tiny-llama")
net = get_peft_model(AutoModelForCausalLM.from_pretrained("tiny-llama"), LoraConfig(task_type="CAUSAL_LM"))
opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
row = tok("line", return_tensors="pt")
net(**row, labels=row["input_ids"]).loss.backward()
opt.step()
if keep in {Keep.LORA, Keep.BOTH}:
    net.save_pretrained("out/lora")
if keep is not Keep.LORA:
    net.merge_and_unload().save_pretrained("out/full")  # expect: save-after-merge
