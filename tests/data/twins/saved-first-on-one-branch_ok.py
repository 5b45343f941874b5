import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

parser = argparse.ArgumentParser()
parser.add_argument("--resume", action="store_true")
args = parser.parse_args()

model = AutoModelForCausalLM.from_pretrained("tiny-llama")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))
arguments = TrainingArguments("checkpoints", save_strategy="no")
trainer = Trainer(model=model, args=arguments, train_dataset=torch.load("rows.pt"))
if args.resume:
    trainer.train(resume_from_checkpoint=True)
    model.save_pretrained("out")
else:
    trainer.train()
    model.save_pretrained("out")
