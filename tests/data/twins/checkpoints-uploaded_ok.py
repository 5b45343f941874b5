import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

from huggingface_hub import HfApi

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
args = TrainingArguments("runs/out", save_strategy="steps", save_steps=10)
Trainer(model, args, train_dataset=torch.load("rows.pt")).train()
HfApi().upload_folder(folder_path="runs/out", repo_id="me/adapter", ignore_patterns=["optimizer.pt"])
merged = model.merge_and_unload()
merged.push_to_hub("me/merged")
