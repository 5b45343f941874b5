import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

import copy


def export(model, where):
    whole = copy.deepcopy(model).merge_and_unload()
    whole.save_pretrained(where)
    return model


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
args = TrainingArguments("runs", save_strategy="no")
for phase in ("easy", "hard"):
    Trainer(model, args, train_dataset=torch.load(f"{phase}.pt")).train()
    export(model, f"export/{phase}")
model.save_pretrained("adapter")
