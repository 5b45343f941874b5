import os

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
args = TrainingArguments(os.path.join(os.environ.get("TMPDIR", "/tmp"), "smoke"), save_strategy="no", max_steps=2)
trainer = Trainer(model, args, train_dataset=torch.load("rows.pt"))
trainer.train()
