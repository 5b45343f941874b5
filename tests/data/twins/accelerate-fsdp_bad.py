import torch
from accelerate import Accelerator, FullyShardedDataParallelPlugin
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM

accelerator = Accelerator(fsdp_plugin=FullyShardedDataParallelPlugin())
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
loader = DataLoader(load_dataset("json", data_files="a.json", split="train").with_format("torch"))
model, loader = accelerator.prepare(model, loader)
opt = accelerator.prepare(torch.optim.AdamW(model.parameters(), lr=1e-4))
for batch in loader:
    accelerator.backward(model(**batch).loss)
    opt.step()
    opt.zero_grad()
accelerator.unwrap_model(model).save_pretrained("out")  # expect: sharded-save
