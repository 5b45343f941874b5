import argparse
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

ap = argparse.ArgumentParser()
ap.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
args = ap.parse_args()
model = AutoModelForCausalLM.from_pretrained("gpt2")
if args.compile:
    model = torch.compile(model)  # expect: compile-before-wrap
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
trainer = Trainer(model, TrainingArguments("ckpt"), train_dataset=load_dataset("json", data_files="a.json")["train"])
trainer.train()
model.save_pretrained("out")
