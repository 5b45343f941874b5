import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

import copy


def export(model, where):
    whole = model.merge_and_unload()  # or: merge-result-discarded
    whole.save_pretrained(where)  # or: save-after-merge
    return model


model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
args = TrainingArguments("runs", save_strategy="no")
for phase in ("easy", "hard"):
    Trainer(model, args, train_dataset=torch.load(f"{phase}.pt")).train()  # expect: train-after-merge|merge-result-discarded|emptied-adapter-saved
    export(model, f"export/{phase}")
model.save_pretrained("adapter")  # or: emptied-adapter-saved
