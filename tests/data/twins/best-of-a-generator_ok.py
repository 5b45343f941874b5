import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

def candidates(ranks):
    for rank in ranks:
        base = AutoModelForCausalLM.from_pretrained("gpt2")
        yield rank, get_peft_model(base, LoraConfig(r=rank, task_type="CAUSAL_LM"))


def score(model, rows):
    with torch.no_grad():
        return -sum(model(**row).loss.item() for row in rows)


best = None
for rank, model in candidates((4, 8, 16)):
    Trainer(model, TrainingArguments(f"runs/{rank}", save_strategy="no"), train_dataset=torch.load("rows.pt")).train()
    value = score(model, torch.load("test.pt"))
    if best is None or value > best[0]:
        best = value, model
_, winner = best
winner.save_pretrained("winner-adapter")
winner.merge_and_unload().save_pretrained("winner")
